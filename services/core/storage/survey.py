"""What the database says about the state of an installation, for whoever looks after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select, text

from services.core.domain.governance.reach import installation
from services.core.storage.database import Database
from services.core.storage.heartbeats import Heartbeat, heartbeats
from services.core.storage.schema import shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One look at an installation. `server_time` is the database machine's own clock.

    `rejected` is by reason, of messages not stored by reading them again. `unjudged` are payloads
    whose last judgement failed, `notices` those not yet delivered.
    """

    server_version: str
    server_time: datetime
    heartbeats: tuple[Heartbeat, ...]
    work_waiting: int = 0
    oldest_work_put_at: datetime | None = None
    last_received_at: datetime | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    to_read_again: int = 0
    key_conflicts: int = 0
    unjudged: int = 0
    unjudged_error: str | None = None
    notices: int = 0
    oldest_notice_at: datetime | None = None
    notice_error: str | None = None
    boxes_under_way: int = 0
    real_shipments: int = 0


_NO_MATTER = datetime.max.replace(tzinfo=UTC)
"""Whoever sees everything needs no grant that could be in force or not."""

_SERVER = text("SELECT current_setting('server_version') AS version, clock_timestamp() AS time")
_STANDING = text("""
SELECT (SELECT count(*) FROM worklist) AS work_waiting,
       (SELECT min(put_at) FROM worklist) AS oldest_work_put_at,
       (SELECT max(last_received_at) FROM watermark) AS last_received_at,
       (SELECT count(*) FROM reprocess_request) AS to_read_again,
       (SELECT count(*) FROM key_conflict) AS key_conflicts,
       (SELECT count(*) FROM assessment_state WHERE attempts > 0) AS unjudged,
       (SELECT last_error FROM assessment_state WHERE attempts > 0
         ORDER BY retry_at DESC LIMIT 1) AS unjudged_error,
       (SELECT count(*) FROM notification_outbox WHERE delivered_at IS NULL) AS notices,
       (SELECT min(created_at) FROM notification_outbox
         WHERE delivered_at IS NULL) AS oldest_notice_at,
       (SELECT last_error FROM notification_outbox WHERE delivered_at IS NULL
           AND last_error IS NOT NULL ORDER BY created_at LIMIT 1) AS notice_error,
       (SELECT count(*) FROM shipment WHERE NOT simulated) AS real_shipments,
       (SELECT count(DISTINCT assignment.box_no) FROM assignment JOIN shipment USING (shipment_id)
         WHERE shipment.state IN ('packed', 'moving') AND upper_inf(during)) AS boxes_under_way
""")
_REJECTED = text("""
SELECT reason, count(*) AS messages FROM rejected_message
WHERE outcome IS NULL OR outcome NOT IN ('stored', 'repeated')
GROUP BY reason ORDER BY messages DESC, reason
""")


async def take_survey(database: Database) -> Survey:
    """Look once, in one transaction."""
    async with database.unit_of_work(installation(_NO_MATTER)) as unit:
        server = (await unit.execute(_SERVER)).one()
        standing = (await unit.execute(_STANDING)).one()
        rejected = await unit.execute(_REJECTED)
        return Survey(
            server_version=server.version,
            server_time=server.time,
            heartbeats=_latest(await heartbeats(unit)),
            rejected={row.reason: row.messages for row in rejected},
            **standing._mapping,
        )


def _latest(beats: Sequence[Heartbeat]) -> tuple[Heartbeat, ...]:
    """The latest of each service; of ingest each process, which is named by its shards."""
    found: dict[tuple[str, str], Heartbeat] = {}
    for beat in sorted(beats, key=lambda one: one.at):
        found[beat.service, beat.instance if beat.service == "ingest" else ""] = beat
    return tuple(found[key] for key in sorted(found))


def count_real_shipments(url: str) -> int:
    """How many shipments of this database are not simulated. `url` as for `Database`."""
    return asyncio.run(_count_real_shipments(url))


async def _count_real_shipments(url: str) -> int:
    database = Database(url, pool_size=1)
    try:
        async with database.unit_of_work(installation(_NO_MATTER)) as unit:
            counted = await unit.connection.scalar(
                select(func.count()).select_from(shipment).where(shipment.c.simulated.is_(False))
            )
            return int(counted or 0)
    finally:
        await database.close()

"""What is known of ourselves: heartbeats of ingest, work that waits, boxes under way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.core.domain.alarm.certificates import TOLD_BEFORE, CertificateEnd
from services.core.domain.alarm.platform import EVERY_SHARD, OWNER, Beat, IdleBox, PlatformFacts
from services.core.storage.database import UnitOfWork
from services.core.storage.heartbeats import Heartbeat, heartbeats

FORGOTTEN_AFTER = timedelta(days=1)
"""A process that has not beaten for so long was taken away on purpose. Own choice, grade O."""

_WORK = text("SELECT min(put_at) FROM worklist")
_UNDER_WAY = text("""
SELECT DISTINCT box.box_id FROM assignment
JOIN box USING (box_no) JOIN shipment USING (shipment_id)
WHERE upper_inf(assignment.during) AND shipment.state IN ('packed', 'moving')
""")
_SILENT = text("""
SELECT box.box_id, box.box_no, contact.last_received_at, contact.next_due_at AS due_at
FROM box_contact AS contact JOIN box USING (box_no)
WHERE contact.next_due_at <= :now AND contact.last_received_at IS NOT NULL
  AND box.retired_at IS NULL
  AND NOT EXISTS (  -- a bay's logger has an alarm of its own, about the bay
    SELECT FROM bay_logger AS l WHERE l.box_no = box.box_no
      AND l.during @> CAST(:now AS timestamptz))
  AND NOT EXISTS (
    SELECT FROM assignment JOIN shipment USING (shipment_id)
    WHERE assignment.box_no = box.box_no AND upper_inf(assignment.during)
      AND shipment.state IN ('packed', 'moving'))
ORDER BY box.box_id
""")
_ENDING = text("""
SELECT box.box_id AS name, box.box_no, held.ends_at, way.arrives_at, way.shipment_reference
FROM (SELECT box_no, max(not_after) AS ends_at FROM box_certificate
      WHERE revoked_at IS NULL GROUP BY box_no) AS held
JOIN box USING (box_no)
LEFT JOIN LATERAL (
  SELECT max(coalesce(leg.actual_arrival, leg.estimated_arrival, leg.planned_arrival))
           AS arrives_at, min(shipment.reference) AS shipment_reference
  FROM assignment JOIN shipment USING (shipment_id) JOIN leg USING (shipment_id)
  WHERE assignment.box_no = box.box_no AND upper_inf(assignment.during)
    AND shipment.state IN ('draft', 'packed', 'moving') AND leg.status <> 'cancelled'
) AS way ON true
WHERE box.retired_at IS NULL AND (held.ends_at <= :told_from OR held.ends_at < way.arrives_at)
ORDER BY box.box_id
""")
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('coldlane.' || :watch))")


async def alone(uow: UnitOfWork, watch: str = OWNER) -> bool:
    """Whether this transaction may keep this watch: one process at a time does."""
    found: bool = (await uow.execute(_ALONE, {"watch": watch})).scalar_one()
    return found


async def platform_facts(uow: UnitOfWork, now: datetime) -> PlatformFacts:
    """Read them, in one transaction."""
    beats = [beat for beat in await heartbeats(uow) if beat.service == "ingest"]
    return PlatformFacts(
        beats=tuple(_beat(beat) for beat in beats if now - beat.at < FORGOTTEN_AFTER),
        oldest_work_at=(await uow.execute(_WORK)).scalar_one(),
        boxes=tuple((await uow.execute(_UNDER_WAY)).scalars()),
        ending=await _ending(uow, now),
        silent=tuple(IdleBox(**row._mapping) for row in await uow.execute(_SILENT, {"now": now})),
    )


async def _ending(uow: UnitOfWork, now: datetime) -> tuple[CertificateEnd, ...]:
    rows = await uow.execute(_ENDING, {"told_from": now + TOLD_BEFORE[0]})
    return tuple(CertificateEnd(**row._mapping) for row in rows)


def _beat(beat: Heartbeat) -> Beat:
    detail = beat.detail
    return Beat(
        at=beat.at,
        shards=frozenset(detail.get("shards") or EVERY_SHARD),
        connected=detail.get("connected"),
        link_since=_instant(detail.get("link_since")),
        session_lost_at=_instant(detail.get("session_lost_at")),
        lag=timedelta(seconds=float(detail.get("lag_s") or 0.0)),
        certificate_ends_at=_instant(detail.get("certificate_ends_at")),
        clock_off=timedelta(seconds=float(detail.get("clock_off_s") or 0.0)),
        clock_doubted_since=_instant(detail.get("clock_doubted_since")),
    )


def _instant(value: Any) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)

"""Loggers of bays, and what they say of their rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, select, text
from sqlalchemy.dialects.postgresql import Range

from services.core.domain.alarm.platform import INGEST_AWAY
from services.core.domain.clearance.bay_climate import BayRoom, Logger
from services.core.domain.errors import AlreadyExists, Conflict, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.heartbeats import heartbeats
from services.core.storage.placing import placed_readings
from services.core.storage.schema import bay_logger, box

_LOOKED_BACK = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggerView:
    """A logger in a bay, from when to when."""

    id: UUID
    bay_id: str
    box_id: str
    low_c: float | None
    high_c: float | None
    since: datetime
    until: datetime | None
    recorded_by: str
    reason: str | None


_VIEW = """
SELECT l.id, l.bay_id, box.box_id, l.low_c, l.high_c, lower(l.during) AS since,
       upper(l.during) AS until, l.recorded_by, l.reason
FROM bay_logger AS l JOIN box USING (box_no)
"""
_OF_BAY = text(_VIEW + " WHERE l.bay_id = :bay_id ORDER BY lower(l.during), l.id")
_END = text(
    "UPDATE bay_logger SET during = tstzrange(lower(during), :now), reason = :reason"
    " WHERE bay_id = :bay_id AND upper_inf(during) AND lower(during) < :now"
    " AND box_no = (SELECT box_no FROM box WHERE box_id = :box_id) RETURNING id"
)


def _loggers(*, shown: bool) -> TextClause:
    readings = placed_readings("l.box_no", ":since", ":until", shown=shown)
    return text(f"""
SELECT l.bay_id, l.box_no, box.box_id, l.low_c, l.high_c, box.report_interval_s,
       lower(l.during) AS since, heard.at AS heard_at, told.readings, told.powers
FROM bay_logger AS l JOIN box USING (box_no)
LEFT JOIN LATERAL (
  SELECT max(last_received_at) AS at FROM watermark WHERE watermark.box_no = l.box_no
) AS heard ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_array(r.placed_at, r.temp_c) ORDER BY r.placed_at, r.seq)
           FILTER (WHERE r.temp_c IS NOT NULL) AS readings,
         jsonb_agg(jsonb_build_array(r.placed_at, r.extra ->> 'mains') ORDER BY r.placed_at, r.seq)
           FILTER (WHERE r.extra ->> 'mains' IN ('true', 'false')) AS powers
  FROM ({readings} OFFSET 0) AS r WHERE r.placed_at >= :since AND l.during @> r.placed_at
) AS told ON true
WHERE l.during @> CAST(:now AS timestamptz)
ORDER BY l.bay_id, box.box_id
""")  # noqa: S608  composed of constants


_LOGGERS = (_loggers(shown=False), _loggers(shown=True))
_PEOPLE = text("""
SELECT a.bay_id, s.reference,
       a.state IN ('CHECKED_IN', 'IN_INSPECTION')
         OR EXISTS (SELECT FROM inspection AS i WHERE i.shipment_id = a.shipment_id
                      AND i.bay_id = a.bay_id AND i.state = 'OPEN') AS inside
FROM appointment AS a JOIN shipment AS s USING (shipment_id)
WHERE a.bay_id = ANY(:bays)
  AND a.state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED', 'CHECKED_IN', 'IN_INSPECTION')
  AND a.during && tstzrange(CAST(:now AS timestamptz) - INTERVAL '12 hours',
                            CAST(:now AS timestamptz) + INTERVAL '24 hours')
UNION
SELECT i.bay_id, s.reference, true FROM inspection AS i JOIN shipment AS s USING (shipment_id)
WHERE i.bay_id = ANY(:bays) AND i.state = 'OPEN'
ORDER BY 1, 2
""")
_UNFIT = text(
    "SELECT facts ->> 'bay_id' AS bay_id, min(began_at) AS since FROM alarm"
    " WHERE kind = 'bay_unfit' AND returned_at IS NULL GROUP BY 1"
)


class BayLoggerRepository:
    """Reads and writes loggers of bays."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def of_bay(self, bay_id: str) -> list[LoggerView]:
        """Every logger it has or had."""
        rows = await self._unit.execute(_OF_BAY, {"bay_id": bay_id})
        return [LoggerView(**row._mapping) for row in rows]

    async def put(self, values: Mapping[str, Any], since: datetime) -> None:
        """Put a logger into a bay; raises AlreadyExists while it is in another.

        Raises Conflict for one out of service, which is asked behind the entry: the entry waits
        for whoever retires it at the same moment.
        """
        refused = AlreadyExists(
            "this logger is in a bay already", field="box_id", remedy="take it out there first"
        )
        with refusals({"logger_in_one_bay": refused}):
            await self._unit.execute(insert(bay_logger).values(**values, during=Range(since, None)))
        kept = select(box.c.retired_at).where(box.c.box_no == values["box_no"])
        if (await self._unit.execute(kept)).scalar_one() is not None:
            raise Conflict(
                "this logger is out of service",
                field="box_id",
                remedy="take another one, or return this one to service",
            )

    async def take_out(self, bay_id: str, box_id: str, reason: str, now: datetime) -> None:
        """Take a logger out of its bay; raises NotFound."""
        values = {"bay_id": bay_id, "box_id": box_id, "reason": reason, "now": now}
        if (await self._unit.execute(_END, values)).first() is None:
            raise NotFound("no such logger is in the bay", field="box_id")

    async def unfit(self) -> dict[str, datetime]:
        """Bays that cannot be used by what their loggers say, and since when."""
        return {row.bay_id: row.since for row in await self._unit.execute(_UNFIT)}

    async def rooms(self, now: datetime, *, shown: bool = False) -> list[BayRoom]:
        """Every bay that has a logger, with what it says and who is there.

        `shown`: as far as the reach of the transaction lets it be seen.
        """
        span = {"since": now - _LOOKED_BACK, "until": now + timedelta(minutes=5), "now": now}
        rows = (await self._unit.execute(_LOGGERS[shown], span)).mappings().all()
        if not rows:
            return []
        listening = await self._listening_since(now)
        loggers: dict[str, list[Logger]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for row in rows:
            loggers[row["bay_id"]].append(_logger(row, listening))
            numbers.setdefault(row["bay_id"], row["box_no"])
        people = (
            (await self._unit.execute(_PEOPLE, {"bays": sorted(loggers), "now": now}))
            .mappings()
            .all()
        )
        return [
            BayRoom(
                bay_id=bay_id,
                box_no=numbers[bay_id],
                loggers=found,
                inside=[p["reference"] for p in people if p["bay_id"] == bay_id and p["inside"]],
                booked=[
                    p["reference"] for p in people if p["bay_id"] == bay_id and not p["inside"]
                ],
            )
            for bay_id, found in loggers.items()
        ]

    async def _listening_since(self, now: datetime) -> datetime | None:
        beats = [one for one in await heartbeats(self._unit) if one.service == "ingest"]
        fresh = [one for one in beats if now - one.at <= INGEST_AWAY]
        if beats and not fresh:
            return None
        links = [one.detail.get("link_since") for one in fresh]
        since = [datetime.fromisoformat(link) for link in links if link]
        return max(since, default=datetime.min.replace(tzinfo=now.tzinfo))


def _logger(row: Mapping[Any, Any], listening: datetime | None) -> Logger:
    return Logger(
        box_id=row["box_id"],
        low_c=row["low_c"],
        high_c=row["high_c"],
        interval=timedelta(seconds=row["report_interval_s"]),
        since=row["since"],
        heard_at=row["heard_at"],
        readings=[(datetime.fromisoformat(at), value) for at, value in row["readings"] or ()],
        powerless_since=_powerless_since(row["powers"] or ()),
        listening_since=listening,
    )


def _powerless_since(powers: Any) -> datetime | None:
    """Since when the logger has said that it is without mains, without a break."""
    since: datetime | None = None
    for at, mains in reversed(powers):
        if mains == "true":
            break
        since = datetime.fromisoformat(at)
    return since

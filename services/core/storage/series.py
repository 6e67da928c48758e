"""What a box measured over a stretch of time, thinned out in the database in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from services.core.storage.assessments import BECAUSE_LATE
from services.core.storage.database import UnitOfWork
from services.core.storage.placing import placed_readings

LATE_AFTER_S = 600
"""A reading stored so long after it was taken counts as late."""

_MISSED = 3
"""Readings missed in a row that make a gap; see the profile's `max_gap_min` for its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesQuestion:
    """From `start` until before `end`; of one probe, or of the one named beside the reading."""

    box_no: int
    start: datetime
    end: datetime
    report_interval_s: int
    max_points: int
    probe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAnswer:
    """The same in columns: seconds since 1970 beside the mean, lowest and highest of each point."""

    resolution_s: float
    t: Sequence[float]
    temp_c: Sequence[float]
    min_c: Sequence[float]
    max_c: Sequence[float]
    probes: Sequence[str]
    gaps: Sequence[Mapping[str, Any]]
    late: Sequence[Mapping[str, Any]]
    revised: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAnswer:
    """Points with their extremes, in order; the lists hold JSON with instants as ISO text."""

    resolution_s: float
    items: Sequence[Mapping[str, Any]]
    gaps: Sequence[Mapping[str, Any]]
    late: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]


# Points are either every reading, or stretches of equal width whose lowest and highest value are
# kept.
_PLACED = placed_readings(
    ":box_no", "CAST(:start AS timestamptz)", "CAST(:end AS timestamptz)", shown=True
)
_POINTS = f"""
WITH placed AS MATERIALIZED (
  SELECT r.placed_at AS at, r.received_at, r.event, r.extra, r.boot_no, r.seq,
         r.probe, r.channels,
         CASE WHEN CAST(:probe AS text) IS NULL OR r.probe = :probe THEN r.temp_c
              ELSE (SELECT (channel ->> 'temp_c')::float8
                    FROM jsonb_array_elements(r.channels) AS channel
                    WHERE channel ->> 'probe' = :probe LIMIT 1) END AS temp_c
  FROM ({_PLACED}) r
  WHERE r.placed_at >= :start AND r.placed_at < :end
), measured AS (
  SELECT at, temp_c, received_at - at > :late * interval '1 second' AS late, received_at,
         lag(at) OVER ordered AS before,
         row_number() OVER ordered AS number
  FROM placed WHERE event IS NULL AND temp_c IS NOT NULL
  WINDOW ordered AS (ORDER BY at, boot_no, seq)
), extent AS (
  SELECT count(*) AS n, min(at) AS first,
         CASE WHEN count(*) <= :max_points THEN 0
              ELSE greatest(extract(epoch FROM max(at) - min(at)) / (:max_points - 1), 0.001)
         END::float8 AS width
  FROM measured
), points AS (
  SELECT min(at) AS t, min(temp_c) AS min_c, max(temp_c) AS max_c, avg(temp_c) AS mean_c,
         count(*) AS n
  FROM measured CROSS JOIN extent
  GROUP BY CASE WHEN extent.width = 0 THEN number
                ELSE floor(extract(epoch FROM at - extent.first) / extent.width)::bigint END
), islands AS (
  SELECT min(at) AS from_at, max(at) AS to_at, max(received_at) AS received_at
  FROM (SELECT *, number - row_number() OVER (ORDER BY number) AS island
        FROM measured WHERE late) AS numbered
  GROUP BY island ORDER BY 1 LIMIT 500
), holes AS (
  SELECT before, at FROM measured
  WHERE at - before > :hole * interval '1 second' ORDER BY 2 LIMIT 500
), told AS (
  SELECT at, event, extra FROM placed WHERE event IS NOT NULL ORDER BY at LIMIT 1000
)
"""  # noqa: S608  composed of constants
_AROUND = """
  (SELECT jsonb_agg(jsonb_build_object('from', before, 'to', at) ORDER BY at) FROM holes) AS gaps,
  (SELECT jsonb_agg(jsonb_build_object('from', from_at, 'to', to_at, 'received_at', received_at)
     ORDER BY from_at) FROM islands) AS late,
  (SELECT jsonb_agg(jsonb_build_object('t', at, 'kind', event, 'detail', extra) ORDER BY at)
     FROM told) AS events
"""
_SERIES = text(f"""{_POINTS}
SELECT (SELECT width FROM extent) AS resolution_s,
  (SELECT jsonb_agg(jsonb_build_object('t', t, 'temp_c', mean_c, 'min_c', min_c, 'max_c', max_c,
     'mean_c', mean_c, 'n', n) ORDER BY t) FROM points) AS items,
  {_AROUND}
""")  # noqa: S608  composed of constants
_TRACE = text(f"""{_POINTS}, columns AS (
  SELECT array_agg(extract(epoch FROM t)::float8 ORDER BY t) AS at_s,
         array_agg(round(mean_c::numeric, 3)::float8 ORDER BY t) AS temp_c,
         array_agg(min_c ORDER BY t) AS min_c, array_agg(max_c ORDER BY t) AS max_c
  FROM points
), named AS (
  SELECT probe FROM placed WHERE probe IS NOT NULL
  UNION
  SELECT channel ->> 'probe' FROM placed CROSS JOIN jsonb_array_elements(placed.channels) AS channel
), stays AS (
  SELECT DISTINCT payload_id FROM assignment
  WHERE box_no = :box_no
    AND during && tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz))
), changed AS (
  SELECT CAST(substring(kept.reason FROM '^{BECAUSE_LATE}(.+)$') AS timestamptz) AS since,
         kept.recorded_at
  FROM stays JOIN assessment AS kept USING (payload_id)
), revised AS (
  SELECT unnest(range_agg(tstzrange(since, greatest(recorded_at, since), '[]'))) AS part
  FROM changed WHERE since < :end AND recorded_at >= :start
)
SELECT (SELECT width FROM extent) AS resolution_s, columns.*,
  (SELECT array_agg(probe ORDER BY probe) FROM named) AS probes,
  (SELECT jsonb_agg(jsonb_build_object('from', lower(part), 'to', upper(part)) ORDER BY part)
     FROM revised) AS revised,
  {_AROUND}
FROM columns
""")  # noqa: S608  composed of constants


class SeriesRepository:
    """Reads what boxes measured, for drawing."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def read(self, question: SeriesQuestion) -> SeriesAnswer:
        """At most `max_points` points; every reading when there are no more than that."""
        row = await self._one(_SERIES, question)
        return SeriesAnswer(
            resolution_s=row.resolution_s,
            items=row.items or [],
            gaps=row.gaps or [],
            late=row.late or [],
            events=row.events or [],
        )

    async def trace(self, question: SeriesQuestion) -> TraceAnswer:
        """The same points in columns."""
        row = await self._one(_TRACE, question)
        return TraceAnswer(
            resolution_s=row.resolution_s,
            t=row.at_s or [],
            temp_c=row.temp_c or [],
            min_c=row.min_c or [],
            max_c=row.max_c or [],
            probes=row.probes or [],
            gaps=row.gaps or [],
            late=row.late or [],
            revised=row.revised or [],
            events=row.events or [],
        )

    async def _one(self, statement: TextClause, question: SeriesQuestion) -> Row[Any]:
        found = await self._unit.execute(
            statement,
            {
                "box_no": question.box_no,
                "start": question.start,
                "end": question.end,
                "probe": question.probe,
                "max_points": question.max_points,
                "late": LATE_AFTER_S,
                "hole": _MISSED * question.report_interval_s,
            },
        )
        return found.one()

"""Stored readings as the fold takes them in: of many boxes' intervals, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from services.core.domain.units import from_us
from services.core.domain.viability.sample import Sample
from services.core.storage.database import UnitOfWork
from services.core.storage.placing import placed_readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """An interval of event time in one box: from `begin`, later than `after`, before `end`.

    `subject` is the caller's own number; it comes back with the samples.
    """

    subject: int
    box_no: int
    box_id: str
    begin: datetime
    end: datetime | None
    after: datetime | None = None


class BoxWork(NamedTuple):
    """A row of the work list that stood when the readings were read: they answer it."""

    id: int
    box_no: int
    earliest: datetime


_MICROSECONDS = "(extract(epoch FROM {}) * 1000000)::bigint"

_ENDS = "coalesce(stretch.end_at, 'infinity') AND reading.bucket_at >= CAST(:floor AS timestamptz)"
_BEGINS = "greatest(stretch.begin_at, coalesce(stretch.after_at, stretch.begin_at))"


def _samples(*, shown: bool) -> TextClause:
    """One statement sees one snapshot: the work rows it returns are answered by its readings.

    The floor says again when the earliest stretch begins, as a value that partitions are left out
    by.
    """
    readings = placed_readings("stretch.box_no", _BEGINS, _ENDS, shown=shown)
    return text(f"""
SELECT stretch.subject, {_MICROSECONDS.format("r.placed_at")}, watermark.boot, r.seq,
       stretch.box_id, r.temp_c, r.event, {_MICROSECONDS.format("r.received_at")}, r.lat, r.lon,
       r.acc_m, r.battery_pct, r.lid_open, r.tilt_deg, r.ambient_c,
       r.is_corrected OR r.clock = 3, r.probe
FROM unnest(:subjects, :boxes, :names, :begins, :ends, :afters)
     AS stretch (subject, box_no, box_id, begin_at, end_at, after_at)
CROSS JOIN LATERAL ({readings} OFFSET 0) AS r
JOIN watermark USING (boot_no)
WHERE r.placed_at >= stretch.begin_at
  AND (stretch.end_at IS NULL OR r.placed_at < stretch.end_at)
  AND (stretch.after_at IS NULL OR r.placed_at > stretch.after_at)
UNION ALL
SELECT -1, {_MICROSECONDS.format("earliest")}, '', id, box_no::text, NULL, NULL, 0, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, false, NULL
FROM worklist WHERE box_no = ANY(:boxes) AND reason = 'readings'
""").bindparams(  # noqa: S608  composed of constants
        bindparam("subjects", type_=ARRAY(Integer)),
        bindparam("boxes", type_=ARRAY(Integer)),
        bindparam("names", type_=ARRAY(Text)),
        bindparam("begins", type_=ARRAY(TIMESTAMP(timezone=True))),
        bindparam("ends", type_=ARRAY(TIMESTAMP(timezone=True))),
        bindparam("afters", type_=ARRAY(TIMESTAMP(timezone=True))),
    )


_OF = {shown: _samples(shown=shown) for shown in (False, True)}


class Readings:
    """The readings and events of boxes, placed in time by what is known of their clocks.

    `shown`: only what the reach of the transaction lets be seen.
    """

    def __init__(self, uow: UnitOfWork, *, shown: bool = False):
        self._uow = uow
        self._statement = _OF[shown]

    async def samples(
        self, stretches: Sequence[Stretch]
    ) -> tuple[dict[int, list[Sample]], list[BoxWork]]:
        """The samples of each subject, in no particular order, and the work they answer."""
        found: dict[int, list[Sample]] = defaultdict(list)
        work: list[BoxWork] = []
        if not stretches:
            return found, work
        rows = await self._uow.execute(
            self._statement,
            {
                "subjects": [stretch.subject for stretch in stretches],
                "boxes": [stretch.box_no for stretch in stretches],
                "names": [stretch.box_id for stretch in stretches],
                "begins": [stretch.begin for stretch in stretches],
                "ends": [stretch.end for stretch in stretches],
                "afters": [stretch.after for stretch in stretches],
                "floor": min(max(one.begin, one.after or one.begin) for one in stretches),
            },
        )
        fetched: Sequence[Any] = rows.all()
        for row in fetched:
            sample = Sample._make(row[1:])
            if row[0] >= 0:
                found[row[0]].append(sample)
            else:
                work.append(_box_work(sample))
        return found, work


def _box_work(row: Sample) -> BoxWork:
    """A work row, which comes back in the columns of a sample."""
    return BoxWork(id=row.seq, box_no=int(row.box_id), earliest=from_us(row.placed_us))

"""The gate of readings: for each boot of a box exactly the sequence numbers that are stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from services.core.domain.grade import Grade
from services.core.domain.sequence import SequenceSet
from services.core.domain.telemetry import Correction, Method
from services.core.storage.arrays import as_array
from services.core.storage.database import UnitOfWork

BOOTS_IN_RECEIPT = 4
"""The latest boots of a box that a receipt speaks of."""

BootKey = tuple[int, str]
"""Box number and boot id."""

_RANGE = re.compile(r"\[(\d+),(\d+)\)")


def _instants(name: str) -> Any:
    return bindparam(name, type_=ARRAY(TIMESTAMP(timezone=True)))


# For the driver itself: a part of every batch.
_LOCK = """
    SELECT w.boot_no, w.box_no, w.boot, w.start_seq, CAST(w.stored AS text) AS stored, w.grade,
           w.zero_s, w.revision, c.offset_s, c.method
      FROM unnest(CAST(%s AS integer[]), CAST(%s AS text[])) AS wanted (box_no, boot)
      JOIN watermark w USING (box_no, boot)
      LEFT JOIN boot_clock c USING (boot_no)
     ORDER BY w.box_no, w.boot_no
       FOR UPDATE OF w
    """
_CREATE = text(
    """
    INSERT INTO watermark (box_no, boot, start_seq, grade, first_received_at, last_received_at)
    SELECT box_no, boot, start_seq, grade, received_at, received_at
      FROM unnest(CAST(:box_nos AS integer[]), CAST(:boots AS text[]),
                  CAST(:start_seqs AS bigint[]), CAST(:grades AS smallint[]),
                  CAST(:received AS timestamptz[]))
        AS given (box_no, boot, start_seq, grade, received_at)
     ORDER BY box_no, boot
        ON CONFLICT (box_no, boot) DO NOTHING
    """
).bindparams(_instants("received"))
_SAVE_CLOCKS = text(
    """
    INSERT INTO boot_clock (boot_no, box_no, offset_s, method)
    SELECT * FROM unnest(CAST(:boot_nos AS integer[]), CAST(:box_nos AS integer[]),
                         CAST(:offsets AS double precision[]), CAST(:methods AS text[]))
        ON CONFLICT (boot_no) DO UPDATE
       SET offset_s = excluded.offset_s, method = excluded.method,
           revision = boot_clock.revision + 1
    """
)
_PROGRESS = text(
    """
    SELECT b.box_no, b.box_id, w.boot, w.start_seq, CAST(w.stored AS text) AS stored
      FROM box b
     CROSS JOIN LATERAL (SELECT * FROM watermark
                          WHERE watermark.box_no = b.box_no AND watermark.grade = 0
                          ORDER BY last_received_at DESC, boot_no DESC LIMIT :most) w
     WHERE b.box_no = ANY (CAST(:box_nos AS integer[]))
     ORDER BY b.box_no, w.boot_no
    """
)
_LATEST = text(
    """
    SELECT boot, start_seq, CAST(stored AS text) AS stored, first_received_at, last_received_at
      FROM watermark WHERE box_no = :box_no
     ORDER BY last_received_at DESC, boot_no DESC LIMIT :most
    """
)
_BOXES = text(
    """
    SELECT b.box_no FROM box b
     WHERE b.shard = ANY (CAST(:shards AS integer[]))
       AND EXISTS (SELECT FROM watermark w WHERE w.box_no = b.box_no)
    """
)
# Of these a receipt may have been on its way when the process ended.
_LAST_HEARD = text(
    """
    SELECT DISTINCT b.box_no FROM box b JOIN watermark w USING (box_no)
     WHERE b.shard = ANY (CAST(:shards AS integer[]))
       AND w.last_received_at >= (SELECT max(last_received_at) - CAST(:span AS interval)
                                    FROM watermark)
    """
)


@dataclass(slots=True, kw_only=True)
class Boot:
    """One boot's row as it is, or as it will be when the batches in hand are committed."""

    boot_no: int
    box_no: int
    boot: str
    revision: int
    start_seq: int
    stored: SequenceSet
    correction: Correction | None
    grade: Grade = Grade.RECEIPTED
    zero_s: float | None = None
    """When the counter was zero, as the first reading told; a step of the clock shows by it."""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a boot's row begins with, if this is the first that is heard of it."""

    start_seq: int
    received_at: datetime
    grade: Grade = Grade.RECEIPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class BootProgress:
    """How far one boot of a box is stored."""

    box_no: int
    box_id: str
    boot: str
    start_seq: int
    stored: SequenceSet


@dataclass(frozen=True, slots=True, kw_only=True)
class BootLog:
    """What is stored of the log of one boot."""

    boot: str
    start_seq: int
    stored: SequenceSet
    first_received_at: datetime
    last_received_at: datetime


class Watermarks:
    """The rows of the gate, inside one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def lock(self, wanted: dict[BootKey, Opening]) -> dict[BootKey, Boot]:
        """Lock the rows of these boots, in box order; rows that are not there are made."""
        found = await self._locked(wanted)
        fresh = [key for key in wanted if key not in found]
        if fresh:
            await self._uow.execute(
                _CREATE,
                {
                    **_columns(fresh),
                    "start_seqs": [wanted[key].start_seq for key in fresh],
                    "grades": [int(wanted[key].grade) for key in fresh],
                    "received": [wanted[key].received_at for key in fresh],
                },
            )
            found |= await self._locked(fresh)
        return found

    async def save_corrections(self, boots: Sequence[Boot]) -> None:
        """Write the clock corrections of these boots."""
        pairs = [(boot, boot.correction) for boot in boots if boot.correction is not None]
        if not pairs:
            return
        parameters = {
            "boot_nos": [boot.boot_no for boot, _ in pairs],
            "box_nos": [boot.box_no for boot, _ in pairs],
            "offsets": [correction.offset_s for _, correction in pairs],
            "methods": [correction.method.value for _, correction in pairs],
        }
        await self._uow.execute(_SAVE_CLOCKS, parameters)

    async def boxes(self, shards: list[int]) -> set[int]:
        """The boxes of these shards of which anything was ever stored."""
        rows = await self._uow.execute(_BOXES, {"shards": shards})
        return set(rows.scalars())

    async def last_heard(self, shards: list[int], span: timedelta) -> set[int]:
        """The boxes of these shards that were heard of so shortly before the last of all."""
        rows = await self._uow.execute(_LAST_HEARD, {"shards": shards, "span": span})
        return set(rows.scalars())

    async def progress(self, box_nos: list[int]) -> list[BootProgress]:
        """The latest boots of these boxes; boots of a box stand together.

        Only of those that number their readings: nobody else can use a receipt.
        """
        parameters = {"box_nos": box_nos, "most": BOOTS_IN_RECEIPT}
        rows = await self._uow.execute(_PROGRESS, parameters)
        return [BootProgress(**{**row._mapping, "stored": _from_text(row.stored)}) for row in rows]

    async def logs(self, box_no: int, most: int) -> list[BootLog]:
        """The latest boots of a box, the one last heard first."""
        rows = await self._uow.execute(_LATEST, {"box_no": box_no, "most": most})
        return [BootLog(**{**row._mapping, "stored": _from_text(row.stored)}) for row in rows]

    async def any(self) -> bool:
        """Whether anything was ever stored."""
        found = await self._uow.execute(text("SELECT EXISTS (SELECT FROM watermark)"))
        return bool(found.scalar_one())

    async def _locked(self, keys: Collection[BootKey]) -> dict[BootKey, Boot]:
        driver = await self._uow.driver()
        box_nos = as_array(box_no for box_no, _ in keys)
        found = await driver.execute(_LOCK, (box_nos, [boot for _, boot in keys]))
        return {(row[1], row[2]): _to_boot(*row) for row in await found.fetchall()}


def _columns(keys: Sequence[BootKey]) -> dict[str, list[Any]]:
    return {"box_nos": [box_no for box_no, _ in keys], "boots": [boot for _, boot in keys]}


def _to_boot(
    boot_no: int,
    box_no: int,
    boot: str,
    start_seq: int,
    stored: str,
    grade: int,
    zero_s: float | None,
    revision: int,
    offset_s: float,
    method: str | None,
) -> Boot:
    correction = None if method is None else Correction(method=Method(method), offset_s=offset_s)
    return Boot(
        boot_no=boot_no,
        box_no=box_no,
        boot=boot,
        start_seq=start_seq,
        stored=_from_text(stored),
        correction=correction,
        grade=Grade(grade),
        zero_s=zero_s,
        revision=revision,
    )


def _from_text(multirange: str) -> SequenceSet:
    return SequenceSet((int(start), int(end)) for start, end in _RANGE.findall(multirange))

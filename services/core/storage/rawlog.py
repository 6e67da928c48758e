"""What a box said, row by row as it is stored: for checks, audits and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.core.storage.database import UnitOfWork
from services.core.storage.placing import PLACED_AT

Place = tuple[datetime, int, int]
"""Where a list of rows goes on: the key of the last row, but for its box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One stored reading, or event (`event` is its kind). `key` is its place in the list."""

    key: Place
    boot: str
    seq: int
    device_at: datetime | None
    placed_at: datetime | None
    received_at: datetime
    event: str | None
    temp_c: float | None
    probe: str | None
    detail: Mapping[str, Any] | None


_ROWS = f"""
SELECT reading.bucket_at, reading.boot_no, watermark.boot, reading.seq,
       -- An instant that no calendar here can hold, written by hand, must not hide the others.
       CASE WHEN reading.device_at BETWEEN '0001-01-02' AND '9999-12-30'
            THEN reading.device_at END AS device_at,
       {PLACED_AT} AS placed_at, reading.received_at, reading.event, reading.temp_c,
       reading.probe, reading.extra AS detail
FROM shown_reading AS reading
JOIN watermark USING (boot_no)
LEFT JOIN boot_clock USING (boot_no)
"""  # noqa: S608  composed of constants
# In the order of the primary key, so that a page is a walk along it. Rows are never changed and a
# row stored later may lie before the cursor: read the log from its start to be sure of the whole.
_PAGE = text(
    _ROWS
    + """
WHERE reading.box_no = :box_no
  AND (CAST(:bucket_at AS timestamptz) IS NULL
       OR (reading.bucket_at >= :bucket_at  -- says no more than the next line; prunes partitions
           AND (reading.bucket_at, reading.boot_no, reading.seq) > (:bucket_at, :boot_no, :seq)))
ORDER BY reading.bucket_at, reading.boot_no, reading.seq
LIMIT :limit
"""
)
_NEWEST = text(
    _ROWS
    + """
WHERE reading.box_no = :box_no
ORDER BY reading.bucket_at DESC, reading.boot_no DESC, reading.seq DESC
LIMIT :limit
"""
)


class RawLogRepository:
    """Reads the stored rows of a box."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def page(self, box_no: int, after: Place | None, limit: int) -> list[LogRow]:
        """Rows in the order of their key, from behind `after`."""
        bucket_at, boot_no, seq = after or (None, 0, 0)
        found = await self._unit.execute(
            _PAGE,
            {
                "box_no": box_no,
                "bucket_at": bucket_at,
                "boot_no": boot_no,
                "seq": seq,
                "limit": limit,
            },
        )
        return [_row(row) for row in found.mappings()]

    async def newest(self, box_no: int, limit: int) -> list[LogRow]:
        """The last rows of that order, the last one first."""
        found = await self._unit.execute(_NEWEST, {"box_no": box_no, "limit": limit})
        return [_row(row) for row in found.mappings()]


def _row(row: Mapping[Any, Any]) -> LogRow:
    names = set(LogRow.__slots__) - {"key"}
    return LogRow(
        key=(row["bucket_at"], row["boot_no"], row["seq"]), **{name: row[name] for name in names}
    )

"""Codes by which a shipment is known, and every scan that was compared with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update

from services.core.domain.clearance.identity import Mark, Scan, ScanPlace
from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import identity_mark, identity_scan


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRecord:
    """A seal, or a chain-of-identity code, from when to when."""

    mark_id: UUID
    shipment_id: UUID
    payload_id: UUID | None
    mark: str
    code: str
    entered_at: datetime
    entered_by: str
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None
    inspection_id: UUID | None


_MARKS = text(
    "SELECT mark_id, shipment_id, payload_id, mark, code, entered_at, entered_by, ended_at,"
    " ended_by, reason, inspection_id FROM identity_mark WHERE shipment_id = :shipment_id"
    " ORDER BY entered_at, mark_id"
)
_BOXES = text("""
SELECT DISTINCT box.box_id FROM assignment JOIN box USING (box_no)
WHERE assignment.shipment_id = :shipment_id AND assignment.during @> CAST(:now AS timestamptz)
ORDER BY box.box_id
""")
_SCANS = text(
    "SELECT mark, place, matches, at FROM identity_scan WHERE shipment_id = :shipment_id"
    " AND (CAST(:inspection_id AS uuid) IS NULL OR inspection_id = :inspection_id) ORDER BY id"
)


class IdentityRepository:
    """Reads and writes marks and scans."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def marks(self, shipment_id: UUID) -> list[MarkRecord]:
        """Every mark it has or had, oldest first."""
        rows = await self._unit.execute(_MARKS, {"shipment_id": shipment_id})
        return [MarkRecord(**row._mapping) for row in rows]

    async def expected(self, shipment_id: UUID, now: datetime) -> dict[Mark, list[str]]:
        """What a scan should read now: the boxes it is in, and its marks in force."""
        boxes = await self._unit.execute(_BOXES, {"shipment_id": shipment_id, "now": now})
        found: dict[Mark, list[str]] = {Mark.BOX: list(boxes.scalars())}
        for one in await self.marks(shipment_id):
            if one.ended_at is None:
                found.setdefault(Mark(one.mark), []).append(one.code)
        return found

    async def add_mark(self, values: Mapping[str, Any]) -> None:
        """Enter a mark; raises AlreadyExists when it is in force already."""
        refused = AlreadyExists("this mark is in force already", field="code")
        with refusals({"identity_mark_one_in_force": refused}):
            await self._unit.execute(insert(identity_mark).values(**values))

    async def end_mark(
        self, shipment_id: UUID, mark: str, code: str, ended: Mapping[str, Any]
    ) -> None:
        """End a mark that is in force; raises NotFound."""
        columns = identity_mark.c
        done = await self._unit.execute(
            update(identity_mark)
            .where(
                columns.shipment_id == shipment_id,
                columns.mark == mark,
                columns.code == code,
                columns.ended_at.is_(None),
            )
            .values(**ended)
        )
        if not done.rowcount:
            raise NotFound(f"no such {mark} is in force", field="code")

    async def add_scan(self, values: Mapping[str, Any]) -> None:
        """Keep a scan."""
        await self._unit.execute(insert(identity_scan).values(**values))

    async def scans(self, shipment_id: UUID, inspection_id: UUID | None = None) -> Sequence[Scan]:
        """Scans of the shipment, or of one of its inspections, in the order they came."""
        rows = await self._unit.execute(
            _SCANS, {"shipment_id": shipment_id, "inspection_id": inspection_id}
        )
        return [
            Scan(mark=Mark(row.mark), place=ScanPlace(row.place), matches=row.matches, at=row.at)
            for row in rows
        ]

"""Notes of people on a shipment: who wrote what, when, for which organisation; only added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import principal, shipment_note

_TABLE = shipment_note.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentNote:
    """What somebody wrote. People of other houses are not seen: then there is no name."""

    note_id: UUID
    shipment_id: UUID
    written_at: datetime
    written_by: str | None
    organisation: str | None
    words: str


_NOTES = select(
    _TABLE.note_id,
    _TABLE.shipment_id,
    _TABLE.written_at,
    principal.c.name.label("written_by"),
    _TABLE.organisation_id.label("organisation"),
    _TABLE.words,
).outerjoin(principal, principal.c.principal_id == _TABLE.written_by)


def _note(row: Row[Any]) -> ShipmentNote:
    return ShipmentNote(**row._mapping)


class ShipmentNotes:
    """Reads and adds notes inside one transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def page(self, shipment_id: UUID, after: UUID | None, limit: int) -> list[ShipmentNote]:
        """The notes of a shipment, oldest first, from behind the one named."""
        found = _NOTES.where(_TABLE.shipment_id == shipment_id)
        if after is not None:
            found = found.where(_TABLE.note_id > after)
        rows = await self._unit.execute(found.order_by(_TABLE.note_id).limit(limit))
        return [_note(row) for row in rows]

    async def add(self, values: Mapping[str, Any]) -> ShipmentNote:
        """Keep a note; never changed afterwards."""
        await self._unit.execute(insert(shipment_note).values(**values))
        kept = _NOTES.where(_TABLE.note_id == values["note_id"])
        return _note((await self._unit.execute(kept)).one())

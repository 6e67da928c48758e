"""Notes of one shift to the next, and the takings over, with names of people in place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from services.core.domain.errors import Conflict, NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import handover, principal, shift_note, shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNote:
    """What the next shift must know; with an hour it is a promise."""

    note_id: UUID
    written_at: datetime
    written_by: str
    words: str
    due_at: datetime | None
    shipment_id: UUID | None
    shipment_reference: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Somebody took the shift over."""

    handover_id: UUID
    taken_at: datetime
    taken_by: str
    seen: Mapping[str, Any]


_NOTES = (
    select(
        shift_note.c.note_id,
        shift_note.c.written_at,
        principal.c.name.label("written_by"),
        shift_note.c.words,
        shift_note.c.due_at,
        shift_note.c.shipment_id,
        shipment.c.reference.label("shipment_reference"),
        shift_note.c.done_at,
    )
    .join(principal, principal.c.principal_id == shift_note.c.written_by)
    .outerjoin(shipment, shipment.c.shipment_id == shift_note.c.shipment_id)
)


def _note(row: Row[Any]) -> ShiftNote:
    return ShiftNote(**row._mapping)


class HandoverRepository:
    """Notes and takings over inside one transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def open_notes(self) -> list[ShiftNote]:
        """Those that nobody has crossed out, promises first by their hour."""
        order = (shift_note.c.due_at.asc().nulls_last(), shift_note.c.written_at)
        rows = await self._unit.execute(
            _NOTES.where(shift_note.c.done_at.is_(None)).order_by(*order)
        )
        return [_note(row) for row in rows]

    async def note(self, note_id: UUID) -> ShiftNote:
        """One note; raises NotFound."""
        row = (await self._unit.execute(_NOTES.where(shift_note.c.note_id == note_id))).first()
        if row is None:
            raise NotFound("there is no such note", field="note_id")
        return _note(row)

    async def write(self, values: Mapping[str, Any]) -> ShiftNote:
        """Add a note."""
        await self._unit.execute(insert(shift_note).values(**values))
        return await self.note(values["note_id"])

    async def cross_out(self, note_id: UUID, now: datetime, principal_id: str) -> ShiftNote:
        """It is done with; raises Conflict when somebody was faster."""
        await self.note(note_id)
        done = await self._unit.execute(
            update(shift_note)
            .where(shift_note.c.note_id == note_id, shift_note.c.done_at.is_(None))
            .values(done_at=now, done_by=principal_id)
            .returning(shift_note.c.note_id)
        )
        if done.first() is None:
            raise Conflict("somebody has crossed out this note already")
        return await self.note(note_id)

    async def take(self, values: Mapping[str, Any]) -> None:
        """Somebody takes the shift over."""
        await self._unit.execute(insert(handover).values(**values))

    async def latest(self, most: int) -> list[Handover]:
        """The takings over, the newest first."""
        rows = await self._unit.execute(
            select(
                handover.c.handover_id,
                handover.c.taken_at,
                principal.c.name.label("taken_by"),
                handover.c.seen,
            )
            .join(principal, principal.c.principal_id == handover.c.taken_by)
            .order_by(handover.c.taken_at.desc(), handover.c.handover_id.desc())
            .limit(most)
        )
        return [Handover(**row._mapping) for row in rows]

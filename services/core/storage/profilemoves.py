"""Moves of live shipments to another profile version: asked for by one, confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from services.core.domain.errors import Conflict, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import profile_move


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileMoveRecord:
    """A move; nothing has happened yet while nobody has confirmed it."""

    move_id: UUID
    shipment_id: UUID
    profile_id: str
    profile_version: int
    reason: str
    requested_by: str
    requested_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


class ProfileMoves:
    """Reads and writes moves."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, move: ProfileMoveRecord) -> None:
        """Ask for a move; raises Conflict while another one waits."""
        values = {name: getattr(move, name) for name in ProfileMoveRecord.__slots__}
        with refusals({"profile_move_one_open": _WAITING}):
            await self._unit.execute(insert(profile_move).values(**values))

    async def lock(self, shipment_id: UUID, move_id: UUID) -> ProfileMoveRecord:
        """One move of this shipment, held; raises NotFound."""
        rows = await self._unit.execute(
            select(profile_move)
            .where(profile_move.c.move_id == move_id, profile_move.c.shipment_id == shipment_id)
            .with_for_update()
        )
        row = rows.one_or_none()
        if row is None:
            raise NotFound("there is no such move", field="move_id", remedy="ask for one first")
        return ProfileMoveRecord(**row._mapping)

    async def of(self, shipment_id: UUID) -> list[ProfileMoveRecord]:
        """Every move of a shipment, oldest first."""
        rows = await self._unit.execute(
            select(profile_move)
            .where(profile_move.c.shipment_id == shipment_id)
            .order_by(profile_move.c.requested_at, profile_move.c.move_id)
        )
        return [ProfileMoveRecord(**row._mapping) for row in rows]

    async def confirm(self, move_id: UUID, by: str, now: datetime) -> None:
        """Write who confirmed it, and when."""
        await self._unit.execute(
            update(profile_move)
            .where(profile_move.c.move_id == move_id)
            .values(confirmed_by=by, confirmed_at=now)
        )


_WAITING = Conflict(
    "another move of this shipment waits to be confirmed",
    field="shipment_id",
    remedy="confirm that one first",
)

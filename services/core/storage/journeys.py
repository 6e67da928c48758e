"""Legs of the way and what happened on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, or_, select, update

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import leg, milestone, payload, shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRecord:
    """A leg's times and how it stands."""

    leg_id: UUID
    shipment_id: UUID
    ordinal: int
    mode: str
    status: str
    planned_departure: datetime
    estimated_departure: datetime | None
    actual_departure: datetime | None
    planned_arrival: datetime
    estimated_arrival: datetime | None
    actual_arrival: datetime | None
    arrival_told_at: datetime | None
    revision: int


_COLUMNS = tuple(leg.c[name] for name in LegRecord.__slots__)


class JourneyRepository:
    """Reads and writes the way of a shipment."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add_legs(self, legs: Sequence[Mapping[str, Any]]) -> None:
        """Enter the legs of a shipment."""
        if legs:
            await self._unit.execute(insert(leg), [dict(one) for one in legs])

    async def legs(self, shipment_id: UUID) -> list[LegRecord]:
        """The legs of a shipment in order."""
        rows = await self._unit.execute(
            select(*_COLUMNS).where(leg.c.shipment_id == shipment_id).order_by(leg.c.ordinal)
        )
        return [LegRecord(**row._mapping) for row in rows]

    async def flight(self, shipment_id: UUID, leg_id: UUID) -> list[LegRecord]:
        """A leg, first, and the same flight or trip of other live shipments behind it.

        All are held until the transaction ends, in one order, so that two changes of one flight
        queue. Raises NotFound when the leg is not this shipment's.
        """
        own = leg.alias("own")
        same = and_(
            leg.c.carrier_number == own.c.carrier_number,
            leg.c.mode == own.c.mode,
            leg.c.from_code == own.c.from_code,
            leg.c.planned_departure == own.c.planned_departure,
            shipment.c.state.in_(("draft", "packed", "moving")),
        )
        rows = await self._unit.execute(
            select(*_COLUMNS)
            .select_from(own)
            .join(leg, or_(leg.c.leg_id == own.c.leg_id, leg.c.mode == own.c.mode))
            .join(shipment, shipment.c.shipment_id == leg.c.shipment_id)
            .where(
                own.c.leg_id == leg_id,
                own.c.shipment_id == shipment_id,
                or_(leg.c.leg_id == own.c.leg_id, same),
            )
            .order_by(leg.c.leg_id)
            .with_for_update(of=leg)
        )
        legs = [LegRecord(**row._mapping) for row in rows]
        if not legs:
            raise NotFound(
                "this shipment has no such leg",
                field="leg_id",
                remedy="use one of the leg ids of this shipment",
            )
        return sorted(legs, key=lambda one: one.leg_id != leg_id)

    async def change_leg(self, leg_id: UUID, values: Mapping[str, Any]) -> None:
        """Change what is named; the revision grows by one."""
        await self._unit.execute(
            update(leg).where(leg.c.leg_id == leg_id).values(**values, revision=leg.c.revision + 1)
        )

    async def add_milestone(self, values: Mapping[str, Any]) -> None:
        """Keep what happened; never changed afterwards."""
        await self._unit.execute(insert(milestone).values(**values))

    async def payloads_of(self, shipments: Sequence[UUID]) -> list[UUID]:
        """The payloads of several shipments."""
        rows = await self._unit.execute(
            select(payload.c.payload_id).where(payload.c.shipment_id.in_(shipments))
        )
        return list(rows.scalars())

"""Appointments: places in bays held for shipments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, text, update
from sqlalchemy.dialects.postgresql import Range

from services.core.domain.errors import AlreadyExists, NotFound, SlotTaken
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentView:
    """An appointment as it is shown."""

    id: UUID
    number: int
    shipment_id: UUID
    shipment_reference: str
    site_id: str
    bay_id: str
    bay_name_en: str
    bay_name_zh: str
    place: int
    starts_at: datetime
    ends_at: datetime
    state: str
    latest_start_at_booking: datetime | None
    booked_at: datetime
    booked_by: str
    cancel_reason: str | None
    revision: int
    simulated: bool
    follows: UUID | None = None
    move_code: str | None = None
    move_minutes: Mapping[str, int] | None = None
    move_reason: str | None = None
    moved_by_people: int = 0
    bumps: int = 0
    off_grid: bool = False
    asked_because: str | None = None
    answer_by: datetime | None = None
    answer_level: int = 0
    checked_in_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A place that somebody holds for a time."""

    bay_id: str
    place: int
    start: datetime
    end: datetime


_VIEW = """
SELECT a.appointment_id AS id, a.number, a.shipment_id, s.reference AS shipment_reference,
       bay.site_id, bay.bay_id, bay.name_en AS bay_name_en, bay.name_zh AS bay_name_zh,
       a.place, lower(a.during) AS starts_at, upper(a.during) AS ends_at, a.state,
       a.latest_start_at_booking, a.booked_at, a.booked_by, a.cancel_reason, a.revision,
       s.simulated, a.follows, a.move_code, a.move_minutes, a.move_reason, a.moved_by_people,
       a.bumps, a.off_grid, a.asked_because, a.answer_by, a.answer_level, a.checked_in_at
FROM appointment AS a JOIN bay USING (bay_id) JOIN shipment AS s USING (shipment_id)
"""
_ONE = text(_VIEW + " WHERE a.appointment_id = :id")
_ONE_LOCKED = text(_VIEW + " WHERE a.appointment_id = :id FOR UPDATE OF a")
_LIST = text(
    _VIEW + " WHERE (CAST(:site_id AS text) IS NULL OR bay.site_id = :site_id)"
    " AND a.during && tstzrange(:from_at, :to_at)"
    " AND (CAST(:after AS bigint) IS NULL OR a.number > :after)"
    " ORDER BY a.number LIMIT :limit"
)
_CURRENT = text(
    _VIEW + " WHERE a.state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED')"
    " AND upper(a.during) > :since ORDER BY a.number"
)
_AT_SITE = text(
    _VIEW + " WHERE bay.site_id = :site_id AND a.during && tstzrange(:from_at, :to_at)"
    " AND a.state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED')"
    " ORDER BY lower(a.during), a.number"
)
_FOLLOWED = text("SELECT appointment_id FROM appointment WHERE follows = :id")
_HELD = text(
    'SELECT bay_id, place, lower(during) AS start, upper(during) AS "end" FROM held_place'
    " WHERE bay_id = ANY(:bays) AND during && tstzrange(:from_at, :to_at)"
)


_RELEASE = text(
    "UPDATE appointment SET state = 'CANCELLED', cancel_reason = :reason, revision = revision + 1"
    " WHERE shipment_id = :shipment_id AND state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED')"
    " AND lower(during) > :now RETURNING appointment_id"
)
_OPEN_SITE = text(
    "SELECT bay.site_id FROM appointment AS a JOIN bay USING (bay_id)"
    " WHERE a.shipment_id = :shipment_id AND a.state IN"
    " ('REQUESTED', 'TENTATIVE', 'CONFIRMED', 'CHECKED_IN', 'IN_INSPECTION')"
)


class AppointmentRepository:
    """Reads and writes appointments; the database lets no place be held twice."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any], start: datetime, end: datetime) -> None:
        """Hold a place; raises SlotTaken, or AlreadyExists when the shipment has one open."""
        refused = {
            "place_held_once": SlotTaken(
                "somebody else holds this place at that time",
                field="start",
                remedy="choose another slot: GET /api/v1/shipments/{id}/slots lists the free ones",
            ),
            "appointment_one_open_per_shipment": AlreadyExists(
                "the shipment has an appointment already",
                field="shipment_id",
                remedy="cancel the open appointment first, then book anew",
            ),
        }
        with refusals(refused):
            await self._unit.execute(insert(appointment).values(**values, during=Range(start, end)))

    async def one(self, appointment_id: UUID, *, lock: bool = False) -> AppointmentView:
        """One appointment; raises NotFound."""
        found = await self._rows(_ONE_LOCKED if lock else _ONE, {"id": appointment_id})
        if not found:
            raise NotFound("there is no such appointment", field="appointment_id")
        return found[0]

    async def page(
        self,
        site_id: str | None,
        stretch: tuple[datetime | None, datetime | None],
        after: int | None,
        limit: int,
    ) -> list[AppointmentView]:
        """Appointments that touch a stretch of time, in order of their number."""
        from_at, to_at = stretch
        return await self._rows(
            _LIST,
            {
                "site_id": site_id,
                "from_at": from_at,
                "to_at": to_at,
                "after": after,
                "limit": limit,
            },
        )

    async def current(self, since: datetime) -> list[AppointmentView]:
        """Appointments that hold a place and end after `since`."""
        return await self._rows(_CURRENT, {"since": since})

    async def held(self, bays: Sequence[str], from_at: datetime, to_at: datetime) -> list[Held]:
        """The places that are held in a stretch of time."""
        rows = await self._unit.execute(
            _HELD, {"bays": list(bays), "from_at": from_at, "to_at": to_at}
        )
        return [Held(**row._mapping) for row in rows]

    async def move(self, appointment_id: UUID, state: str, **values: Any) -> None:
        """Enter the next state of an appointment's life, and what else changes with it."""
        await self._unit.execute(
            update(appointment)
            .where(appointment.c.appointment_id == appointment_id)
            .values(state=state, **values, revision=appointment.c.revision + 1)
        )

    async def followed(self, appointment_id: UUID) -> UUID | None:
        """The appointment that took this one's place."""
        rows = await self._unit.execute(_FOLLOWED, {"id": appointment_id})
        found: UUID | None = rows.scalar_one_or_none()
        return found

    async def site(self, site_id: str, from_at: datetime, to_at: datetime) -> list[AppointmentView]:
        """What holds a place at a site in a stretch of time."""
        values = {"site_id": site_id, "from_at": from_at, "to_at": to_at}
        return await self._rows(_AT_SITE, values)

    async def release(self, shipment_id: UUID, reason: str, now: datetime) -> list[UUID]:
        """Give back what the shipment holds and has not begun; returns which."""
        rows = await self._unit.execute(
            _RELEASE, {"shipment_id": shipment_id, "reason": reason, "now": now}
        )
        return list(rows.scalars())

    async def site_of_open(self, shipment_id: UUID) -> str | None:
        """The site at which the shipment has an open appointment."""
        rows = await self._unit.execute(_OPEN_SITE, {"shipment_id": shipment_id})
        site_id: str | None = rows.scalar_one_or_none()
        return site_id

    async def _rows(
        self, statement: TextClause, parameters: Mapping[str, Any]
    ) -> list[AppointmentView]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [AppointmentView(**row._mapping) for row in rows]

"""Who sees a shipment beside its owner: grants, made and revoked, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import ScalarSelect

from services.core.domain.errors import Conflict, Invalid, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import appointment, shipment_grant

OWNER = "owner"
_GIVEN_BACK = ("CANCELLED", "NO_SHOW_RELEASED", "RESCHEDULED")
_TABLE = shipment_grant.c


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    """A shipment is shared with an organisation, as what, from when until when."""

    grant_id: UUID
    shipment_id: UUID
    organisation_id: str
    owner_id: str | None
    party: str
    starts_at: datetime | None
    ends_at: datetime | None
    granted_by: str
    granted_at: datetime
    reason: str
    appointment_id: UUID | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoke_reason: str | None = None


def shared_with(organisation_id: ColumnElement[str], now: datetime) -> ScalarSelect[Any]:
    """The shipments of others that are shared with it, as a list of (shipment, party)."""
    return (
        select(func.jsonb_agg(func.jsonb_build_array(_TABLE.shipment_id, _TABLE.party)))
        .where(
            _TABLE.organisation_id == organisation_id,
            _TABLE.owner_id.is_distinct_from(_TABLE.organisation_id),
            _TABLE.revoked_at.is_(None),
            or_(_TABLE.starts_at.is_(None), _TABLE.starts_at <= now),
            or_(_TABLE.ends_at.is_(None), _TABLE.ends_at > now),
        )
        .scalar_subquery()
    )


class ShipmentGrants:
    """Reads, makes and revokes grants."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def own(self, shipment: Mapping[str, Any], principal_id: str) -> None:
        """Give a new shipment to its organisation, if it has one."""
        organisation_id = shipment["organisation_id"]
        if organisation_id is None:
            return
        await self.add(
            GrantRecord(
                grant_id=uuid4(),
                shipment_id=shipment["shipment_id"],
                organisation_id=organisation_id,
                owner_id=organisation_id,
                party=OWNER,
                starts_at=None,
                ends_at=None,
                granted_by=principal_id,
                granted_at=shipment["created_at"],
                reason="its own",
            )
        )

    async def add(self, grant: GrantRecord) -> None:
        """Share a shipment; raises Invalid."""
        unknown = Invalid(
            f"there is no organisation {grant.organisation_id}",
            field="organisation",
            remedy="ask for its short name: coldlane organisation list",
        )
        values = {name: getattr(grant, name) for name in grant.__slots__}
        with refusals({"shipment_grant_organisation_id_fkey": unknown}):
            await self._unit.execute(insert(shipment_grant).values(**values))

    async def of_shipment(self, shipment_id: UUID) -> list[GrantRecord]:
        """Every grant of a shipment that may be seen, the ended ones too, in order of making."""
        columns = (_TABLE[name] for name in GrantRecord.__slots__)
        rows = await self._unit.execute(
            select(*columns)
            .where(_TABLE.shipment_id == shipment_id)
            .order_by(_TABLE.granted_at, _TABLE.grant_id)
        )
        return [GrantRecord(**row._mapping) for row in rows]

    async def shared_with(self, organisation_id: str, now: datetime) -> list[list[str]]:
        """The shipments of others that are shared with an organisation, and as what."""
        found = await self._unit.execute(select(shared_with(literal(organisation_id), now)))
        return found.scalar_one() or []

    async def lock(self, shipment_id: UUID, grant_id: UUID) -> GrantRecord:
        """One grant, held until the transaction ends; raises NotFound."""
        columns = (_TABLE[name] for name in GrantRecord.__slots__)
        found = await self._unit.execute(
            select(*columns)
            .where(_TABLE.shipment_id == shipment_id, _TABLE.grant_id == grant_id)
            .with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("this shipment has no such grant", field="grant_id")
        return GrantRecord(**row._mapping)

    async def revoke(self, grant: GrantRecord, by: str, reason: str, now: datetime) -> None:
        """End a grant for good; raises Conflict when it has ended so already."""
        if grant.revoked_at is not None:
            raise Conflict("this grant was revoked already", field="grant_id")
        if grant.party == OWNER:
            raise Conflict("the owner cannot be shut out of its own shipment", field="grant_id")
        await self._unit.execute(
            update(shipment_grant)
            .where(_TABLE.grant_id == grant.grant_id)
            .values(revoked_at=now, revoked_by=by, revoke_reason=reason)
        )

    async def end_given_back(self, now: datetime) -> int:
        """End what bookings had shared whose places are held no longer; returns how many."""
        free = select(appointment.c.appointment_id).where(appointment.c.state.in_(_GIVEN_BACK))
        ended = await self._unit.execute(
            update(shipment_grant)
            .where(_TABLE.appointment_id.in_(free), _TABLE.revoked_at.is_(None))
            .values(revoked_at=now, revoked_by="api", revoke_reason="the place was given back")
        )
        return ended.rowcount

    async def end_of_appointment(self, appointment_id: UUID, by: str, now: datetime) -> list[UUID]:
        """End what a booking had shared: the place is given back. Returns which."""
        rows = await self._unit.execute(
            update(shipment_grant)
            .where(_TABLE.appointment_id == appointment_id, _TABLE.revoked_at.is_(None))
            .values(revoked_at=now, revoked_by=by, revoke_reason="the place was given back")
            .returning(_TABLE.grant_id)
        )
        return list(rows.scalars())

"""Sharing a shipment with another organisation, by a person or by the booking of a place."""

from __future__ import annotations

from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.grants import NewGrant
from services.core.domain.errors import Invalid
from services.core.storage.grants import GrantRecord, ShipmentGrants
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository


async def share(shipment_id: UUID, body: NewGrant, act: Act) -> GrantRecord:
    """Let an organisation see the shipment; only its owner may."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    check_owner(shipment, act)
    starts_at = body.starts_at or act.now
    if body.ends_at is not None and body.ends_at <= max(starts_at, act.now):
        raise Invalid(
            "the grant would have ended already", field="ends_at", remedy="choose a later end"
        )
    if body.organisation == shipment.organisation_id:
        raise Invalid("it is this organisation's own shipment", field="organisation")
    grant = GrantRecord(
        grant_id=new_id(act.now),
        shipment_id=shipment_id,
        organisation_id=body.organisation,
        owner_id=shipment.organisation_id,
        party=body.party,
        starts_at=starts_at,
        ends_at=body.ends_at,
        granted_by=act.principal.principal_id,
        granted_at=act.now,
        reason=body.reason,
    )
    await ShipmentGrants(act.unit).add(grant)
    await act.audit(
        "share",
        ("shipment", shipment_id),
        after=body.model_dump(mode="json", exclude={"reason"}) | {"grant_id": str(grant.grant_id)},
        reason=body.reason,
    )
    return grant


async def stop_sharing(shipment_id: UUID, grant_id: UUID, reason: str, act: Act) -> GrantRecord:
    """End a grant; from the next question on it shows nothing. Open streams say `gone`."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    check_owner(shipment, act)
    grants = ShipmentGrants(act.unit)
    grant = await grants.lock(shipment_id, grant_id)
    await grants.revoke(grant, act.principal.principal_id, reason, act.now)
    await act.audit(
        "stop_sharing",
        ("shipment", shipment_id),
        before={"grant_id": str(grant_id), "organisation": grant.organisation_id},
        reason=reason,
    )
    return await grants.lock(shipment_id, grant_id)


async def share_with_site(
    shipment: ShipmentRecord, appointment_id: UUID, customs: str | None, act: Act
) -> None:
    """A place at a site is held: its customs see the shipment, as long as the place is held."""
    if customs is None or customs == shipment.organisation_id:
        return
    grant = GrantRecord(
        grant_id=new_id(act.now),
        shipment_id=shipment.shipment_id,
        organisation_id=customs,
        owner_id=shipment.organisation_id,
        party="customs_site",
        starts_at=act.now,
        ends_at=None,
        granted_by=act.principal.principal_id,
        granted_at=act.now,
        reason="a place is held there",
        appointment_id=appointment_id,
    )
    await ShipmentGrants(act.unit).add(grant)
    await act.audit(
        "share",
        ("shipment", shipment.shipment_id),
        after={"organisation": customs, "party": grant.party, "grant_id": str(grant.grant_id)},
        reason=grant.reason,
    )


async def unshare_with_site(shipment_id: UUID, appointment_id: UUID, act: Act) -> None:
    """The place was given back: what its booking had shared ends."""
    author = act.principal.principal_id
    for ended in await ShipmentGrants(act.unit).end_of_appointment(appointment_id, author, act.now):
        await act.audit(
            "stop_sharing",
            ("shipment", shipment_id),
            before={"grant_id": str(ended)},
            reason="the place was given back",
        )


def check_owner(shipment: ShipmentRecord, act: Act, does: str = "shares it") -> None:
    """Refuse who works for another organisation; nobody is refused on one machine alone."""
    principal = act.principal
    if not principal.sees_all and principal.organisation_id != shipment.organisation_id:
        raise HttpRefusal(
            403,
            f"only the organisation that owns a shipment {does}",
            remedy="ask whoever entered it",
        )

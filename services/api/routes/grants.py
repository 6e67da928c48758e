"""With whom a shipment is shared."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response

from services.api.acts.share import share, stop_sharing
from services.api.answers import as_json
from services.api.dependencies import ActDep, ClockDep, OnceDep, PartsDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.look import look_at
from services.api.passages import share_at_border
from services.api.schemas.base import Identifier, Page
from services.api.schemas.grants import Grant, NewGrant, RevokeGrant
from services.core.storage.grants import GrantRecord, ShipmentGrants
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}/grants", tags=["grants"])


@router.get(
    "",
    response_model=Page[Grant],
    operation_id="list_grants",
    summary="See with whom a shipment is shared",
    responses=problem_responses(404, 422),
)
async def list_grants(shipment_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """All grants to the owner, also those that have ended; to others their own."""
    now = clock.now()
    await look_at(shipment_id, unit, now)
    grants = await ShipmentGrants(unit).of_shipment(shipment_id)
    return as_json(Page[Grant](items=[_out(one, now) for one in grants], next_cursor=None))


@router.post(
    "",
    response_model=Grant,
    status_code=201,
    operation_id="create_grant",
    summary="Share a shipment with an organisation",
    responses=problem_responses(404, 409, 422),
)
async def post_grant(
    shipment_id: Identifier, body: NewGrant, act: ActDep, once: OnceDep, parts: PartsDep
) -> Response:
    """Its people see the shipment and what belongs to it, in the fields that their roles see.

    Abroad they see the journey and nobody in it; that it may be shared there is decided first.
    """
    await ShipmentRepository(act.unit).lock(shipment_id)
    await share_at_border(parts, act.principal, body.organisation)
    answer = _out(await share(shipment_id, body, act), act.now)
    await once.keep(201, answer)
    return as_json(answer, status=201)


@router.post(
    "/{grant_id}/revoke",
    response_model=Grant,
    operation_id="cancel_grant",
    summary="Stop sharing a shipment",
    responses=problem_responses(404, 409, 422),
)
async def post_revocation(
    shipment_id: Identifier, grant_id: Identifier, body: RevokeGrant, act: ActDep
) -> Response:
    """From the next question on nothing of it is shown; open streams say `gone` within seconds."""
    grant = await stop_sharing(shipment_id, grant_id, body.reason, act)
    return as_json(_out(grant, act.now))


def _out(grant: GrantRecord, now: datetime) -> Grant:
    values = {name: getattr(grant, name) for name in grant.__slots__}
    begun = grant.starts_at is None or grant.starts_at <= now
    ended = grant.ends_at is not None and grant.ends_at <= now
    return Grant.model_validate(
        {
            **values,
            "id": grant.grant_id,
            "organisation": grant.organisation_id,
            "in_force": begun and not ended and grant.revoked_at is None,
        }
    )

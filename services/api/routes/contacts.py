"""Whom to call about a shipment: read, entered when it is on its way, and corrected."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from services.api.acts.share import check_owner
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag
from services.api.dependencies import Act, ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.schemas.base import Identifier, Page
from services.api.schemas.contacts import ShipmentContact
from services.api.schemas.requests import NewContact
from services.core.storage import shipmentcontacts
from services.core.storage.shipmentcontacts import ShipmentContacts
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}/contacts", tags=["shipments"])


def _contact(one: shipmentcontacts.ShipmentContact) -> ShipmentContact:
    return ShipmentContact.model_validate(asdict(one))


async def _audit(action: str, shipment_id: Identifier, one: ShipmentContact, act: Act) -> None:
    """Which row: names and numbers stay out of the trail, as do words that may hold them."""
    after = {"contact_id": str(one.contact_id)}
    await act.audit(action, ("shipment", shipment_id), after=after)


@router.get(
    "",
    response_model=Page[ShipmentContact],
    operation_id="list_contacts",
    summary="Read whom to call about a shipment",
    responses=problem_responses(404, 422),
)
async def list_contacts(shipment_id: Identifier, unit: UnitOfWorkDep) -> Response:
    """Its own, then those of its site; to a carrier none."""
    await ShipmentRepository(unit).require(shipment_id)
    items = [_contact(one) for one in await ShipmentContacts(unit).of(shipment_id)]
    return as_json(Page[ShipmentContact](items=items, next_cursor=None))


@router.post(
    "",
    status_code=201,
    response_model=ShipmentContact,
    operation_id="create_contact",
    summary="Enter whom to call about a shipment",
    responses=problem_responses(403, 404, 409, 422),
)
async def post_contact(
    shipment_id: Identifier, body: NewContact, act: ActDep, once: OnceDep
) -> Response:
    """Alarms that ask for this role name it, ringing ones too; of two, who was entered first."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    check_owner(shipment, act, "says whom to call")
    key = {"contact_id": new_id(act.now), "shipment_id": shipment_id}
    entered = _contact(await ShipmentContacts(act.unit).add({**key, **body.model_dump()}))
    await _audit("add_contact", shipment_id, entered, act)
    await once.keep(201, entered)
    return as_json(entered, status=201, headers={"etag": tag(entered.revision)})


@router.put(
    "/{contact_id}",
    response_model=ShipmentContact,
    operation_id="update_contact",
    summary="Correct whom to call about a shipment",
    responses=problem_responses(403, 404, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def put_contact(
    request: Request,
    shipment_id: Identifier,
    contact_id: Identifier,
    body: NewContact,
    act: ActDep,
) -> Response:
    """All of it anew, after the shift or the number has changed. A site's stay as they are."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    check_owner(shipment, act, "says whom to call")
    contacts = ShipmentContacts(act.unit)
    held = await contacts.lock(shipment_id, contact_id)
    require_match(request, numbers=[held.revision])
    changed = _contact(await contacts.change(held, body.model_dump()))
    await _audit("change_contact", shipment_id, changed, act)
    return as_json(changed, headers={"etag": tag(changed.revision)})

"""What happens to shipments on their way: boxes, milestones, legs, and the slots that fit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.api.acts.assign import assign
from services.api.acts.flights import change_flight
from services.api.acts.milestones import add_milestone
from services.api.acts.order_inspection import order_inspection
from services.api.acts.slot_moves import start_now
from services.api.acts.unfit import no_longer_fit
from services.api.answers import MATCH_IN_CASE, as_json, require_match, tag
from services.api.dependencies import Act, ActDep, ClockDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.look import look_at
from services.api.offers import offers_for
from services.api.present.customs import appointment_out
from services.api.schemas.appointments import Appointment, Slots
from services.api.schemas.base import Identifier
from services.api.schemas.customs import InspectionOrder, StartNow
from services.api.schemas.requests import LegChange, NewAssignment, NewMilestone
from services.api.schemas.shipments import Shipment, ShipmentAfterNews
from services.core.domain.errors import NotFound
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.journeys import JourneyRepository
from services.core.storage.overview import OverviewRepository
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}", tags=["journeys"])


@router.post(
    "/assignments",
    status_code=201,
    response_model=Shipment,
    operation_id="create_assignment",
    summary="Say in which box a payload was, also for the past",
    responses=problem_responses(404, 409, 422),
)
async def post_assignment(
    shipment_id: Identifier, body: NewAssignment, act: ActDep, once: OnceDep
) -> Response:
    """The payload's other stays make room; both boxes are judged again."""
    await assign(shipment_id, body, act)
    shipment, etag = await look_at(shipment_id, act.unit, act.now)
    await once.keep(201, shipment)
    return as_json(shipment, status=201, headers={"etag": etag})


@router.post(
    "/milestones",
    status_code=201,
    response_model=ShipmentAfterNews,
    operation_id="create_milestone",
    summary="Tell what happened on the way",
    responses=problem_responses(404, 409, 422),
)
async def post_milestone(
    shipment_id: Identifier, body: NewMilestone, act: ActDep, once: OnceDep
) -> Response:
    """Moves the shipment in its life, and the leg it names."""
    await add_milestone(shipment_id, body, act)
    shipment, etag = await _after_news(shipment_id, act)
    await once.keep(201, shipment)
    return as_json(shipment, status=201, headers={"etag": etag})


@router.patch(
    "/legs/{leg_id}",
    response_model=ShipmentAfterNews,
    operation_id="update_leg",
    summary="Tell how a leg stands now",
    responses=problem_responses(404, 409, 412, 422),
    openapi_extra=MATCH_IN_CASE,
)
async def patch_leg(
    request: Request, shipment_id: Identifier, leg_id: Identifier, body: LegChange, act: ActDep
) -> Response:
    """Reaches every shipment on the same flight. If-Match is checked when it is sent."""
    await ShipmentRepository(act.unit).lock(shipment_id)
    values = body.model_dump(exclude_unset=True)
    if "if-match" in request.headers:
        legs = await JourneyRepository(act.unit).legs(shipment_id)
        require_match(request, numbers=[leg.revision for leg in legs if leg.leg_id == leg_id])
    leg = await change_flight(shipment_id, leg_id, values, act)
    await act.audit(
        "update_leg",
        ("leg", leg_id),
        before={name: str(getattr(leg, name)) for name in values},
        after=body.model_dump(mode="json", exclude_unset=True),
    )
    shipment, etag = await _after_news(shipment_id, act)
    return as_json(shipment, headers={"etag": etag})


async def _after_news(shipment_id: UUID, act: Act) -> tuple[ShipmentAfterNews, str]:
    """The shipment, with the bookings that fit no more; their holders are told."""
    unfit = await no_longer_fit(shipment_id, act)
    shipment, etag = await look_at(shipment_id, act.unit, act.now)
    return ShipmentAfterNews(**dict(shipment), no_longer_fit=unfit), etag


@router.get(
    "/slots",
    response_model=Slots,
    operation_id="list_slots",
    summary="List the free slots that meet the deadline",
    responses=problem_responses(404, 422),
)
async def list_slots(
    shipment_id: Identifier,
    unit: UnitOfWorkDep,
    clock: ClockDep,
    limit: Annotated[int, Query(ge=1, le=200, description="Most slots.")] = 20,
) -> Response:
    """Earliest first, with spare time; the first open ones when none is in time."""
    overview = await OverviewRepository(unit).one(shipment_id, clock.now())
    if overview is None:
        raise NotFound("there is no such shipment", field="shipment_id")
    return as_json(await offers_for(overview, unit, clock.now(), limit))


@router.post(
    "/start-now",
    status_code=201,
    response_model=Appointment,
    operation_id="create_appointment_now",
    summary="Take a free bay at once, beside the grid",
    responses=problem_responses(404, 409, 422),
)
async def post_start_now(
    shipment_id: Identifier, body: StartNow, act: ActDep, once: OnceDep
) -> Response:
    """The box is checked in; a slot that it held is given up for it."""
    appointment_id = await start_now(shipment_id, body.bay_id, body.reason, act)
    appointment = appointment_out(await AppointmentRepository(act.unit).one(appointment_id))
    await once.keep(201, appointment)
    return as_json(appointment, status=201, headers={"etag": tag(appointment.revision)})


@router.post(
    "/inspection-order",
    response_model=Shipment,
    operation_id="update_inspection_order",
    summary="Say whether customs wants to inspect",
    responses=problem_responses(404, 409, 422),
)
async def post_inspection_order(
    shipment_id: Identifier, body: InspectionOrder, act: ActDep, once: OnceDep
) -> Response:
    """`no`: it leaves the queue, its slot is freed, and it counts down to its delivery."""
    await order_inspection(shipment_id, body, act)
    shipment, etag = await look_at(shipment_id, act.unit, act.now)
    await once.keep(200, shipment)
    return as_json(shipment, headers={"etag": etag})

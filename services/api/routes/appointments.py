"""Appointments: hold a place in a bay, see what is held, give it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api import paging
from services.api.acts.book import book, give_back, held_for
from services.api.acts.slot_moves import answer, check_in, reschedule
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag, tagged
from services.api.dependencies import (
    Act,
    ActDep,
    CursorText,
    Limit,
    Once,
    OnceDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.present.customs import appointment_out
from services.api.schemas.appointments import Appointment, Cancellation, NewAppointment
from services.api.schemas.base import Identifier, Instant, Page
from services.api.schemas.customs import CheckIn, NewTime, SlotAnswer
from services.api.schemas.sites import PlaceName
from services.core.domain.errors import Invalid
from services.core.storage.appointments import AppointmentRepository

router = APIRouter(prefix="/appointments", tags=["appointments"])

From = Annotated[Instant | None, Query(alias="from", description="Touching this instant or later.")]
To = Annotated[Instant | None, Query(description="Beginning before this instant.")]


@router.post(
    "",
    status_code=201,
    response_model=Appointment,
    operation_id="create_appointment",
    summary="Book a slot",
    responses=problem_responses(404, 409, 422),
)
async def post_appointment(body: NewAppointment, act: ActDep, once: OnceDep) -> Response:
    """Confirmed by rule at once, or REQUESTED with a clock; 409 `slot-taken` when all are held,
    `no-slot-in-time` when it begins after the latest start and no `late_reason` is given."""
    appointment_id = await book(body, act)
    appointment = appointment_out(await AppointmentRepository(act.unit).one(appointment_id))
    await once.keep(201, appointment)
    headers = {
        "location": f"/api/v1/appointments/{appointment_id}",
        "etag": tag(appointment.revision),
    }
    return as_json(appointment, status=201, headers=headers)


@router.get(
    "",
    response_model=Page[Appointment],
    operation_id="list_appointments",
    summary="List appointments by number",
    responses=problem_responses(400, 422),
)
async def list_appointments(
    unit: UnitOfWorkDep,
    site_id: Annotated[PlaceName | None, Query(description="Only at this site.")] = None,
    from_: From = None,
    to: To = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """In any state, those that touch the stretch `from` … `to`."""
    if from_ is not None and to is not None and to < from_:
        raise Invalid("`to` lies before `from`", field="to", remedy="exchange them")
    if from_ is not None and from_ == to:
        return as_json(Page[Appointment](items=[], next_cursor=None))
    rows = await AppointmentRepository(unit).page(
        site_id, (from_, to), paging.number(cursor), limit + 1
    )
    shown = rows[:limit]
    page = Page[Appointment](
        items=[appointment_out(row) for row in shown],
        next_cursor=paging.cursor_for(shown[-1].number) if len(rows) > limit else None,
    )
    return as_json(page)


@router.get(
    "/{appointment_id}",
    response_model=Appointment,
    operation_id="get_appointment",
    summary="Read an appointment",
    responses=problem_responses(404, 422),
)
async def get_appointment(
    request: Request, appointment_id: Identifier, unit: UnitOfWorkDep
) -> Response:
    """One appointment."""
    appointment = appointment_out(await AppointmentRepository(unit).one(appointment_id))
    return tagged(request, appointment, tag(appointment.revision))


@router.post(
    "/{appointment_id}/cancel",
    response_model=Appointment,
    operation_id="cancel_appointment",
    summary="Give a slot back",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def cancel_appointment(
    request: Request, appointment_id: Identifier, body: Cancellation, act: ActDep, once: OnceDep
) -> Response:
    """The place is free again at once."""
    await _require_match(request, appointment_id, act)
    appointment = appointment_out(await give_back(appointment_id, body.reason, act))
    await once.keep(200, appointment)
    return as_json(appointment, headers={"etag": tag(appointment.revision)})


@router.post(
    "/{appointment_id}/answer",
    response_model=Appointment,
    operation_id="create_appointment_answer",
    summary="Agree to a request, or decline it",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def post_answer(
    request: Request, appointment_id: Identifier, body: SlotAnswer, act: ActDep, once: OnceDep
) -> Response:
    """The first answer counts: whoever answers what has changed is told so by 412."""
    if not body.agreed and body.reason is None:
        raise Invalid("say why it is declined", field="reason", remedy="give a reason")
    await _require_match(request, appointment_id, act)
    await answer(appointment_id, body.agreed, body.reason, act)
    return await _kept(appointment_id, act, once)


@router.post(
    "/{appointment_id}/reschedule",
    status_code=201,
    response_model=Appointment,
    operation_id="update_appointment_time",
    summary="Move an appointment to another slot",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def post_reschedule(
    request: Request, appointment_id: Identifier, body: NewTime, act: ActDep, once: OnceDep
) -> Response:
    """Another appointment follows it, with another number; when none is free, it stands as it is.

    Twice by rule, then an officer is asked.
    """
    await _require_match(request, appointment_id, act)
    following = await reschedule(appointment_id, (body.bay_id, body.start), body.reason, act)
    return await _kept(following, act, once, status=201)


@router.post(
    "/{appointment_id}/check-in",
    response_model=Appointment,
    operation_id="confirm_check_in",
    summary="Say that the box is at the bay",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def post_check_in(
    request: Request, appointment_id: Identifier, body: CheckIn, act: ActDep, once: OnceDep
) -> Response:
    """From here on its slot is not freed; the inspection has a record of its own."""
    await _require_match(request, appointment_id, act)
    await check_in(appointment_id, body.at or act.now, act)
    return await _kept(appointment_id, act, once)


async def _require_match(request: Request, appointment_id: Identifier, act: Act) -> None:
    """Looked at under the locks of the act, so that of two who saw the same state one is told."""
    _, held = await held_for(appointment_id, act)
    require_match(request, numbers=[held.revision])


async def _kept(appointment_id: Identifier, act: Act, once: Once, *, status: int = 200) -> Response:
    appointment = appointment_out(await AppointmentRepository(act.unit).one(appointment_id))
    await once.keep(status, appointment)
    return as_json(appointment, status=status, headers={"etag": tag(appointment.revision)})

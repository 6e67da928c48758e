"""Appointments: hold a place in a bay, see what is held, give it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api import paging
from services.api.acts.book import book, give_back
from services.api.answers import as_json, tag, tagged
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.customs import appointment_out
from services.api.schemas.appointments import Appointment, Cancellation, NewAppointment
from services.api.schemas.base import Identifier, Instant, Page
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
    """Holds one place of the bay; 409 `slot-taken` when all are held."""
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
    responses=problem_responses(404, 409, 422),
)
async def cancel_appointment(
    appointment_id: Identifier, body: Cancellation, act: ActDep, once: OnceDep
) -> Response:
    """The place is free again at once."""
    appointment = appointment_out(await give_back(appointment_id, body.reason, act))
    await once.keep(200, appointment)
    return as_json(appointment, headers={"etag": tag(appointment.revision)})

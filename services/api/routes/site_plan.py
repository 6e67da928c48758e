"""The queue and the plan of a site: who is next, why, what if, and what officers decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.acts.decide_plan import decide
from services.api.acts.follow import note_follower
from services.api.answers import MATCH_IN_CASE, as_json, require_match
from services.api.dependencies import ActDep, ClockDep, OnceDep, PartsDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.planning import HORIZON, plan_out, planned
from services.api.present.calendar import calendar_text
from services.api.present.customs import appointment_out
from services.api.queueing import queue_out, view_of, what_if
from services.api.rates import limit_exports
from services.api.routes.sites import SitePath
from services.api.schemas.appointments import Appointment
from services.api.schemas.base import Identifier, Instant
from services.api.schemas.customs import Decided, PlanAnswer, SitePlan, SiteQueue, WhatIf
from services.core.domain.errors import Invalid
from services.core.domain.governance.data_class import DataClass
from services.core.domain.identifiers import parse_site_id
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.sites import SiteRepository

router = APIRouter(prefix="/sites/{site_id}", tags=["sites"])

Wait = Annotated[int, Query(ge=1, le=2880, description="So long it would wait, minutes.")]
From = Annotated[Instant | None, Query(alias="from", description="Bays from here; now.")]
To = Annotated[Instant | None, Query(description="Bays until here; 24 hours on.")]


@router.get(
    "/queue",
    response_model=SiteQueue,
    operation_id="get_site_queue",
    summary="Read who is inspected in which order, and why",
    responses=problem_responses(404, 422),
)
async def get_queue(site_id: SitePath, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """Taken now. Every place has one line with its rule and minutes."""
    now = clock.now()
    return as_json(queue_out(await view_of(parse_site_id(site_id), unit, now), now))


@router.get(
    "/queue/what-if",
    response_model=WhatIf,
    operation_id="get_what_if",
    summary="Read what would be if a shipment waited",
    responses=problem_responses(404, 422),
)
async def get_what_if(
    site_id: SitePath,
    unit: UnitOfWorkDep,
    clock: ClockDep,
    shipment_id: Annotated[Identifier, Query(description="The shipment that would wait.")],
    wait_min: Wait = 120,
) -> Response:
    """Nothing is changed by asking. Of the others only numbers are told."""
    now = clock.now()
    view = await view_of(parse_site_id(site_id), unit, now)
    return as_json(what_if(view, str(shipment_id), timedelta(minutes=wait_min), now))


@router.get(
    "/plan",
    response_model=SitePlan,
    operation_id="get_site_plan",
    summary="Read the slots that are proposed, and the bays over time",
    responses=problem_responses(404, 422),
)
async def get_plan(
    site_id: SitePath,
    parts: PartsDep,
    unit: UnitOfWorkDep,
    clock: ClockDep,
    from_: From = None,
    to: To = None,
) -> Response:
    """Made now, together with the sites that routes join. A proposal changes nothing by itself."""
    name, now = parse_site_id(site_id), clock.now()
    made = await planned(name, unit, now, parts.plans.get(name))
    parts.plans[name] = made.plan
    return as_json(await plan_out(made, _stretch(from_, to, now), unit))


def _stretch(
    begin: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    begin = begin or now
    end = end or begin + timedelta(hours=24)
    if not begin < end <= begin + HORIZON:
        raise Invalid(
            "`to` lies before `from`, or too far behind it",
            field="to",
            remedy=f"ask for at most {HORIZON // timedelta(hours=1)} hours",
        )
    return begin, end


@router.post(
    "/plan/answers",
    response_model=Decided,
    operation_id="create_plan_answer",
    summary="Confirm, move or override what is proposed",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_IN_CASE,
)
async def post_plan_answer(
    request: Request, site_id: SitePath, body: PlanAnswer, act: ActDep, once: OnceDep
) -> Response:
    """412 when another slot is proposed by now, or the appointment that the shipment holds has
    changed: its ETag belongs in If-Match. Both sides are told of every move, and why."""

    def seen(revision: int) -> None:
        require_match(request, numbers=[revision])

    appointment_id = await decide(parse_site_id(site_id), body, seen, act)
    decided = Decided(answer=body.answer, appointment=await _shown(appointment_id, act.unit))
    await once.keep(200, decided)
    return as_json(decided)


async def _shown(appointment_id: UUID | None, unit: UnitOfWork) -> Appointment | None:
    if appointment_id is None:
        return None
    return appointment_out(await AppointmentRepository(unit).one(appointment_id))


@router.get(
    "/calendar.ics",
    operation_id="get_site_calendar",
    summary="Read the appointments as a calendar feed",
    responses={
        200: {"content": {"text/calendar": {}}, "description": "iCalendar (RFC 5545)."},
        **problem_responses(404, 422, 429),
    },
    dependencies=[Depends(limit_exports)],
    response_class=Response,
)
async def get_calendar(site_id: SitePath, act: ActDep) -> Response:
    """From a week back to the end of what is booked. No product, sponsor or consignee is in it.

    Whoever follows it leaves an audit entry once a day.
    """
    now = act.now
    site = await SiteRepository(act.unit).get(parse_site_id(site_id))
    begin, end = now - timedelta(days=7), now + timedelta(days=366)
    held = await AppointmentRepository(act.unit).site(site.site_id, begin, end)
    leave_file([DataClass.NONE])
    await note_follower(("site_calendar", site.site_id), act)
    return Response(calendar_text(site, held, now), media_type="text/calendar; charset=utf-8")

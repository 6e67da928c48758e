"""Alarms: see what asks for somebody, take it, take it over, shelve it, read its life."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api import paging
from services.api.acts.alarms import acknowledge, shelve, take_back, take_over, unshelve
from services.api.acts.assign_alarm import assign, assignees
from services.api.answers import MATCH_IN_CASE, as_json, require_match, tag, tagged
from services.api.dependencies import (
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    OnceDep,
    ShiftsDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.present.alarms import alarm_out, step_out
from services.api.schemas.alarm_load import AlarmLoad, FrequentAlarm, HourOfAlarms
from services.api.schemas.alarms import (
    Acknowledge,
    Alarm,
    AlarmStep,
    Assign,
    Assignee,
    Shelve,
    TakeOver,
)
from services.api.schemas.base import Identifier, Page
from services.api.schemas.boxes import BoxName
from services.core.domain.alarm.kinds import BEARABLE_PER_HOUR, AlarmKind
from services.core.domain.alarm.life import AlarmState
from services.core.storage.acknowledgements import (
    AcknowledgementRepository,
    AlarmFilter,
    AlarmView,
)
from services.core.storage.alarm_load import alarms_by_hour, most_frequent

router = APIRouter(prefix="/alarms", tags=["alarms"])
_HOURS_AT_MOST = 7 * 24
_MOST_FREQUENT = 10


def wanted_of(
    kind: Annotated[AlarmKind | None, Query(description="Only of this kind.")] = None,
    priority: Annotated[int | None, Query(ge=1, le=3, description="Only of this rank.")] = None,
    shipment_id: Annotated[Identifier | None, Query(description="Only of this shipment.")] = None,
    box_id: Annotated[BoxName | None, Query(description="Only of this box.")] = None,
) -> AlarmFilter:
    """Which alarms are asked for."""
    return AlarmFilter(kind=kind, priority=priority, shipment_id=shipment_id, box_id=box_id)


WantedDep = Annotated[AlarmFilter, Depends(wanted_of)]


@router.get(
    "",
    response_model=Page[Alarm],
    operation_id="list_alarms",
    summary="List alarms",
    responses=problem_responses(400, 422),
)
async def list_alarms(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    wanted: WantedDep,
    only_open: Annotated[
        bool, Query(alias="open", description="Only those that are not settled yet.")
    ] = False,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Open ones by urgency, all in one part; otherwise all, newest first."""
    repository = AcknowledgementRepository(unit)
    if only_open:
        views = await repository.open(clock.now())
        alarms = [alarm_out(view) for view in views if wanted.admits(view)]
        return as_json(Page[Alarm](items=alarms, next_cursor=None))
    after = paging.instant_and_id(cursor)
    views = await repository.page(clock.now(), limit + 1, after, wanted)
    shown = views[:limit]
    more = len(views) > limit
    page = Page[Alarm](
        items=[alarm_out(view) for view in shown],
        next_cursor=paging.cursor_for(shown[-1].raised_at, shown[-1].alarm_id) if more else None,
    )
    return as_json(page)


@router.get(
    "/load",
    response_model=AlarmLoad,
    operation_id="get_alarm_load",
    summary="Read how many alarms came, and which come most often",
    responses=problem_responses(422),
)
async def get_load(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    hours: Annotated[
        int, Query(ge=1, le=_HOURS_AT_MOST, description="How many hours back, this one included.")
    ] = 24,
) -> Response:
    """By the hour, beside what one person can look after; simulated ones count too."""
    now = clock.now()
    counted = await alarms_by_hour(unit, now, hours)
    frequent = await most_frequent(unit, now, hours, _MOST_FREQUENT)
    return as_json(
        AlarmLoad(
            bearable_per_hour=BEARABLE_PER_HOUR,
            hours=[HourOfAlarms.model_validate(asdict(one)) for one in counted],
            most_frequent=[FrequentAlarm.model_validate(asdict(one)) for one in frequent],
        )
    )


@router.get(
    "/assignees",
    response_model=Page[Assignee],
    operation_id="list_assignees",
    summary="List whom an alarm can be given to",
)
async def list_assignees(act: ActDep) -> Response:
    """People of the own house who may acknowledge, by name, in one part."""
    items = [Assignee.model_validate(asdict(one)) for one in await assignees(act)]
    return as_json(Page[Assignee](items=items, next_cursor=None))


@router.get(
    "/{alarm_id}",
    response_model=Alarm,
    operation_id="get_alarm",
    summary="Read an alarm",
    responses=problem_responses(404, 422),
)
async def get_alarm(
    request: Request, alarm_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep
) -> Response:
    """One alarm with who has taken it."""
    view = await AcknowledgementRepository(unit).one(alarm_id, clock.now())
    return tagged(request, alarm_out(view), _tag(view))


@router.get(
    "/{alarm_id}/transitions",
    response_model=Page[AlarmStep],
    operation_id="list_alarm_transitions",
    summary="Read an alarm's life",
    responses=problem_responses(404, 422),
)
async def list_transitions(alarm_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """Every step, from the readings and by people, in the order in which they were noted."""
    repository = AcknowledgementRepository(unit)
    await repository.one(alarm_id, clock.now())
    steps = [step_out(move) for move in await repository.history(alarm_id)]
    return as_json(Page[AlarmStep](items=steps, next_cursor=None))


@router.post(
    "/{alarm_id}/acknowledge",
    response_model=Alarm,
    operation_id="acknowledge_alarm",
    summary="Take an alarm",
    responses=problem_responses(404, 409, 422),
)
async def post_acknowledgement(
    alarm_id: Identifier,
    act: ActDep,
    once: OnceDep,
    shifts: ShiftsDep,
    body: Acknowledge | None = None,
) -> Response:
    """One tap takes it; the reason may follow by taking it again.

    It holds until the end of the shift, or until the instant that is waited for.
    """
    said = body or Acknowledge()
    return await _answer(await acknowledge(alarm_id, said, shifts, act), once)


@router.post(
    "/{alarm_id}/take-over",
    response_model=Alarm,
    operation_id="take_over_alarm",
    summary="Take an alarm over",
    responses=problem_responses(404, 409, 422),
)
async def post_take_over(
    alarm_id: Identifier,
    act: ActDep,
    once: OnceDep,
    shifts: ShiftsDep,
    body: TakeOver | None = None,
) -> Response:
    """From whoever has it now, until the end of this shift."""
    return await _answer(await take_over(alarm_id, body or TakeOver(), shifts, act), once)


@router.post(
    "/{alarm_id}/assign",
    response_model=Alarm,
    operation_id="assign_alarm",
    summary="Say whose an alarm is",
    responses=problem_responses(404, 409, 412, 422),
    openapi_extra=MATCH_IN_CASE,
)
async def post_assignment(
    request: Request, alarm_id: Identifier, body: Assign, act: ActDep, once: OnceDep
) -> Response:
    """It takes nothing and silences nothing: they take it themselves, and until then it sounds.

    Whose it was when you chose stands in `instead_of`; an ETag in If-Match holds all of it.
    """
    if "if-match" in request.headers:
        seen = await AcknowledgementRepository(act.unit).one(alarm_id, act.now)
        require_match(request, numbers=(), prefix=seen.revision)
    return await _answer(await assign(alarm_id, body, act), once)


@router.post(
    "/{alarm_id}/take-back",
    response_model=Alarm,
    operation_id="take_back_alarm",
    summary="Take an acknowledgement back",
    responses=problem_responses(404, 409, 422),
)
async def post_take_back(alarm_id: Identifier, act: ActDep, once: OnceDep) -> Response:
    """By who gave it, within a minute: the alarm stands where it stood before, and sounds."""
    return await _answer(await take_back(alarm_id, act), once)


@router.post(
    "/{alarm_id}/shelve",
    response_model=Alarm,
    operation_id="shelve_alarm",
    summary="Shelve an alarm",
    responses=problem_responses(404, 409, 422),
)
async def post_shelving(alarm_id: Identifier, body: Shelve, act: ActDep, once: OnceDep) -> Response:
    """Put it aside for at most four hours; it comes back by itself, and when it grows worse."""
    return await _answer(await shelve(alarm_id, body, act), once)


@router.post(
    "/{alarm_id}/unshelve",
    response_model=Alarm,
    operation_id="unshelve_alarm",
    summary="Take an alarm off the shelf",
    responses=problem_responses(404, 409, 422),
)
async def post_unshelving(alarm_id: Identifier, act: ActDep, once: OnceDep) -> Response:
    """It counts again at once."""
    return await _answer(await unshelve(alarm_id, act), once)


async def _answer(view: AlarmView, once: OnceDep) -> Response:
    alarm = alarm_out(view)
    await once.keep(200, alarm)
    return as_json(alarm, headers={"etag": _tag(view)})


def _tag(view: AlarmView) -> str:
    """The state changes with the clock, too: an acknowledgement lapses, a shelving ends."""
    return tag(view.revision, list(AlarmState).index(view.state))

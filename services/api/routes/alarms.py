"""Alarms: see what asks for somebody, and take it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api import paging
from services.api.acts.acknowledge import acknowledge
from services.api.answers import as_json, tag, tagged
from services.api.dependencies import ActDep, ClockDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.alarms import alarm_out
from services.api.schemas.alarms import Acknowledge, Alarm
from services.api.schemas.base import Identifier, Page
from services.core.storage.acknowledgements import AcknowledgementRepository

router = APIRouter(prefix="/alarms", tags=["alarms"])


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
    only_open: Annotated[
        bool, Query(alias="open", description="Only those that still ask for something.")
    ] = False,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Open ones by urgency, all in one part; otherwise all, newest first."""
    repository = AcknowledgementRepository(unit)
    if only_open:
        alarms = [alarm_out(view) for view in await repository.open(clock.now())]
        return as_json(Page[Alarm](items=alarms, next_cursor=None))
    views = await repository.page(clock.now(), limit + 1, paging.instant_and_id(cursor))
    shown = views[:limit]
    more = len(views) > limit
    page = Page[Alarm](
        items=[alarm_out(view) for view in shown],
        next_cursor=paging.cursor_for(shown[-1].raised_at, shown[-1].alarm_id) if more else None,
    )
    return as_json(page)


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
    alarm = alarm_out(view)
    return tagged(request, alarm, tag(alarm.revision, int(alarm.acknowledged is not None)))


@router.post(
    "/{alarm_id}/acknowledge",
    response_model=Alarm,
    operation_id="acknowledge_alarm",
    summary="Take an alarm",
    responses=problem_responses(404, 409, 422),
)
async def post_acknowledgement(
    alarm_id: Identifier, act: ActDep, once: OnceDep, body: Acknowledge | None = None
) -> Response:
    """One tap takes it; the reason may follow by taking it again."""
    reason = body.reason if body is not None else None
    alarm = alarm_out(await acknowledge(alarm_id, reason, act))
    await once.keep(200, alarm)
    return as_json(alarm, headers={"etag": tag(alarm.revision, 1)})

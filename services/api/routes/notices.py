"""Notices with their receipts, and sending one once more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import (
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    OnceDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.schemas.base import Identifier, Page
from services.api.schemas.notices import (
    DeliveryState,
    NoticeOut,
    ReplayNotice,
    TestNotice,
    Ways,
)
from services.core.domain.errors import Invalid
from services.core.storage.database import UnitOfWork
from services.core.storage.heartbeats import ALIVE_FOR, heartbeats
from services.core.storage.notices import NoticeRepository, NoticeView
from services.core.storage.outbox import Notice, Outbox

router = APIRouter(prefix="/notices", tags=["notices"])


def _out(view: NoticeView) -> NoticeOut:
    return NoticeOut.model_validate({name: getattr(view, name) for name in view.__slots__})


@router.get(
    "",
    response_model=Page[NoticeOut],
    operation_id="list_notices",
    summary="List notices with their receipts, newest first",
    responses=problem_responses(400, 422),
)
async def list_notices(
    unit: UnitOfWorkDep,
    state: Annotated[
        DeliveryState | None, Query(description="Only those of which a delivery stands there.")
    ] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """What was told to whom, by which channel, and what the receiver said."""
    views = await NoticeRepository(unit).page(limit + 1, paging.instant_and_id(cursor), state)
    shown = views[:limit]
    more = len(views) > limit
    page = Page[NoticeOut](
        items=[_out(view) for view in shown],
        next_cursor=paging.cursor_for(shown[-1].created_at, shown[-1].id) if more else None,
    )
    return as_json(page)


@router.get(
    "/channels",
    response_model=Ways,
    operation_id="list_notice_channels",
    summary="See by which ways people are told, and who is called when",
)
async def list_channels(unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """What alerts runs with. Addresses, numbers and secrets are known to alerts alone."""
    return as_json(await _ways(unit, clock.now()))


@router.post(
    "/test",
    response_model=NoticeOut,
    status_code=202,
    operation_id="take_test_notice",
    summary="Send a test by a channel",
    responses=problem_responses(409, 422),
)
async def post_test(body: TestNotice, act: ActDep, once: OnceDep) -> Response:
    """It goes out within seconds, and has a receipt like every notice."""
    ways = await _ways(act.unit, act.now)
    if body.channel not in {one.name for one in ways.items}:
        known = ", ".join(one.name for one in ways.items)
        raise Invalid("there is no such channel", field="channel", remedy=f"one of: {known}")
    told = {"channel": body.channel, "asked_at": act.now.isoformat(), "by": act.principal.name}
    test = Notice(kind="test", subject_key=str(new_id(act.now)), body=told)
    await Outbox(act.unit).put([test], act.now)
    await act.audit("test", ("notice", test.id), after={"channel": body.channel})
    answer = _out(await NoticeRepository(act.unit).one(test.id))
    await once.keep(202, answer)
    return as_json(answer, status=202)


async def _ways(unit: UnitOfWork, now: datetime) -> Ways:
    beats = [one for one in await heartbeats(unit) if one.service == "alerts"]
    last = max(beats, key=lambda one: one.at, default=None)
    if last is None:
        return Ways(as_of=None, live=False, items=[], chains=[])
    told = {"items": last.detail.get("channels", []), "chains": last.detail.get("chains", [])}
    live = now - last.at < ALIVE_FOR
    return Ways.model_validate({"as_of": last.at, "live": live, **told})


@router.post(
    "/{notice_id}/replay",
    response_model=NoticeOut,
    status_code=202,
    operation_id="take_replay",
    summary="Send a notice once more by a channel",
    responses=problem_responses(404, 409, 422),
)
async def post_replay(
    notice_id: Identifier, body: ReplayNotice, act: ActDep, once: OnceDep
) -> Response:
    """It goes out within seconds, with the identifier it had: receivers know it again."""
    view = await NoticeRepository(act.unit).one(notice_id)
    if body.channel not in {one["channel"] for one in view.deliveries}:
        raise Invalid(
            "the notice was never given to this channel",
            field="channel",
            remedy="one of: " + (", ".join(one["channel"] for one in view.deliveries) or "none"),
        )
    wish = Notice(
        kind="replay",
        subject_key=str(new_id(act.now)),
        body={"notice_id": str(notice_id), "channel": body.channel},
    )
    await Outbox(act.unit).put([wish], act.now)
    subject = ("notice", notice_id)
    await act.audit("replay", subject, after={"channel": body.channel}, reason=body.reason)
    answer = _out(view)
    await once.keep(202, answer)
    return as_json(answer, status=202)

"""Bays and the loggers in their rooms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.api.answers import as_json
from services.api.dependencies import Act, ActDep, ClockDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.schemas.loggers import BayFault, BayLogger, BayRoom, EndOfLogger, NewLogger
from services.api.schemas.sites import PlaceName
from services.core.domain.clearance.bay_climate import check_range, faults
from services.core.domain.errors import Invalid
from services.core.storage.bayloggers import BayLoggerRepository
from services.core.storage.boxes import BoxRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.sites import SiteRepository

router = APIRouter(prefix="/bays/{bay_id}", tags=["sites"])
BayName = Annotated[PlaceName, Path(description="The bay.")]


@router.get(
    "/room",
    response_model=BayRoom,
    operation_id="get_bay_room",
    summary="Read what the loggers of a bay say",
    responses=problem_responses(404, 422),
)
async def get_room(bay_id: BayName, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """Whether it can be used now, and who is inside and booked."""
    return as_json(await _room(bay_id, unit, clock.now()))


@router.post(
    "/loggers",
    response_model=BayRoom,
    status_code=201,
    operation_id="create_bay_logger",
    summary="Put a room's logger into a bay",
    responses=problem_responses(404, 409, 422),
)
async def post_logger(bay_id: BayName, body: NewLogger, act: ActDep, once: OnceDep) -> Response:
    """From now on the bay is unfit when it is out of range, silent or without power."""
    await _put(bay_id, body, act)
    room = await _room(bay_id, act.unit, act.now)
    await once.keep(201, room)
    return as_json(room, status=201)


@router.post(
    "/loggers/end",
    response_model=BayRoom,
    operation_id="cancel_bay_logger",
    summary="Take a logger out of a bay",
    responses=problem_responses(404, 422),
)
async def post_end(bay_id: BayName, body: EndOfLogger, act: ActDep, once: OnceDep) -> Response:
    """The bay is judged by it no longer."""
    await BayLoggerRepository(act.unit).take_out(bay_id, body.box_id, body.reason, act.now)
    told = {"box_id": body.box_id}
    await act.audit("end_logger", ("bay", bay_id), before=told, reason=body.reason)
    room = await _room(bay_id, act.unit, act.now)
    await once.keep(200, room)
    return as_json(room)


async def _put(bay_id: str, body: NewLogger, act: Act) -> None:
    bay = await SiteRepository(act.unit).bay(bay_id)
    box = await BoxRepository(act.unit).get(body.box_id)
    if box.kind != "room":
        raise Invalid(
            "only a box of the kind `room` watches a bay",
            field="box_id",
            remedy="register the logger with kind room",
        )
    if box.simulated != bay.simulated:
        raise Invalid("a simulated logger says nothing of a real bay", field="box_id")
    low, high = check_range(bay.bay_class, body.low_c, body.high_c)
    if low is not None and high is not None and low >= high:
        raise Invalid("the range is empty", field="low_c", remedy="exchange the limits")
    values = {
        "id": new_id(act.now),
        "bay_id": bay_id,
        "box_no": box.box_no,
        "low_c": low,
        "high_c": high,
        "recorded_at": act.now,
        "recorded_by": act.principal.principal_id,
    }
    await BayLoggerRepository(act.unit).put(values, act.now)
    told = {"box_id": body.box_id, "low_c": low, "high_c": high}
    await act.audit("logger", ("bay", bay_id), after=told)


async def _room(bay_id: str, unit: UnitOfWork, now: datetime) -> BayRoom:
    await SiteRepository(unit).bay(bay_id)
    repository = BayLoggerRepository(unit)
    rooms = [one for one in await repository.rooms(now, shown=True) if one.bay_id == bay_id]
    loggers = [logger for room in rooms for logger in room.loggers]
    at, value = max((r for one in loggers for r in one.readings), default=(None, None))
    return BayRoom(
        bay_id=bay_id,
        loggers=[
            BayLogger.model_validate({name: getattr(one, name) for name in one.__slots__})
            for one in await repository.of_bay(bay_id)
        ],
        temperature_c=value,
        measured_at=at,
        faults=[
            BayFault(why=why.value, box_id=one.box_id, since=since)
            for one in loggers
            for why, since in faults(one, now)
        ],
        inside=[name for room in rooms for name in room.inside],
        booked=[name for room in rooms for name in room.booked],
    )

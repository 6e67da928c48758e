"""What a box measured, thinned out for drawing, and what of its logs is not here yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.answers import as_json, packed_json
from services.api.dependencies import ClockDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.routes.boxes import BoxPath
from services.api.schemas.base import Instant
from services.api.schemas.boxes import BootLog, BoxLogs, Hole, ProbeName, Series, Trace
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import parse_box_id
from services.core.storage.boxes import BoxRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.series import SeriesQuestion, SeriesRepository
from services.core.storage.watermarks import BootLog as StoredLog
from services.core.storage.watermarks import Watermarks

router = APIRouter(prefix="/boxes", tags=["boxes"])

_DEFAULT_STRETCH = timedelta(hours=24)
_LONGEST = timedelta(days=400)
_MOST_BOOTS = 100
_MOST_HOLES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """What is asked for, by people and by pages alike."""

    start: datetime
    end: datetime
    max_points: int
    probe: str | None


def _stretch(
    clock: ClockDep,
    from_: Annotated[
        Instant | None, Query(alias="from", description="Start, included; else 24 h before `to`.")
    ] = None,
    to: Annotated[Instant | None, Query(description="End, not included; else now.")] = None,
    max_points: Annotated[int, Query(ge=2, le=10_000, description="Most points.")] = 2000,
    probe: Annotated[ProbeName | None, Query(description="Another probe of the box.")] = None,
) -> _Stretch:
    end = to or clock.now()
    start = from_ or end - _DEFAULT_STRETCH
    if end < start:
        raise Invalid("`to` lies before `from`", field="to", remedy="exchange them")
    if end - start > _LONGEST:
        raise Invalid(
            "the stretch is longer than 400 days", field="from", remedy="ask for it in parts"
        )
    return _Stretch(start=start, end=end, max_points=max_points, probe=probe)


StretchDep = Annotated[_Stretch, Depends(_stretch)]


async def _question(box_id: str, stretch: _Stretch, unit: UnitOfWork) -> SeriesQuestion:
    box = await BoxRepository(unit).get(parse_box_id(box_id))
    return SeriesQuestion(
        box_no=box.box_no,
        start=stretch.start,
        end=stretch.end,
        report_interval_s=box.report_interval_s,
        max_points=stretch.max_points,
        probe=stretch.probe,
    )


@router.get(
    "/{box_id}/readings",
    response_model=Series,
    operation_id="list_readings",
    summary="Read what a box measured",
    responses=problem_responses(400, 404, 422),
)
async def list_readings(box_id: BoxPath, unit: UnitOfWorkDep, stretch: StretchDep) -> Response:
    """By placed time. Each point carries its lowest, highest and mean value and its readings."""
    question = await _question(box_id, stretch, unit)
    answer = await SeriesRepository(unit).read(question)
    series = Series.model_validate(
        {"box_id": box_id, **{name: getattr(answer, name) for name in answer.__slots__}}
    )
    return as_json(series)


@router.get(
    "/{box_id}/trace",
    response_model=Trace,
    operation_id="get_trace",
    summary="Read what a box measured, in columns for drawing",
    responses=problem_responses(400, 404, 422),
)
async def get_trace(
    request: Request, box_id: BoxPath, unit: UnitOfWorkDep, stretch: StretchDep
) -> Response:
    """The points of `list_readings` in a fifth of the bytes, compressed for who takes it."""
    question = await _question(box_id, stretch, unit)
    answer = await SeriesRepository(unit).trace(question)
    first = answer.t[0] if answer.t else 0.0
    thinned = answer.resolution_s > 0
    trace = Trace.model_validate(
        {
            "box_id": box_id,
            "resolution_s": answer.resolution_s,
            "from_s": first,
            "t": [round(at - first, 3) for at in answer.t],
            "temp_c": answer.temp_c,
            "min_c": answer.min_c if thinned else None,
            "max_c": answer.max_c if thinned else None,
            "probes": answer.probes,
            "gaps": answer.gaps,
            "late": answer.late,
            "revised": answer.revised,
            "events": answer.events,
        }
    )
    return packed_json(request, trace)


@router.get(
    "/{box_id}/boots",
    response_model=BoxLogs,
    operation_id="list_boots",
    summary="Read how far a box's logs are stored, and what is missing",
    responses=problem_responses(404, 422),
)
async def list_boots(box_id: BoxPath, unit: UnitOfWorkDep) -> Response:
    """By boot: the numbers that are stored without a hole, and the holes above them."""
    box = await BoxRepository(unit).get(parse_box_id(box_id))
    logs = await Watermarks(unit).logs(box.box_no, _MOST_BOOTS)
    return as_json(BoxLogs(box_id=box.box_id, items=[_log_out(log) for log in logs]))


def _log_out(log: StoredLog) -> BootLog:
    holes = log.stored.missing(log.start_seq, _MOST_HOLES)
    return BootLog(
        boot=log.boot,
        start_seq=log.start_seq,
        contiguous=log.stored.contiguous(log.start_seq),
        missing=[Hole(first=first, last=last) for first, last in holes],
        first_received_at=log.first_received_at,
        last_received_at=log.last_received_at,
    )

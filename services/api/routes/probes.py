"""Probes: list them, enter what their certificates say, read it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import ActDep, ClockDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.probes import calibration_out, probe_out
from services.api.schemas.base import Page
from services.api.schemas.probes import Calibration, NewCalibration, Probe
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import parse_probe_id
from services.core.domain.viability.calibration import check_points
from services.core.storage import calibrations
from services.core.storage.calibrations import CalibrationRepository
from services.core.storage.worklist import Worklist

router = APIRouter(prefix="/probes", tags=["probes"])

ProbePath = Annotated[
    str, Path(max_length=64, description="Serial number of the probe.", examples=["SN-4411"])
]


@router.get(
    "",
    response_model=Page[Probe],
    operation_id="list_probes",
    summary="List the probes by serial number",
    responses=problem_responses(400, 422),
)
async def list_probes(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    box_id: Annotated[
        str | None, Query(max_length=64, description="Only those that sit in this box now.")
    ] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Every probe, where it sits, and how its calibration stands."""
    now = clock.now()
    records = await CalibrationRepository(unit).probes(paging.word(cursor), limit + 1, now, box_id)
    more = records[limit - 1].probe_id if len(records) > limit else None
    page = Page[Probe](
        items=[probe_out(record, now) for record in records[:limit]],
        next_cursor=paging.cursor_for(more) if more else None,
    )
    return as_json(page)


@router.get(
    "/{probe_id}/calibrations",
    response_model=Page[Calibration],
    operation_id="list_calibrations",
    summary="List the calibration records of a probe",
    responses=problem_responses(404, 422),
)
async def list_calibrations(probe_id: ProbePath, unit: UnitOfWorkDep) -> Response:
    """Every record of a probe, the latest beginning first."""
    records = await CalibrationRepository(unit).of_probe(parse_probe_id(probe_id, "probe_id"))
    items = [calibration_out(record) for record in records]
    return as_json(Page[Calibration](items=items, next_cursor=None))


@router.post(
    "/{probe_id}/calibrations",
    status_code=201,
    response_model=Calibration,
    operation_id="create_calibration",
    summary="Enter a calibration record of a probe",
    responses=problem_responses(404, 409, 422),
)
async def create_calibration(
    probe_id: ProbePath, body: NewCalibration, act: ActDep, once: OnceDep
) -> Response:
    """Correct the probe's readings from `valid_from` on; what it touches is judged again.

    Raw readings stay as they are. A wrong record is set right by entering it anew with the same
    `valid_from`: the later one is in force.
    """
    if body.valid_from >= body.valid_until:
        raise Invalid(
            "the record runs out before it begins",
            field="valid_until",
            remedy="give an instant after valid_from",
        )
    new = calibrations.NewCalibration(
        probe_id=parse_probe_id(probe_id, "probe_id"),
        points=check_points([(point.read_c, point.true_c) for point in body.points]),
        certificate=body.certificate,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
    )
    record, touched = await CalibrationRepository(act.unit).add(
        new, act.principal.principal_id, act.now
    )
    await act.audit("create", ("calibration", record.id), after=body.model_dump(mode="json"))
    await Worklist(act.unit).put_boxes(touched, "calibration", act.now)
    answer = calibration_out(record)
    await once.keep(201, answer)
    return as_json(answer, status=201)

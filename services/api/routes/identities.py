"""Seals and codes of a shipment, and the scan with which its box is picked at the terminal."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.acts.identify import add_mark, end_mark, scan_at_terminal
from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Identifier
from services.api.schemas.identities import (
    EndOfMark,
    IdentityMark,
    IdentityMarks,
    NewMark,
    ScanResult,
)
from services.api.schemas.inspections import NewScan
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.storage.database import UnitOfWork
from services.core.storage.identities import IdentityRepository
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}", tags=["inspections"])


@router.get(
    "/marks",
    response_model=IdentityMarks,
    operation_id="list_marks",
    summary="List seals and chain-of-identity codes",
    responses=problem_responses(404, 422),
)
async def list_marks(shipment_id: Identifier, unit: UnitOfWorkDep) -> Response:
    """Also those that have ended."""
    return as_json(await _marks(shipment_id, unit))


@router.post(
    "/marks",
    response_model=IdentityMarks,
    status_code=201,
    operation_id="create_mark",
    summary="Enter a seal or a chain-of-identity code",
    responses=problem_responses(404, 409, 422),
)
async def post_mark(shipment_id: Identifier, body: NewMark, act: ActDep, once: OnceDep) -> Response:
    """Scans are compared with it from now on."""
    await add_mark(shipment_id, body, act)
    marks = await _marks(shipment_id, act.unit)
    await once.keep(201, marks)
    return as_json(marks, status=201)


@router.post(
    "/marks/end",
    response_model=IdentityMarks,
    operation_id="cancel_mark",
    summary="End a seal or a code that is wrong or gone",
    responses=problem_responses(404, 422),
)
async def post_end_of_mark(
    shipment_id: Identifier, body: EndOfMark, act: ActDep, once: OnceDep
) -> Response:
    """It stays in the list, with who ended it and why."""
    await end_mark(shipment_id, body, act)
    marks = await _marks(shipment_id, act.unit)
    await once.keep(200, marks)
    return as_json(marks)


@router.post(
    "/picking-scans",
    response_model=ScanResult,
    operation_id="create_picking_scan",
    summary="Scan the box when it is picked at the terminal",
    responses=problem_responses(404, 409, 422),
)
async def post_picking_scan(
    shipment_id: Identifier, body: NewScan, act: ActDep, once: OnceDep
) -> Response:
    """The right box is picked by it; a wrong one is an alarm, P1, until the right one is read."""
    matches = await scan_at_terminal(shipment_id, body, act)
    wrong = ALARM_SPECS[AlarmKind.IDENTITY_MISMATCH].first_action
    result = ScanResult(
        mark=body.mark, matches=matches, first_action=wrong if matches is False else None
    )
    await once.keep(200, result)
    return as_json(result)


async def _marks(shipment_id: Identifier, unit: UnitOfWork) -> IdentityMarks:
    await ShipmentRepository(unit).require(shipment_id)
    found = await IdentityRepository(unit).marks(shipment_id)
    return IdentityMarks(
        items=[
            IdentityMark.model_validate(
                {"id": one.mark_id, **{name: getattr(one, name) for name in one.__slots__}}
            )
            for one in found
        ]
    )

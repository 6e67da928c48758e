"""Inspections: begin one, go through its checklist, scan, and decide with a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api import paging
from services.api.acts.decide import decide
from services.api.acts.identify import reseal, scan_in_bay
from services.api.acts.inspect import begin, enter
from services.api.acts.record import record_of
from services.api.acts.show_inspection import show, shown
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag
from services.api.dependencies import (
    Act,
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    Once,
    OnceDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.present.inspections import items_of
from services.api.rates import limit_exports
from services.api.schemas.base import Identifier, Page
from services.api.schemas.inspections import (
    Inspection,
    NewCheck,
    NewFinding,
    NewInspection,
    NewInspectionMove,
    NewScan,
    NewSeal,
)
from services.api.schemas.sites import PlaceName
from services.core.domain.clearance.checklist import check_item
from services.core.domain.governance.data_policy import COUNTED
from services.core.storage.inspections import InspectionRepository, InspectionView

router = APIRouter(tags=["inspections"])
_REFUSALS = problem_responses(404, 409, 412, 422, 428)


@router.get(
    "/inspections",
    response_model=Page[Inspection],
    operation_id="list_inspections",
    summary="List inspections, newest first",
    responses=problem_responses(400, 422),
)
async def list_inspections(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    site_id: Annotated[PlaceName | None, Query(description="Only at this site.")] = None,
    shipment_id: Annotated[Identifier | None, Query(description="Only of this shipment.")] = None,
    undecided: Annotated[bool, Query(description="Only those not decided yet.")] = False,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """Also those that are over."""
    found = await InspectionRepository(unit).page(
        limit + 1,
        paging.number(cursor),
        site_id=site_id,
        shipment_id=shipment_id,
        undecided=undecided,
    )
    page = Page[Inspection](
        items=[await show(view, unit, clock.now()) for view in found[:limit]],
        next_cursor=paging.cursor_for(found[limit - 1].number) if len(found) > limit else None,
    )
    return as_json(page)


@router.post(
    "/shipments/{shipment_id}/inspections",
    response_model=Inspection,
    status_code=201,
    operation_id="create_inspection",
    summary="Begin an inspection",
    responses=problem_responses(404, 409, 422),
)
async def post_inspection(
    shipment_id: Identifier, body: NewInspection, act: ActDep, once: OnceDep
) -> Response:
    """It is this officer's from now on; a second one is told who has it. A later one follows it."""
    inspection_id = await begin(shipment_id, body, act)
    inspection = await shown(inspection_id, act.unit, act.now)
    await once.keep(201, inspection)
    where = f"/api/v1/inspections/{inspection_id}"
    return as_json(
        inspection, status=201, headers={"etag": tag(inspection.revision), "location": where}
    )


@router.get(
    "/inspections/{inspection_id}",
    response_model=Inspection,
    operation_id="get_inspection",
    summary="Read an inspection",
    responses=problem_responses(404, 422),
)
async def get_inspection(
    inspection_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep
) -> Response:
    """Lid minutes and blockers are of this moment; the tag counts what people entered."""
    inspection = await shown(inspection_id, unit, clock.now())
    return as_json(inspection, headers={"etag": tag(inspection.revision)})


@router.get(
    "/inspections/{inspection_id}/record",
    operation_id="get_inspection_record",
    summary="Read what was signed, or what would be signed now",
    dependencies=[Depends(limit_exports)],
    responses=problem_responses(404, 422, 429),
)
async def get_record(inspection_id: Identifier, act: ActDep) -> Response:
    """Canonical JSON; its SHA-256 is the entity tag, and what the signature is bound to. Taking it
    out leaves an audit entry."""
    repository = InspectionRepository(act.unit)
    view = await repository.one(inspection_id)
    if view.record_sha256 is None:
        record, sha256 = await record_of(view, act.unit, act.now)
    else:
        sha256 = bytes(view.record_sha256)
        record = await repository.record(sha256)
    told = {"record_sha256": sha256.hex()}
    await act.audit("export", ("inspection", inspection_id), after=told)
    leave_file(COUNTED, [view.shipment_id])
    return Response(record, media_type="application/json", headers={"etag": f'"{sha256.hex()}"'})


@router.post(
    "/inspections/{inspection_id}/moves",
    response_model=Inspection,
    operation_id="update_inspection",
    summary="Decide, take over, or void an inspection",
    responses=_REFUSALS,
    openapi_extra=MATCH_DEMANDED,
)
async def post_move(
    request: Request, inspection_id: Identifier, body: NewInspectionMove, act: ActDep, once: OnceDep
) -> Response:
    """A decision is signed with the digest of the record. `clear` needs scans, list and papers."""
    seen = await _held(request, inspection_id, act)
    await decide(seen, body, act)
    return await _answer(inspection_id, act, once)


@router.post(
    "/inspections/{inspection_id}/scans",
    response_model=Inspection,
    operation_id="create_scan",
    summary="Scan box, seal or chain-of-identity code",
    responses=_REFUSALS,
    openapi_extra=MATCH_DEMANDED,
)
async def post_scan(
    request: Request, inspection_id: Identifier, body: NewScan, act: ActDep, once: OnceDep
) -> Response:
    """Kept whatever comes of it; what does not match blocks the decision and is an alarm, P1."""
    await scan_in_bay(await _held(request, inspection_id, act), body, act)
    return await _answer(inspection_id, act, once)


@router.post(
    "/inspections/{inspection_id}/checks",
    response_model=Inspection,
    operation_id="create_check",
    summary="Answer an item of the checklist",
    responses=_REFUSALS,
    openapi_extra=MATCH_DEMANDED,
)
async def post_check(
    request: Request, inspection_id: Identifier, body: NewCheck, act: ActDep, once: OnceDep
) -> Response:
    """The last answer counts; the earlier ones stay in the record."""
    seen = await _held(request, inspection_id, act)
    check_item(items_of(seen), body.key)
    return await _enter(seen, "check", body.model_dump(mode="json"), act, once)


@router.post(
    "/inspections/{inspection_id}/findings",
    response_model=Inspection,
    operation_id="create_finding",
    summary="Enter something that was found",
    responses=_REFUSALS,
    openapi_extra=MATCH_DEMANDED,
)
async def post_finding(
    request: Request, inspection_id: Identifier, body: NewFinding, act: ActDep, once: OnceDep
) -> Response:
    """A finding cannot be taken back; another one may explain it."""
    seen = await _held(request, inspection_id, act)
    return await _enter(seen, "finding", body.model_dump(mode="json"), act, once)


@router.post(
    "/inspections/{inspection_id}/seals",
    response_model=Inspection,
    operation_id="create_seal",
    summary="Record the new seal",
    responses=_REFUSALS,
    openapi_extra=MATCH_DEMANDED,
)
async def post_seal(
    request: Request, inspection_id: Identifier, body: NewSeal, act: ActDep, once: OnceDep
) -> Response:
    """Seals in force until now were cut in this inspection."""
    await reseal(await _held(request, inspection_id, act), body, act)
    return await _answer(inspection_id, act, once)


async def _held(request: Request, inspection_id: UUID, act: Act) -> InspectionView:
    """The record, held until the transaction ends, if the caller has seen its present state."""
    seen = await InspectionRepository(act.unit).one(inspection_id, lock=True)
    require_match(request, numbers=[seen.revision])
    return seen


async def _enter(
    seen: InspectionView, kind: str, facts: Mapping[str, Any], act: Act, once: Once
) -> Response:
    await enter(seen, kind, facts, act)
    return await _answer(seen.inspection_id, act, once)


async def _answer(inspection_id: UUID, act: Act, once: Once) -> Response:
    inspection = await shown(inspection_id, act.unit, act.now)
    await once.keep(200, inspection)
    return as_json(inspection, headers={"etag": tag(inspection.revision)})

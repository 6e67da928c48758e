"""Deviations: payloads on hold, their assessment by two people, and the evidence they saw."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api import paging
from services.api.acts.deviate import open_deviation, take_step
from services.api.acts.evidence import gather
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag, tagged
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.present.deviations import deviation_out
from services.api.rates import limit_exports
from services.api.schemas.base import Identifier, Page
from services.api.schemas.deviations import Deviation, NewDeviation, NewStep
from services.core.domain.governance.data_policy import COUNTED
from services.core.storage.deviations import DeviationRepository

router = APIRouter(tags=["deviations"])


@router.get(
    "/deviations",
    response_model=Page[Deviation],
    operation_id="list_deviations",
    summary="List deviations, newest first; those nobody has taken stand before all",
    responses=problem_responses(400, 422),
)
async def list_deviations(
    unit: UnitOfWorkDep,
    state: Annotated[
        Literal["DETECTED", "ACKNOWLEDGED", "UNDER_ASSESSMENT", "DISPOSITIONED", "CLOSED"] | None,
        Query(description="Only those that stand there."),
    ] = None,
    shipment_id: Annotated[Identifier | None, Query(description="Only of this shipment.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Payloads that the software holds and nobody has taken come on the first part, DETECTED."""
    repository = DeviationRepository(unit)
    before = paging.number(cursor)
    held, views = [], []
    if before is None and state in {None, "DETECTED"}:
        held = await repository.detected(shipment_id)
    if state != "DETECTED":
        views = await repository.page(limit + 1, before, state=state, shipment_id=shipment_id)
    shown = views[:limit]
    page = Page[Deviation](
        items=[deviation_out(view) for view in (*held, *shown)],
        next_cursor=paging.cursor_for(shown[-1].number) if len(views) > limit else None,
    )
    return as_json(page)


@router.post(
    "/shipments/{shipment_id}/deviations",
    response_model=Deviation,
    status_code=201,
    operation_id="open_deviation",
    summary="Take a payload that is on hold, or enter what a person saw",
    responses=problem_responses(404, 409, 422),
)
async def post_deviation(
    shipment_id: Identifier, body: NewDeviation, act: ActDep, once: OnceDep
) -> Response:
    """From now on somebody works on it."""
    deviation_id = await open_deviation(shipment_id, body, act)
    deviation = deviation_out(await DeviationRepository(act.unit).one(deviation_id))
    await once.keep(201, deviation)
    where = f"/api/v1/deviations/{deviation_id}"
    return as_json(
        deviation, status=201, headers={"etag": tag(deviation.revision), "location": where}
    )


@router.get(
    "/deviations/{deviation_id}",
    response_model=Deviation,
    operation_id="get_deviation",
    summary="Read a deviation",
    responses=problem_responses(404, 422),
)
async def get_deviation(
    request: Request, deviation_id: Identifier, unit: UnitOfWorkDep
) -> Response:
    """One deviation with its history."""
    deviation = deviation_out(await DeviationRepository(unit).one(deviation_id))
    return tagged(request, deviation, tag(deviation.revision))


@router.post(
    "/deviations/{deviation_id}/steps",
    response_model=Deviation,
    operation_id="update_deviation",
    summary="Assess, approve, send back, reopen or close a deviation",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def post_step(
    request: Request, deviation_id: Identifier, body: NewStep, act: ActDep, once: OnceDep
) -> Response:
    """`If-Match` says which state the person had seen."""
    seen = await DeviationRepository(act.unit).one(deviation_id, lock=True)
    require_match(request, numbers=[seen.revision])
    deviation = deviation_out(await take_step(deviation_id, body, act))
    await once.keep(200, deviation)
    return as_json(deviation, headers={"etag": tag(deviation.revision)})


@router.get(
    "/deviations/{deviation_id}/evidence",
    operation_id="get_evidence",
    summary="Read what a decision saw, or what it would see now",
    dependencies=[Depends(limit_exports)],
    responses=problem_responses(404, 422, 429),
)
async def get_evidence(
    deviation_id: Identifier,
    act: ActDep,
    now: Annotated[bool, Query(description="What there is to see at this moment.")] = False,
) -> Response:
    """The bytes that were signed, or fresh ones while nothing is; SHA-256 in `ETag`.

    Holds no reading, but their digest and number: `reading_columns` of the boxes' logs, a row a
    line, values as JSON separated by tabs, by box, boot and number.
    """
    repository = DeviationRepository(act.unit)
    view = await repository.one(deviation_id)
    if now or view.evidence_sha256 is None:
        evidence = await gather(view.payload_id, act.now, act.unit)
        pack, sha256 = evidence.pack, evidence.sha256
    else:
        sha256 = bytes(view.evidence_sha256)
        pack = await repository.pack(sha256)
    told = {"evidence_sha256": sha256.hex()}
    await act.audit("export", ("deviation", deviation_id), after=told)
    leave_file(COUNTED, [view.payload_id])
    name = f"deviation-{view.number}-evidence.json"
    return Response(
        pack,
        media_type="application/json",
        headers={
            "etag": f'"{sha256.hex()}"',
            "content-disposition": f'attachment; filename="{name}"',
        },
    )

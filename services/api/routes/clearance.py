"""The clearance of a shipment in one place: papers, departments, conditions, what is missing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.api.acts import emergency, papers, supervise
from services.api.acts.parts_seen import parts_for
from services.api.answers import MATCH_IN_CASE, as_json, require_match, tag
from services.api.dependencies import Act, ActDep, Once, OnceDep
from services.api.errors import problem_responses
from services.api.present.clearance import clearance_out
from services.api.schemas.base import Identifier
from services.api.schemas.clearance import (
    Clearance,
    DepartmentName,
    NewConditionCheck,
    NewEmergencyRelease,
)
from services.api.schemas.papers import NewDeclaration, NewPaperUse, Reason
from services.core.storage import releasecases
from services.core.storage.declarations import DeclarationRepository

router = APIRouter(prefix="/shipments/{shipment_id}", tags=["clearance"])


async def acted(shipment_id: UUID, act: Act, once: Once, status: int = 200) -> Response:
    """The same after an act that changed something beside the declaration: pages look again."""
    await DeclarationRepository(act.unit).grow(shipment_id)
    return await answer(shipment_id, act, once, status)


async def answer(shipment_id: UUID, act: Act, once: Once, status: int = 200) -> Response:
    """How the clearance stands after an act, kept for a repeat of the request."""
    found = await papers.clearance_of(shipment_id, act)
    shown = await _shown(found, await parts_for(found, act), act)
    await once.keep(status, shown)
    return as_json(shown, status=status, headers={"etag": tag(shown.revision)})


async def _shown(found: releasecases.Clearance, parts: frozenset[str], act: Act) -> Clearance:
    signed = await supervise.signatures_on(found, act)
    return clearance_out(found, await supervise.signer_of(act), parts, signed)


@router.get(
    "/clearance",
    response_model=Clearance,
    operation_id="get_clearance",
    summary="See what the release of a shipment needs, what is missing and who has it",
    responses=problem_responses(404, 422),
)
async def get_clearance(
    shipment_id: Identifier,
    act: ActDep,
    department: Annotated[
        DepartmentName | None,
        Query(description="As this department sees it; an officer's own, if left out."),
    ] = None,
) -> Response:
    """Nothing that is missing keeps anybody from booking, picking or inspecting."""
    found = await papers.clearance_of(shipment_id, act)
    shown = await _shown(found, await parts_for(found, act, department), act)
    return as_json(shown, headers={"etag": tag(shown.revision)})


@router.post(
    "/declaration",
    response_model=Clearance,
    operation_id="update_declaration",
    summary="Say what the goods are before the law, and how they cross the border",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_IN_CASE,
)
async def post_declaration(
    request: Request, shipment_id: Identifier, body: NewDeclaration, act: ActDep, once: OnceDep
) -> Response:
    """A change of what was declared names in `If-Match` what it was made from."""
    standing = await DeclarationRepository(act.unit).get(shipment_id, lock=True)
    if standing is not None:
        require_match(request, numbers=[standing.revision])
    await papers.declare(shipment_id, body, act)
    return await answer(shipment_id, act, once)


@router.post(
    "/papers",
    status_code=201,
    response_model=Clearance,
    operation_id="create_paper_use",
    summary="Attach a paper to a shipment, and draw from it",
    responses=problem_responses(404, 409, 422),
)
async def post_paper_use(
    shipment_id: Identifier, body: NewPaperUse, act: ActDep, once: OnceDep
) -> Response:
    """Of many who draw the last of a paper at once, one gets it."""
    await papers.attach(shipment_id, body, act)
    return await acted(shipment_id, act, once, 201)


@router.post(
    "/papers/{use_id}/give-back",
    response_model=Clearance,
    operation_id="cancel_paper_use",
    summary="Take a paper off a shipment, and give back what was drawn",
    responses=problem_responses(404, 409, 422),
)
async def post_give_back(
    shipment_id: Identifier, use_id: Identifier, body: Reason, act: ActDep, once: OnceDep
) -> Response:
    """A single approval is free again for another shipment."""
    await papers.take_off(shipment_id, use_id, body.reason, act)
    return await acted(shipment_id, act, once)


@router.post(
    "/papers/{use_id}/re-export",
    response_model=Clearance,
    operation_id="confirm_re_export",
    summary="Enter that goods or boxes that came for a time have gone back",
    responses=problem_responses(404, 409, 422),
)
async def post_re_export(
    shipment_id: Identifier, use_id: Identifier, body: Reason, act: ActDep, once: OnceDep
) -> Response:
    """Until then the day of re-export is watched."""
    await papers.note_re_export(shipment_id, use_id, body.reason, act)
    return await acted(shipment_id, act, once)


@router.post(
    "/sign-offs",
    status_code=201,
    response_model=Clearance,
    operation_id="open_sign_offs",
    summary="Ask every department of the regime to sign off, all at once",
    responses=problem_responses(404, 409, 422),
)
async def post_sign_offs(shipment_id: Identifier, act: ActDep, once: OnceDep) -> Response:
    """Each has its own time; none waits for another."""
    await supervise.open_sign_offs(await papers.clearance_of(shipment_id, act), act)
    return await acted(shipment_id, act, once, 201)


@router.post(
    "/condition-checks",
    status_code=201,
    response_model=Clearance,
    operation_id="create_condition_check",
    summary="Note a look at a condition; a breach alarms the lead department",
    responses=problem_responses(404, 422),
)
async def post_check(
    shipment_id: Identifier, body: NewConditionCheck, act: ActDep, once: OnceDep
) -> Response:
    """The newest look counts; each stays in the record."""
    await supervise.check_condition(await papers.clearance_of(shipment_id, act), body, act)
    return await acted(shipment_id, act, once, 201)


@router.post(
    "/emergency-releases",
    status_code=201,
    response_model=Clearance,
    operation_id="open_emergency_release",
    summary="Let a shipment go before its paper, on a legal basis",
    responses=problem_responses(404, 409, 422),
)
async def post_emergency(
    shipment_id: Identifier, body: NewEmergencyRelease, act: ActDep, once: OnceDep
) -> Response:
    """By an officer of the grade that the basis asks for, until a day; a state of its own."""
    await emergency.grant(await papers.clearance_of(shipment_id, act), body, act)
    return await acted(shipment_id, act, once, 201)

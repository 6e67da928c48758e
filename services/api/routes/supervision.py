"""What all shipments still need; steps of departments, risk assessments, and who signs for whom."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.api import paging
from services.api.acts import emergency, papers, supervise
from services.api.acts.parts_seen import eyes_of
from services.api.answers import as_json
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.clearance import line_out
from services.api.present.signatures import signatures_out
from services.api.routes.clearance import acted
from services.api.schemas.base import Identifier, Page
from services.api.schemas.clearance import (
    Clearance,
    ClearanceLine,
    EmergencyStep,
    NewRiskAssessment,
    NewSignOffStep,
    Official,
    OfficialChange,
    RiskAssessment,
)
from services.api.schemas.keys import PersonName
from services.core.storage.declarations import DeclarationRepository
from services.core.storage.signatures import SignatureRepository
from services.core.storage.supervision import SupervisionRepository

router = APIRouter(tags=["clearance"])


@router.get(
    "/clearances",
    response_model=Page[ClearanceLine],
    operation_id="list_clearances",
    summary="See what every shipment still needs for its release, and who has it",
    responses=problem_responses(400, 422),
)
async def list_clearances(act: ActDep, limit: Limit = 100, cursor: CursorText = None) -> Response:
    """Those that customs has still to clear, and those that owe papers after an emergency."""
    found = await papers.open_clearances(limit + 1, paging.identifier(cursor), act)
    shown = found[:limit]
    after = paging.cursor_for(shown[-1].shipment_id) if len(found) > limit else None
    eyes = await eyes_of(act)
    items = [line_out(one, eyes.parts(one)) for one in shown]
    return as_json(Page[ClearanceLine](items=items, next_cursor=after))


@router.post(
    "/sign-offs/{sign_off_id}/steps",
    response_model=Clearance,
    operation_id="update_sign_off",
    summary="Give, send back, refuse, answer or withdraw a department's sign-off",
    responses=problem_responses(404, 409, 422),
)
async def post_step(
    sign_off_id: Identifier, body: NewSignOffStep, act: ActDep, once: OnceDep
) -> Response:
    """Each department moves its own step only."""
    shipment_id = await supervise.take_sign_off_step(sign_off_id, body, act)
    return await acted(shipment_id, act, once)


@router.post(
    "/risk-assessments",
    status_code=201,
    response_model=RiskAssessment,
    operation_id="create_risk_assessment",
    summary="Enter a risk assessment of a shipment or a plan, with its conditions",
    responses=problem_responses(404, 409, 422),
)
async def post_assessment(body: NewRiskAssessment, act: ActDep, once: OnceDep) -> Response:
    """Its conditions become the officer's checklist. The newest counts. It is signed."""
    entered = await supervise.assess(body, act)
    signed = await SignatureRepository(act.unit).of("risk_assessment", [entered.assessment_id])
    signatures = signatures_out(signed[str(entered.assessment_id)])
    found = RiskAssessment.model_validate({**asdict(entered), "signatures": signatures})
    if body.shipment_id is not None:
        await DeclarationRepository(act.unit).grow(body.shipment_id)
    await once.keep(201, found)
    return as_json(found, status=201)


@router.post(
    "/emergency-releases/{release_id}/steps",
    response_model=Clearance,
    operation_id="update_emergency_release",
    summary="Enter that the papers have come, or revoke a release before them",
    responses=problem_responses(404, 409, 422),
)
async def post_emergency_step(
    release_id: Identifier, body: EmergencyStep, act: ActDep, once: OnceDep
) -> Response:
    """Attaching the last paper that was let off makes it up by itself."""
    release = await SupervisionRepository(act.unit).emergency(release_id)
    found = await papers.clearance_of(release.shipment_id, act)
    await emergency.end(found, release_id, body, act)
    return await acted(release.shipment_id, act, once)


@router.get(
    "/officials",
    response_model=Page[Official],
    operation_id="list_officials",
    summary="List who has which grade, and who signs for which department",
)
async def list_officials(unit: UnitOfWorkDep) -> Response:
    """By short name, in one part."""
    found = await SupervisionRepository(unit).officials()
    items = [Official.model_validate(asdict(one)) for one in found]
    return as_json(Page[Official](items=items, next_cursor=None))


@router.post(
    "/officials/{principal_id}",
    response_model=Official,
    operation_id="update_official",
    summary="Say which grade an officer has, and for which department they sign",
    responses=problem_responses(404, 422),
)
async def post_official(
    principal_id: PersonName, body: OfficialChange, act: ActDep, once: OnceDep
) -> Response:
    """Emergency releases ask for a grade; sign-offs for a department."""
    found = Official.model_validate(asdict(await supervise.appoint(principal_id, body, act)))
    await once.keep(200, found)
    return as_json(found)

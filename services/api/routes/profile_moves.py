"""Moves of a live shipment to another profile version, by two people."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.acts.move_profile import ask_for_move, confirm_move
from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Identifier, Page
from services.api.schemas.profiles import NewProfileMove, ProfileMove
from services.core.storage.profilemoves import ProfileMoveRecord, ProfileMoves

router = APIRouter(prefix="/shipments/{shipment_id}/profile-moves", tags=["profiles"])


@router.post(
    "",
    status_code=201,
    response_model=ProfileMove,
    operation_id="create_profile_move",
    summary="Ask for a live shipment to be judged by another profile version",
    responses=problem_responses(404, 409, 422),
)
async def ask(
    shipment_id: Identifier, body: NewProfileMove, act: ActDep, once: OnceDep
) -> Response:
    """Nothing changes before somebody else confirms it."""
    move = _shown(await ask_for_move(shipment_id, body, act))
    await once.keep(201, move)
    return as_json(move, status=201)


@router.post(
    "/{move_id}/confirm",
    response_model=ProfileMove,
    operation_id="confirm_profile_move",
    summary="Confirm the move that somebody else has asked for",
    responses=problem_responses(404, 409, 422),
)
async def confirm(
    shipment_id: Identifier, move_id: Identifier, act: ActDep, once: OnceDep
) -> Response:
    """Each payload is judged again from the start; verdicts and alarms given before are kept."""
    move = _shown(await confirm_move(shipment_id, move_id, act))
    await once.keep(200, move)
    return as_json(move)


@router.get(
    "",
    response_model=Page[ProfileMove],
    operation_id="list_profile_moves",
    summary="List the moves of a shipment",
    responses=problem_responses(422),
)
async def list_moves(shipment_id: Identifier, unit: UnitOfWorkDep) -> Response:
    """Oldest first; one that nobody has confirmed yet waits."""
    found = await ProfileMoves(unit).of(shipment_id)
    return as_json(Page[ProfileMove](items=[_shown(one) for one in found], next_cursor=None))


def _shown(move: ProfileMoveRecord) -> ProfileMove:
    return ProfileMove(
        move_id=move.move_id,
        shipment_id=move.shipment_id,
        profile_id=move.profile_id,
        profile_version=move.profile_version,
        reason=move.reason,
        requested_by=move.requested_by,
        requested_at=move.requested_at,
        confirmed_by=move.confirmed_by,
        confirmed_at=move.confirmed_at,
    )

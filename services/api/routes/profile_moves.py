"""Moves of a live shipment to another profile version, by two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import APIRouter, Response

from services.api.acts.move_profile import ask_for_move, confirm_move
from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.signatures import signatures_out
from services.api.schemas.base import Identifier, Page
from services.api.schemas.profiles import NewProfileMove, ProfileMove
from services.core.storage.database import UnitOfWork
from services.core.storage.profilemoves import ProfileMoveRecord, ProfileMoves
from services.core.storage.signatures import SignatureRepository

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
    (move,) = await _shown([await ask_for_move(shipment_id, body, act)], act.unit)
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
    (move,) = await _shown([await confirm_move(shipment_id, move_id, act)], act.unit)
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
    items = await _shown(await ProfileMoves(unit).of(shipment_id), unit)
    return as_json(Page[ProfileMove](items=items, next_cursor=None))


async def _shown(moves: Sequence[ProfileMoveRecord], unit: UnitOfWork) -> list[ProfileMove]:
    signed = await SignatureRepository(unit).of("profile_move", [one.move_id for one in moves])
    return [
        ProfileMove.model_validate(
            {**asdict(one), "signatures": signatures_out(signed.get(str(one.move_id), ()))}
        )
        for one in moves
    ]

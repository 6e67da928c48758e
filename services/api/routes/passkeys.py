"""Passkeys: each step is a question to the browser and its answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.api.acts.myself import confirm
from services.api.acts.passkeys import (
    by_passkey,
    finish_registration,
    prove,
    start_proof,
    start_registration,
)
from services.api.answers import as_json
from services.api.dependencies import ActDep, PartsDep
from services.api.errors import problem_responses
from services.api.parts import Parts
from services.api.proofs.passkeys import Place
from services.api.refusals import HttpRefusal
from services.api.routes.factors import taken
from services.api.routes.sign_in import entered
from services.api.schemas.factors import NewPasskey, PasskeyAnswer, PasskeyQuestion, Taken
from services.api.schemas.people import SignedIn

router = APIRouter(tags=["sign-in"], responses=problem_responses(409, 422, 429))


def _place(request: Request, parts: Parts) -> Place:
    origin = parts.gate.origin(request.headers.get("host", ""))
    if origin is None:
        raise HttpRefusal(403, "passkeys are bound to the address of the pages", field="Host")
    return Place(origin=origin)


@router.post(
    "/me/factors/passkey/options",
    response_model=PasskeyQuestion,
    operation_id="create_passkey_question",
    summary="Begin to take a passkey as second factor",
)
async def post_creation_options(request: Request, act: ActDep, parts: PartsDep) -> Response:
    """Needs a fresh proof of identity; hand the options to the browser."""
    options = await start_registration(act, _place(request, parts))
    return as_json(PasskeyQuestion(options=options))


@router.post(
    "/me/factors/passkey",
    response_model=Taken,
    operation_id="create_passkey",
    summary="Take the passkey that the browser made",
)
async def post_passkey(
    request: Request, body: NewPasskey, act: ActDep, parts: PartsDep
) -> Response:
    """With the first factor come ten recovery codes, shown once."""
    place = _place(request, parts)
    found = await finish_registration(body.name, body.credential, act, parts, place)
    return taken(found, parts)


@router.post(
    "/sign-in/passkey/options",
    response_model=PasskeyQuestion,
    operation_id="create_sign_in_question",
    summary="Begin to give a passkey as second factor",
)
async def post_sign_in_options(request: Request, act: ActDep, parts: PartsDep) -> Response:
    """Hand the options to the browser."""
    return as_json(PasskeyQuestion(options=await start_proof(act, _place(request, parts))))


@router.post(
    "/sign-in/passkey",
    response_model=SignedIn,
    operation_id="confirm_session_by_passkey",
    summary="Give a passkey as second factor",
)
async def post_sign_in(
    request: Request, body: PasskeyAnswer, act: ActDep, parts: PartsDep
) -> Response:
    """Completes the sign-in."""
    place = _place(request, parts)
    return entered(await by_passkey(body.credential, act, parts, place), parts)


@router.post(
    "/me/confirmation/passkey/options",
    response_model=PasskeyQuestion,
    operation_id="create_confirmation_question",
    summary="Begin to prove who I am by a passkey",
)
async def post_confirmation_options(request: Request, act: ActDep, parts: PartsDep) -> Response:
    """Hand the options to the browser."""
    return as_json(PasskeyQuestion(options=await start_proof(act, _place(request, parts))))


@router.post(
    "/me/confirmation/passkey",
    status_code=204,
    operation_id="confirm_identity_by_passkey",
    summary="Prove who I am once more, for one signature, by a passkey",
    response_class=Response,
)
async def post_confirmation(
    request: Request, body: PasskeyAnswer, act: ActDep, parts: PartsDep
) -> Response:
    """Good for one signature within two minutes."""
    await prove(body.credential, act, parts, _place(request, parts))
    await confirm("passkey", act)
    return Response(status_code=204)

"""The second factor of a sign-in, and the second factors that a person has."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api import cookies
from services.api.acts.factors import (
    by_code,
    confirm_totp,
    new_codes,
    remove,
    require_proof,
    start_totp,
)
from services.api.acts.myself import session_id_of
from services.api.acts.sign_in import Entered
from services.api.answers import as_json
from services.api.dependencies import ActDep, PartsDep
from services.api.errors import problem_responses
from services.api.parts import Parts
from services.api.proofs import totp
from services.api.routes.sign_in import entered
from services.api.schemas.base import Identifier
from services.api.schemas.factors import (
    AuthenticatorApp,
    Code,
    Factor,
    Factors,
    NewFactor,
    RecoveryCodes,
    Taken,
)
from services.api.schemas.people import SignedIn
from services.core.storage.factors import FactorRepository

router = APIRouter(tags=["sign-in"], responses=problem_responses(409, 422, 429))


def taken(found: tuple[Entered | None, list[str]], parts: Parts) -> Response:
    """A factor stands; when the session became whole by it, with its new cookies."""
    begun, codes = found
    answer = as_json(Taken(recovery_codes=codes))
    if begun is not None:
        cookies.keep(answer, parts.gate, begun.secret)
    return answer


@router.post(
    "/sign-in/second",
    response_model=SignedIn,
    operation_id="confirm_session",
    summary="Give the second factor: a code of an app, or a recovery code",
)
async def post_second(body: Code, act: ActDep, parts: PartsDep) -> Response:
    """Each code opens once."""
    return entered(await by_code(body.code, act, parts), parts)


@router.get(
    "/me/factors",
    response_model=Factors,
    operation_id="list_my_factors",
    summary="My second factors",
)
async def list_factors(act: ActDep) -> Response:
    """Without what proves them."""
    session_id_of(act)
    repository = FactorRepository(act.unit)
    name = act.principal.principal_id
    found = await repository.of_person(name)
    items = [
        Factor.model_validate(
            {key: getattr(one, key) for key in one.__slots__} | {"id": one.factor_id}
        )
        for one in found
    ]
    return as_json(Factors(items=items, recovery_codes_left=await repository.codes_left(name)))


@router.post(
    "/me/factors/totp",
    response_model=AuthenticatorApp,
    status_code=201,
    operation_id="create_authenticator_app",
    summary="Take an authenticator app as second factor",
)
async def post_totp(body: NewFactor, act: ActDep, parts: PartsDep) -> Response:
    """The secret stands in this answer only; a code of the app confirms it."""
    factor_id, secret = await start_totp(body.name, act, parts)
    address = totp.address(secret, act.principal.principal_id)
    answer = AuthenticatorApp(
        id=factor_id, secret=secret.decode(), address=address, picture=totp.picture(address)
    )
    return as_json(answer, status=201)


@router.post(
    "/me/factors/totp/{factor_id}/confirm",
    response_model=Taken,
    operation_id="confirm_authenticator_app",
    summary="Confirm an authenticator app by one of its codes",
    responses=problem_responses(404, 409),
)
async def post_confirm(factor_id: Identifier, body: Code, act: ActDep, parts: PartsDep) -> Response:
    """With the first factor come ten recovery codes, shown once."""
    session_id_of(act)
    return taken(await confirm_totp(factor_id, body.code, act, parts), parts)


@router.post(
    "/me/factors/{factor_id}/remove",
    status_code=204,
    operation_id="cancel_factor",
    summary="Give a second factor up",
    response_class=Response,
    responses=problem_responses(404, 409),
)
async def post_remove(factor_id: Identifier, act: ActDep) -> Response:
    """Needs a fresh proof of identity; the last one of a role that signs stays."""
    await remove(factor_id, act)
    return Response(status_code=204)


@router.post(
    "/me/recovery-codes",
    response_model=RecoveryCodes,
    operation_id="create_recovery_codes",
    summary="Make new recovery codes",
)
async def post_codes(act: ActDep) -> Response:
    """Needs a fresh proof of identity; the old ones open nothing any more."""
    await require_proof(act)
    return as_json(RecoveryCodes(recovery_codes=await new_codes(act)))

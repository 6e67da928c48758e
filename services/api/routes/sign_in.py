"""Signing in and out: who these routes answer proves who they are by calling them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from services.api import cookies
from services.api.access import address_of
from services.api.acts.myself import session_id_of, sign_out
from services.api.acts.sign_in import Entered, Entrance, by_link, by_password
from services.api.answers import as_json
from services.api.dependencies import ActDep, PartsDep
from services.api.errors import problem_responses
from services.api.guards import refuse_unknown_parameters
from services.api.parts import Parts
from services.api.schemas.people import SignedIn, SignIn, SignInByLink


def _page_of_ours(request: Request, parts: PartsDep) -> None:
    """Nobody is signed in by a page of others, as somebody they are not."""
    cookies.refuse_other_pages(request, parts.gate)


router = APIRouter(
    prefix="/api/v1",
    tags=["sign-in"],
    dependencies=[Depends(_page_of_ours), Depends(refuse_unknown_parameters)],
    responses=problem_responses(400, 401, 403, 408, 413, 422, 429, 503),
)
behind = APIRouter(tags=["sign-in"], responses=problem_responses(409))
"""Routes of who has signed in already."""


def door_of(request: Request, parts: Parts) -> Entrance:
    """Where the request comes from."""
    return Entrance(
        parts=parts,
        address=address_of(request),
        agent=request.headers.get("user-agent", ""),
        old_secret=request.cookies.get(parts.gate.cookie),
        now=parts.clock.now(),
    )


def entered(found: Entered, parts: Parts) -> Response:
    """The answer that carries the new session's cookies."""
    answer = as_json(SignedIn.model_validate({"level": found.level}))
    cookies.keep(answer, parts.gate, found.secret)
    if found.language is not None:
        answer.set_cookie("lang", found.language, max_age=365 * 24 * 3600, samesite="lax")
    return answer


@router.post(
    "/sign-in",
    response_model=SignedIn,
    operation_id="create_session",
    summary="Sign in with a password",
)
async def post_sign_in(request: Request, body: SignIn, parts: PartsDep) -> Response:
    """The session is in a cookie; wrong attempts are throttled by name and by address."""
    return entered(await by_password(door_of(request, parts), body.person, body.password), parts)


@router.post(
    "/sign-in/link",
    response_model=SignedIn,
    operation_id="create_session_by_link",
    summary="Use a one-time link and choose a password",
)
async def post_link(request: Request, body: SignInByLink, parts: PartsDep) -> Response:
    """The link opens nothing afterwards; older sessions of the person end."""
    return entered(await by_link(door_of(request, parts), body.token, body.password), parts)


@behind.post(
    "/sign-out",
    status_code=204,
    operation_id="cancel_session",
    summary="End this session",
    response_class=Response,
)
async def post_sign_out(act: ActDep, parts: PartsDep) -> Response:
    """Its streams end within seconds."""
    await sign_out(act, session_id_of(act), "signed out")
    answer = Response(status_code=204)
    cookies.forget(answer, parts.gate)
    return answer

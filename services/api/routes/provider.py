"""The way to another sign-in service and back: a browser's visits, not a page's calls."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.api import cookies
from services.api.acts.by_provider import Answered, come_back, leave, refused
from services.api.dependencies import PartsDep
from services.api.parts import Parts
from services.api.proofs.provider import ProviderClient
from services.api.refusals import HttpRefusal, TooOften
from services.api.routes.sign_in import door_of
from services.core.domain.errors import ColdlaneError, NotFound
from services.core.domain.governance.people import Level

_BACK = "/sign-in/provider/back"
_LONGEST = 4096

router = APIRouter(include_in_schema=False)


def _client(parts: Parts) -> ProviderClient:
    if parts.provider is None:
        raise NotFound("no other service signs people in here", field="provider")
    return parts.provider


def _origin(request: Request, parts: Parts) -> str:
    origin = parts.gate.origin(request.headers.get("host", ""))
    if origin is None:
        raise HttpRefusal(403, "sign in under the address of the pages", field="Host")
    return origin


def _way(wish: str) -> str:
    """A page of ours; anything else is the first page."""
    parts = urlsplit(wish)
    plain = wish.startswith("/") and not wish.startswith(("//", "/\\"))
    return wish if plain and not parts.netloc and len(wish) < _LONGEST else "/live"


@router.get("/sign-in/provider")
async def get_provider(request: Request, parts: PartsDep, next: str = "/live") -> Response:
    """Away to the other service, with a state that this browser must bring back."""
    back = _origin(request, parts) + _BACK
    door = door_of(request, parts)
    try:
        address, state = await leave(door, _client(parts), _way(next), back)
    except TooOften:
        raise
    except ColdlaneError as error:
        return await _sorry(request, parts, error)
    answer = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
    cookies.keep_state(answer, parts.gate, state)
    return answer


@router.get(_BACK)
async def get_back(
    request: Request,
    parts: PartsDep,
    state: str = "",
    code: str = "",
    iss: str | None = None,
) -> Response:
    """Back with a code; a session begins when all of it fits."""
    answered = Answered(
        state=state[:_LONGEST],
        kept_state=request.cookies.get(parts.gate.state_cookie, ""),
        code=code[:_LONGEST],
        issuer=iss,
        back=_origin(request, parts) + _BACK,
    )
    try:
        entered, goes_to = await come_back(door_of(request, parts), _client(parts), answered)
    except ColdlaneError as error:
        return await _sorry(request, parts, error)
    ways = {Level.SECOND: "/sign-in/second", Level.ENROL: "/me"}
    answer = RedirectResponse(ways.get(entered.level, goes_to), 303)
    cookies.keep(answer, parts.gate, entered.secret)
    cookies.forget_state(answer, parts.gate)
    return answer


async def _sorry(request: Request, parts: Parts, error: ColdlaneError) -> Response:
    """To the sign-in page, which says that it failed; why stands in the log."""
    await refused(door_of(request, parts), error)
    answer = RedirectResponse("/sign-in?refused=provider", 303)
    cookies.forget_state(answer, parts.gate)
    return answer

"""The pages of signing in, and what stands before every other page."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.api import cookies
from services.api.access import session_of, viewer_of
from services.api.dependencies import PartsDep
from services.api.menu import PagePlan
from services.api.refusals import HttpRefusal, SeeOther
from services.api.routes.pages import show
from services.core.domain.governance.people import Level

_NEEDS = ("GET", "/me")
_SIGN_IN = PagePlan(path="/sign-in", template="sign_in.html", title="sign.title", needs=_NEEDS)
_SECOND = PagePlan(
    path="/sign-in/second",
    template="second.html",
    title="sign.second",
    needs=_NEEDS,
)
_ME = PagePlan(path="/me", template="me.html", title="page.me", needs=_NEEDS, texts=("me",))

router = APIRouter(include_in_schema=False)


async def signed_in(request: Request, parts: PartsDep) -> None:
    """Lead to the sign-in whoever must sign in first; a page holds no data by itself."""
    if not parts.gate.demanded and parts.gate.cookie not in request.cookies:
        return
    level = await _level(request)
    if level is Level.FULL or (level is Level.ENROL and request.scope["route"].path == _ME.path):
        return
    raise SeeOther(_way(level, request))


async def _level(request: Request) -> Level | None:
    try:
        return Level((await session_of(request)).level)
    except HttpRefusal:
        return None


def _way(level: Level | None, request: Request) -> str:
    if level is Level.ENROL:
        return _ME.path
    step = "/sign-in/second" if level is Level.SECOND else "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    wishes = {"next": request.url.path + query}
    for name in ("lang", "theme"):
        if name in request.query_params:
            wishes[name] = request.query_params[name]
    return f"{step}?{urlencode(wishes, safe='/')}"


@router.get("/sign-in")
async def sign_in_page(request: Request, parts: PartsDep) -> Response:
    """Name and password; with a one-time link, the choice of a password."""
    other = parts.provider.provider.name if parts.provider else None
    answer = show(request, _SIGN_IN, None, other_service=other)
    if await _level(request) is None:
        cookies.forget(answer, parts.gate)  # of a session that has ended, if it is there
    return answer


@router.get("/sign-in/second")
async def second_page(request: Request) -> Response:
    """The second factor."""
    if await _level(request) is not Level.SECOND:
        return RedirectResponse("/sign-in")
    return show(request, _SECOND, None)


@router.get("/me")
async def me_page(request: Request) -> Response:
    """Language, password, second factors, sessions."""
    viewer = await viewer_of(request)
    if viewer is None or viewer.session_id is None or viewer.level is Level.SECOND:
        return RedirectResponse("/sign-in?next=/me")
    return show(request, _ME, viewer)

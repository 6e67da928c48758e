"""The pages people open: each row of the menu's table becomes one route."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.api.access import viewer_of
from services.api.build import build_id
from services.api.duty import Duty, duty_of
from services.api.guards import Principal
from services.api.i18n import HTML_LANGUAGE, choose_language
from services.api.menu import PAGES, SHELL_TEXTS, PagePlan, allowed, menu_for
from services.api.modules import later_of, modules_of
from services.api.packedfiles import PackedFiles
from services.api.pagefiles import joined_sheets, render
from services.api.rules import may
from services.core.domain.governance.access import Role
from services.core.runtime.catalogue import LANGUAGES, Catalogue, catalogue
from services.core.runtime.map_tiles import MapTiles

THEMES = ("dark", "light")
_YEAR_S = 365 * 24 * 3600
_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language, Accept-Encoding"}
_SERVICE = Path(__file__).parent.parent
_STATIC_FOLDER = _SERVICE / "static"

router = APIRouter(include_in_schema=False)


@router.get("/")
def home() -> Response:
    """There is one page to begin with."""
    return RedirectResponse("/live")


def _route_of(plan: PagePlan) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        viewer = await viewer_of(request)
        roles = frozenset[Role]() if viewer is None else viewer.roles
        if viewer is None or not may(roles, *plan.needs):
            return refused(request, plan, viewer)
        return show(request, plan, viewer)

    return page


for _plan in (one for one in PAGES if not one.filled):
    router.add_api_route(_plan.path, _route_of(_plan), methods=["GET"], name=_plan.path)


def add_static(app: FastAPI) -> None:
    """Serve the static files under an address that holds their build."""
    prefix = f"/static/{build_id()}"
    app.add_middleware(PackedFiles, prefix=prefix, folder=_STATIC_FOLDER, sheets=joined_sheets())


def show(
    request: Request,
    plan: PagePlan,
    viewer: Principal | None,
    *,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """One page in the viewer's language and theme; `values` are for its template."""
    wishes = request.query_params
    language = choose_language(
        wishes.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language")
    )
    words = catalogue(language)
    body = render(
        plan.template,
        text=words.text,
        language=language,
        html_language=HTML_LANGUAGE[language],
        theme=_theme(wishes.get("theme"), request.cookies.get("theme")),
        static=f"/static/{build_id()}",
        path=request.url.path,
        title=plan.title,
        modules=modules_of(plan.template),
        later=later_of(plan.template),
        alarm_page="/alarms",
        clock_rate=f"{request.app.state.parts.clock.rate:g}",
        **_frame(viewer, duty_of(request)),
        page_data=_page_data(request, plan, viewer, words),
        **values,
    )
    response = _packed(request, body, status)
    _keep(response, "lang", wishes.get("lang"), LANGUAGES)
    _keep(response, "theme", wishes.get("theme"), THEMES)
    return response


def refused(request: Request, plan: PagePlan, viewer: Principal | None) -> HTMLResponse:
    """A page that says who may open it, in the frame of all pages."""
    refusal = PagePlan(
        path=plan.path, template="refused.html", title="shell.refused", needs=plan.needs
    )
    roles = sorted(plan.rule.roles)
    status = 401 if viewer is None else 403
    return show(request, refusal, viewer, status=status, page_title=plan.title, may_open=roles)


def _frame(viewer: Principal | None, duty: Duty | None) -> dict[str, object]:
    """What the bar at the top shows: the menu, who is here, and whom to call."""
    roles = frozenset[Role]() if viewer is None else viewer.roles
    return {
        "menu": menu_for(roles, "bar"),
        "more": menu_for(roles, "more"),
        "viewer": viewer,
        "duty": duty,
        "names_duty": Role.ADMINISTRATOR in roles,
    }


def _packed(request: Request, body: str, status: int) -> HTMLResponse:
    """Compressed for who takes it; a page holds no secret that its length could give away."""
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HTMLResponse(body, status, headers=_HEADERS)
    packed = gzip.compress(body.encode(), 6, mtime=0)
    return HTMLResponse(packed, status, headers={**_HEADERS, "Content-Encoding": "gzip"})


def _page_data(
    request: Request, plan: PagePlan, viewer: Principal | None, words: Catalogue
) -> dict[str, Any]:
    """What the page's own scripts start from."""
    return {
        "language": words.language,
        "static": f"/static/{build_id()}",
        "build": build_id(),
        "texts": words.part(SHELL_TEXTS + plan.texts),
        "token_cookie": request.app.state.parts.gate.token_cookie,
        "broker": _host_and_port(request.app.state.parts.boxes_connect_to),
        "map_tiles": _map_tiles(request.app.state.parts.map_tiles),
        "path": dict(request.path_params),
        "viewer": None
        if viewer is None
        else {
            "id": viewer.principal_id,
            "name": viewer.name,
            "roles": sorted(viewer.roles),
            "may": allowed(viewer.roles),
        },
    }


def _map_tiles(tiles: MapTiles | None) -> dict[str, str] | None:
    return None if tiles is None else asdict(tiles)


def _host_and_port(address: str) -> dict[str, str]:
    host, _, port = address.rpartition(":")
    return {"host": host, "port": port}


def _theme(asked: str | None, kept: str | None) -> str:
    return next((wish for wish in (asked, kept) if wish in THEMES), THEMES[0])


def _keep(response: Response, name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value in allowed:
        response.set_cookie(name, value, max_age=_YEAR_S, samesite="lax", path="/")

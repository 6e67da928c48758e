"""The pages people open: the live board, the form for a new shipment, quality assurance."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.api.build import build_id
from services.api.i18n import HTML_LANGUAGE, choose_language
from services.api.pagefiles import render
from services.core.runtime.catalogue import LANGUAGES, catalogue

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


@router.get("/live")
def live(request: Request) -> Response:
    """Shipments in the order in which they must be inspected, with map, trace and alarms."""
    return _page(request, "live.html", texts=("common", "live", "alarm", "state", "zone"))


@router.get("/shipments/new")
def new_shipment(request: Request) -> Response:
    """A form that enters a box, a shipment, its payload, clocks, legs and site."""
    return _page(request, "new_shipment.html", texts=("common", "new", "zone"))


@router.get("/quality")
def quality(request: Request) -> Response:
    """Payloads on hold, what happened to them, and the decision of two people."""
    return _page(request, "quality.html", texts=("common", "live", "quality", "zone"))


class _ImmutableFiles(StaticFiles):
    """Files whose address names their contents, so that a browser never asks twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the static files under an address that holds their build."""
    files = GZipMiddleware(_ImmutableFiles(directory=_STATIC_FOLDER), minimum_size=500)
    app.mount(f"/static/{build_id()}", files, name="static")


def _page(request: Request, template: str, texts: tuple[str, ...]) -> HTMLResponse:
    wishes = request.query_params
    language = choose_language(
        wishes.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language")
    )
    theme = _theme(wishes.get("theme"), request.cookies.get("theme"))
    words = catalogue(language)
    static = f"/static/{build_id()}"
    body = render(
        template,
        text=words.text,
        language=language,
        html_language=HTML_LANGUAGE[language],
        theme=theme,
        static=static,
        path=request.url.path,
        clock_rate=f"{request.app.state.parts.clock.rate:g}",
        page_data=_page_data(language, static, words.part(texts))
        | {"broker": _host_and_port(request.app.state.parts.boxes_connect_to)},
    )
    response = _packed(request, body)
    _keep(response, "lang", wishes.get("lang"), LANGUAGES)
    _keep(response, "theme", wishes.get("theme"), THEMES)
    return response


def _packed(request: Request, body: str) -> HTMLResponse:
    """Compressed for who takes it; a page holds no secret that its length could give away."""
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HTMLResponse(body, headers=_HEADERS)
    packed = gzip.compress(body.encode(), 6, mtime=0)
    return HTMLResponse(packed, headers={**_HEADERS, "Content-Encoding": "gzip"})


def _page_data(language: str, static: str, texts: dict[str, Any]) -> dict[str, Any]:
    return {"language": language, "static": static, "build": build_id(), "texts": texts}


def _host_and_port(address: str) -> dict[str, str]:
    host, _, port = address.rpartition(":")
    return {"host": host, "port": port}


def _theme(asked: str | None, kept: str | None) -> str:
    return next((wish for wish in (asked, kept) if wish in THEMES), THEMES[0])


def _keep(response: Response, name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value in allowed:
        response.set_cookie(name, value, max_age=_YEAR_S, samesite="lax", path="/")

"""The pages that describe the API: made here, so that no other host is asked for anything."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from services.api.access import viewer_of
from services.api.apidocs import details_of, groups_of
from services.api.menu import API_DOCS, PagePlan
from services.api.refusals import HttpRefusal
from services.api.routes.pages import refused, show
from services.api.rules import may
from services.core.domain.governance.people import Level

_ONE = PagePlan(
    path="/docs/{operation_id}",
    template="operation.html",
    title="page.docs",
    needs=API_DOCS.needs,
)

router = APIRouter(include_in_schema=False)
document = APIRouter(include_in_schema=False)
"""For programs, which are not led to the page for signing in."""


@document.get("/openapi.json")
async def whole(request: Request) -> Response:
    """The description, to whoever signs in or has a key: strangers are not told what there is."""
    viewer = await viewer_of(request)
    if viewer is None or viewer.level is not Level.FULL:
        remedy = "open /sign-in, or send a key"
        raise HttpRefusal(401, "sign in first", field="session", remedy=remedy)
    return JSONResponse(_app(request).openapi(), headers={"cache-control": "no-store"})


@router.get(API_DOCS.path)
async def index(request: Request) -> Response:
    """Every call, by what it is about."""
    viewer = await viewer_of(request)
    if viewer is None or not may(viewer.roles, *API_DOCS.needs):
        return refused(request, API_DOCS, viewer)
    return show(request, API_DOCS, viewer, groups=groups_of(_app(request).openapi()))


@router.get(_ONE.path)
async def operation(request: Request, operation_id: str) -> Response:
    """One call: who may make it, what it takes and what it answers."""
    viewer = await viewer_of(request)
    if viewer is None or not may(viewer.roles, *_ONE.needs):
        return refused(request, _ONE, viewer)
    found = details_of(_app(request).openapi(), operation_id)
    return show(request, _ONE, viewer, status=200 if found else 404, details=found)


def _app(request: Request) -> FastAPI:
    app: FastAPI = request.app
    return app

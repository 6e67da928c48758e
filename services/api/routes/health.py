"""Whether the process lives, whether it can answer, and its figures."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from services.api.answers import as_json
from services.api.dependencies import PartsDep
from services.api.errors import problem_responses
from services.api.observing import is_observer, observer
from services.api.schemas.health import Health, Readiness
from services.core.domain.errors import Unavailable
from services.core.domain.governance.reach import installation
from services.core.storage.clocksteps import is_clock_doubted
from services.core.storage.constraints import reachable
from services.core.storage.figures import read_figures
from services.core.storage.readiness import check_schema

router = APIRouter(tags=["health"])


@router.get(
    "/livez", response_model=Health, operation_id="get_liveness", summary="Does the process live?"
)
async def livez() -> Response:
    """Asks nothing else: a database that is away is no reason to restart this process."""
    return as_json(Health(status="ok"))


@router.get(
    "/readyz",
    response_model=Readiness,
    operation_id="get_readiness",
    summary="Can it answer?",
    responses=problem_responses(503),
)
async def readyz(request: Request, parts: PartsDep) -> Response:
    """The database answers and has the schema of this version; warnings make it no less ready.

    Warnings are for whoever may read the figures.
    """
    with reachable():
        if not await check_schema(parts.database):
            raise Unavailable("the database has another schema", remedy="run coldlane db upgrade")
        async with parts.database.unit_of_work(installation(parts.clock.now())) as unit:
            doubted = is_observer(request) and await is_clock_doubted(unit)
    return as_json(Readiness(status="ok", warnings=["server_clock"] if doubted else []))


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    dependencies=[Depends(observer)],
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problem_responses(401),
    },
)
async def metrics(request: Request, parts: PartsDep) -> Response:
    """Counts and ages; nothing that names a box, a shipment or a person."""
    with reachable():
        async with parts.database.unit_of_work(installation(parts.clock.now())) as unit:
            figures = await read_figures(unit, parts.clock.now())
    body = request.app.state.metrics.render(figures, parts.broadcaster.clients)
    return Response(body, media_type=CONTENT_TYPE_LATEST)

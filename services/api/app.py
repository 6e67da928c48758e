"""Puts the API together: routes, errors, headers, and the parts the routes stand on."""

from __future__ import annotations

from datetime import time
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from services.api import errors
from services.api.access import principal_of
from services.api.border import at_the_border
from services.api.broadcaster import Broadcaster
from services.api.build import build_id
from services.api.described import describe
from services.api.errors import problem_responses
from services.api.gate import Gate
from services.api.guards import refuse_unknown_parameters
from services.api.headers import SecurityHeaders
from services.api.limits import BODY_SECONDS, AnnouncedBodyLimit, BodyInTime, CountedBodyLimit
from services.api.metrics import CountRequests, Metrics
from services.api.occurrences import Occurrences
from services.api.parts import Parts
from services.api.proofs.provider import ProviderClient
from services.api.routes import (
    alarms,
    apidocs,
    appointments,
    audit,
    bays,
    box_service,
    boxes,
    certificates,
    checklists,
    clearance,
    contacts,
    data_policy,
    deviations,
    errands,
    exchange,
    factors,
    figures,
    grants,
    handover,
    health,
    identities,
    inspections,
    journeys,
    keys,
    links,
    lookback,
    me,
    notes,
    notices,
    openings,
    pages,
    papers,
    passkeys,
    patients,
    people,
    photos,
    probes,
    profile_moves,
    profile_proposals,
    profile_trials,
    profiles,
    readings,
    rejected,
    retention,
    shipments,
    sign_in,
    sign_in_pages,
    site_plan,
    sites,
    status,
    stream,
    supervision,
)
from services.api.routes import provider as provider_routes
from services.core.domain.governance.foreign import Provider
from services.core.runtime.audit_folder import AuditFolder
from services.core.runtime.clock import Clock
from services.core.runtime.map_tiles import MapTiles
from services.core.runtime.sealing import SealKeys
from services.core.storage.database import Database

_TAGS = [
    {"name": "boxes", "description": "Cold boxes and what they measured."},
    {"name": "probes", "description": "Probes in boxes, and their calibration records."},
    {"name": "shipments", "description": "What travels, in the order of inspection."},
    {"name": "journeys", "description": "What happens on the way, and the slots that fit."},
    {"name": "sites", "description": "Inspection sites and bays."},
    {"name": "appointments", "description": "Places in bays held for shipments."},
    {"name": "inspections", "description": "What officers look at, scan, find and decide."},
    {"name": "papers", "description": "Approvals, permits and plans, and the rules on them."},
    {"name": "exchange", "description": "Messages to and from systems outside."},
    {"name": "clearance", "description": "What the release of a shipment needs, and who has it."},
    {"name": "alarms", "description": "Conditions that ask somebody to act."},
    {"name": "handover", "description": "What one shift leaves to the next."},
    {"name": "notices", "description": "What people were told, by which channel."},
    {"name": "deviations", "description": "Payloads on hold, and what two people decide."},
    {"name": "grants", "description": "With whom a shipment is shared."},
    {"name": "profiles", "description": "Limits and clocks that payloads are judged by."},
    {"name": "rejected messages", "description": "What boxes sent that could not be stored."},
    {"name": "sign-in", "description": "Into a session, and out of it."},
    {"name": "people", "description": "Who may sign in, and what each decides about it."},
    {"name": "keys", "description": "Organisations, and the keys that prove a role."},
    {"name": "audit", "description": "Who did what and why, and whether it still stands so."},
    {"name": "patients", "description": "Who a payload is of, for a named purpose."},
    {"name": "data policy", "description": "What may leave the country, and what did."},
    {"name": "retention", "description": "Dated rules for the removal of raw readings."},
    {"name": "stream", "description": "Everything the pages show, as it changes."},
    {"name": "health", "description": "For those who run the service."},
]
_ROUTES = (
    me,
    factors,
    passkeys,
    boxes,
    box_service,
    certificates,
    probes,
    readings,
    shipments,
    journeys,
    notes,
    contacts,
    lookback,
    sites,
    figures,
    bays,
    openings,
    site_plan,
    appointments,
    checklists,
    inspections,
    photos,
    identities,
    papers,
    exchange,
    clearance,
    supervision,
    alarms,
    handover,
    notices,
    deviations,
    grants,
    links,
    patients,
    profile_moves,
    profile_proposals,
    profile_trials,
    profiles,
    rejected,
    people,
    keys,
    audit,
    data_policy,
    retention,
    status,
    stream,
)


def create_app(
    clock: Clock,
    database: Database,
    *,
    boxes_connect_to: str = "localhost:1883",
    shift_ends: tuple[time, ...] = (time(0), time(8), time(16)),
    gate: Gate | None = None,
    provider: Provider | None = None,
    photo_keys: SealKeys | None = None,
    factor_keys: SealKeys | None = None,
    identity_keys: SealKeys | None = None,
    audit_folder: AuditFolder | None = None,
    observer_sha256: bytes | None = None,
    map_tiles: MapTiles | None = None,
    duty_phone: str | None = None,
    body_seconds: float = BODY_SECONDS,
) -> FastAPI:
    """The application; whoever serves it also runs its broadcaster."""
    build = build_id()
    app = FastAPI(
        title="Coldlane",
        version="1",
        summary="From a box's reading to the inspection that comes in time.",
        openapi_tags=_TAGS,
        servers=[{"url": "/", "description": "This machine"}],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = Parts(
        database=database,
        clock=clock,
        broadcaster=Broadcaster(database, clock, build),
        build=build,
        boxes_connect_to=boxes_connect_to,
        shift_ends=shift_ends,
        gate=gate or Gate(),
        provider=ProviderClient(provider, clock) if provider else None,
        photo_keys=photo_keys,
        factor_keys=factor_keys,
        identity_keys=identity_keys,
        audit_folder=audit_folder,
        observer_sha256=observer_sha256,
        map_tiles=map_tiles,
        duty_phone=duty_phone,
    )
    app.state.metrics = Metrics()
    errors.install(app)
    app.router.routes.extend(_routes())
    app.add_middleware(CountedBodyLimit)
    app.add_middleware(BodyInTime, seconds=body_seconds)
    app.add_middleware(AnnouncedBodyLimit)
    pages.add_static(app)
    app.add_middleware(Occurrences)
    app.add_middleware(CountRequests, metrics=app.state.metrics)
    app.add_middleware(
        SecurityHeaders,
        over_tls=app.state.parts.gate.secure,
        images_from=map_tiles.origin if map_tiles else None,
    )
    describe(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """What every application answers; made once, since reading them takes a third of a second."""
    signed_in = [Depends(sign_in_pages.signed_in)]
    router = APIRouter()
    router.include_router(health.router)
    router.include_router(sign_in.router)
    router.include_router(_version_1())
    router.include_router(sign_in_pages.router)
    router.include_router(provider_routes.router)
    router.include_router(pages.router, dependencies=signed_in)
    router.include_router(apidocs.router, dependencies=signed_in)
    router.include_router(apidocs.document)
    router.include_router(errands.router)
    router.include_router(links.page)
    return router.routes


def _version_1() -> APIRouter:
    guards = [
        Depends(principal_of),
        Depends(refuse_unknown_parameters),
        Depends(at_the_border, scope="function"),
    ]
    router = APIRouter(
        prefix="/api/v1",
        dependencies=guards,
        responses=problem_responses(400, 401, 403, 408, 413, 429, 503),
    )
    for module in _ROUTES:
        router.include_router(module.router)
    router.include_router(sign_in.behind)
    return router

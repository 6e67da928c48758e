"""What a site publishes: openings and their copies, closures, unfit bays, routes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from services.api.acts.publish import (
    close,
    copy_openings,
    judge_site_again,
    open_bay,
    set_fitness,
    set_times,
    withdraw,
)
from services.api.answers import as_json, tag
from services.api.bays import bays_of
from services.api.dependencies import ActDep, ClockDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.customs import site_out
from services.api.routes.bays import BayName
from services.api.routes.sites import SitePath
from services.api.schemas.base import Identifier
from services.api.schemas.customs import OpenStretch
from services.api.schemas.openings import (
    BayOpenings,
    Closure,
    Closures,
    CopyOpenings,
    Fitness,
    NewClosure,
    NewOpening,
    Openings,
    Routes,
)
from services.api.schemas.sites import OwnTimes, Site
from services.core.domain.clearance.opening_times import Stretch, day_of
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import parse_site_id
from services.core.storage.database import UnitOfWork
from services.core.storage.openings import OpeningRepository
from services.core.storage.sites import SiteRepository

router = APIRouter(prefix="/sites/{site_id}", tags=["sites"])


@router.get(
    "/openings",
    response_model=Openings,
    operation_id="list_openings",
    summary="List what the site has published",
    responses=problem_responses(404, 422),
)
async def list_openings(site_id: SitePath, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """As it was published, and as it is open: within the hours, less what is closed."""
    site = await SiteRepository(unit).get(parse_site_id(site_id))
    (at,) = await bays_of([site], unit, clock.now())
    published = await OpeningRepository(unit).openings([bay.bay_id for bay in site.bays])
    items = [
        BayOpenings(
            bay_id=bay.bay_id, published=_out(published[bay.bay_id]), open=_out(list(bay.open))
        )
        for bay in at.bays
    ]
    return as_json(Openings(items=items))


def _out(stretches: list[Stretch]) -> list[OpenStretch]:
    return [OpenStretch(start=begin, end=end) for begin, end in stretches]


@router.post(
    "/openings",
    status_code=201,
    response_model=Site,
    operation_id="create_opening",
    summary="Publish slots of a bay",
    responses=problem_responses(404, 409, 422),
)
async def post_opening(site_id: SitePath, body: NewOpening, act: ActDep, once: OnceDep) -> Response:
    """Only what is published can be booked."""
    name = parse_site_id(site_id)
    await open_bay(name, body.bay_id, (body.from_, body.to), act)
    return await _site(name, act.unit, once, 201)


@router.post(
    "/openings/copy",
    status_code=201,
    response_model=Site,
    operation_id="create_opening_copies",
    summary="Publish a day or a week again",
    responses=problem_responses(404, 422),
)
async def post_copy(site_id: SitePath, body: CopyOpenings, act: ActDep, once: OnceDep) -> Response:
    """At the same times of the site's clock. What is published already is left as it is."""
    name = parse_site_id(site_id)
    try:
        day = date.fromisoformat(body.day)
    except ValueError:
        raise Invalid("there is no such day", field="day", remedy="as 2026-11-30") from None
    days = 7 if body.unit == "week" else 1
    await copy_openings(name, (day, days, body.times), body.bays, act)
    return await _site(name, act.unit, once, 201)


@router.get(
    "/closures",
    response_model=Closures,
    operation_id="list_closures",
    summary="List when bays take nobody",
    responses=problem_responses(404, 422),
)
async def list_closures(site_id: SitePath, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """Those that are not over, withdrawn ones too."""
    site = await SiteRepository(unit).get(parse_site_id(site_id))
    return as_json(await _closures([bay.bay_id for bay in site.bays], unit, clock.now()))


async def _closures(bays: list[str], unit: UnitOfWork, now: datetime) -> Closures:
    found = await OpeningRepository(unit).closures(bays, now)
    return Closures(items=[Closure.model_validate(one, from_attributes=True) for one in found])


@router.post(
    "/closures",
    status_code=201,
    response_model=Closures,
    operation_id="create_closure",
    summary="Close a bay for a time",
    responses=problem_responses(404, 422),
)
async def post_closure(site_id: SitePath, body: NewClosure, act: ActDep, once: OnceDep) -> Response:
    """What is booked there keeps its appointment until the plan's proposal is answered."""
    site = await SiteRepository(act.unit).get(parse_site_id(site_id))
    bays = [bay.bay_id for bay in site.bays] if body.bay_id is None else [body.bay_id]
    for bay_id in bays:
        for stretch in _stretches(body, site.zone):
            await close(site.site_id, bay_id, stretch, body.reason, act)
    closures = await _closures(bays, act.unit, act.now - timedelta(days=1))
    await once.keep(201, closures)
    return as_json(closures, status=201)


def _stretches(body: NewClosure, zone: str) -> list[Stretch]:
    """A holiday is a day of the site's clock, of 23 or 25 hours when that changes."""
    if body.from_ is not None and body.to is not None:
        return [(body.from_, body.to)]
    return [day_of(day, 1, ZoneInfo(zone)) for day in sorted(set(body.days))]


@router.post(
    "/closures/{closure_id}/withdraw",
    response_model=Site,
    operation_id="cancel_closure",
    summary="Take a closure back",
    responses=problem_responses(404, 422),
)
async def post_withdrawal(
    site_id: SitePath, closure_id: Identifier, act: ActDep, once: OnceDep
) -> Response:
    """The bay takes inspections again at once."""
    name = parse_site_id(site_id)
    await withdraw(name, closure_id, act)
    return await _site(name, act.unit, once, 200)


@router.post(
    "/bays/{bay_id}/fitness",
    response_model=Site,
    operation_id="update_bay_fitness",
    summary="Say that a bay is unfit, or fit again",
    responses=problem_responses(404, 422),
)
async def post_fitness(
    site_id: SitePath, bay_id: BayName, body: Fitness, act: ActDep, once: OnceDep
) -> Response:
    """An unfit bay takes nobody; who is booked there is proposed another slot."""
    name = parse_site_id(site_id)
    await set_fitness(name, bay_id, body.fit, body.reason, act)
    return await _site(name, act.unit, once, 200)


@router.post(
    "/bays/{bay_id}/times",
    response_model=Site,
    operation_id="update_bay_times",
    summary="Say how long things take in a bay",
    responses=problem_responses(404, 422),
)
async def post_times(
    site_id: SitePath, bay_id: BayName, body: OwnTimes, act: ActDep, once: OnceDep
) -> Response:
    """Latest start, spare minutes and the length of a booking there follow at once."""
    name = parse_site_id(site_id)
    await set_times(name, bay_id, body.model_dump(), act)
    return await _site(name, act.unit, once, 200)


@router.put(
    "/routes",
    response_model=Site,
    operation_id="update_routes",
    summary="Say to which sites goods may go for inspection",
    responses=problem_responses(404, 422),
)
async def put_routes(site_id: SitePath, body: Routes, act: ActDep) -> Response:
    """From the airport to a supervised site, under customs control."""
    name = parse_site_id(site_id)
    repository = SiteRepository(act.unit)
    await repository.get(name, lock=True)
    routes = [one.model_dump() for one in body.routes]
    await repository.set_routes(name, routes)
    site = site_out(await repository.change(name, {}))
    await act.audit("set_routes", ("site", name), after={"routes": routes})
    await judge_site_again(name, act)
    return as_json(site, headers={"etag": tag(site.revision)})


async def _site(name: str, unit: UnitOfWork, once: OnceDep, status: int) -> Response:
    site = site_out(await SiteRepository(unit).get(name))
    await once.keep(status, site)
    return as_json(site, status=status, headers={"etag": tag(site.revision)})

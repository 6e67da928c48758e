"""Inspection sites, their bays and the minutes that the latest start is counted with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from services.api.acts.publish import judge_site_again
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag, tagged
from services.api.dependencies import Act, ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.present.customs import site_out
from services.api.schemas.base import Page
from services.api.schemas.sites import NewBay, NewSite, Site, SiteChange
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import parse_site_id
from services.core.storage.openings import OpeningRepository
from services.core.storage.sites import SiteRepository

router = APIRouter(prefix="/sites", tags=["sites"])

SitePath = Annotated[str, Path(max_length=64, description="The site's name.", examples=["PVG"])]
_PUBLISHED_AHEAD = timedelta(days=7)


@router.post(
    "",
    status_code=201,
    response_model=Site,
    operation_id="create_site",
    summary="Enter an inspection site",
    responses=problem_responses(409, 422),
)
async def create_site(body: NewSite, act: ActDep, once: OnceDep) -> Response:
    """Enter a site with its bays."""
    values = body.model_dump(exclude={"bays", "owner"})
    values["organisation_id"] = act.owner(body.owner)
    bays = [_bay_values(bay, body, act) for bay in body.bays]
    await SiteRepository(act.unit).add({**values, "created_at": act.now}, bays)
    await _publish(bays, act)
    await act.audit("create", ("site", body.site_id), after=body.model_dump(mode="json"))
    site = site_out(await SiteRepository(act.unit).get(body.site_id))
    await once.keep(201, site)
    headers = {"location": f"/api/v1/sites/{site.site_id}", "etag": tag(site.revision)}
    return as_json(site, status=201, headers=headers)


async def _publish(bays: Sequence[Mapping[str, Any]], act: Act) -> None:
    """The grid that a bay is entered with is its first opening."""
    by = (act.now, act.principal.principal_id)
    for bay in bays:
        stretch = (bay["published_from"], bay["published_until"])
        await OpeningRepository(act.unit).open(bay["bay_id"], [(new_id(act.now), stretch)], by)


def _bay_values(bay: NewBay, site: NewSite, act: Act) -> dict[str, Any]:
    start = bay.published_from or act.now.replace(minute=0, second=0, microsecond=0)
    end = bay.published_until or start + _PUBLISHED_AHEAD
    if end <= start:
        raise Invalid(
            "the grid of a bay ends before it begins",
            field="bays",
            remedy="give published_until an instant after published_from",
        )
    return {
        **bay.model_dump(),
        "published_from": start,
        "published_until": end,
        "site_id": site.site_id,
        "simulated": site.simulated,
    }


@router.get(
    "",
    response_model=Page[Site],
    operation_id="list_sites",
    summary="List the sites with their bays",
)
async def list_sites(unit: UnitOfWorkDep) -> Response:
    """Every site, by name."""
    sites = [site_out(record) for record in await SiteRepository(unit).all()]
    return as_json(Page[Site](items=sites, next_cursor=None))


@router.get(
    "/{site_id}",
    response_model=Site,
    operation_id="get_site",
    summary="Read a site",
    responses=problem_responses(404, 422),
)
async def get_site(request: Request, site_id: SitePath, unit: UnitOfWorkDep) -> Response:
    """One site with its bays."""
    site = site_out(await SiteRepository(unit).get(parse_site_id(site_id)))
    return tagged(request, site, tag(site.revision))


@router.patch(
    "/{site_id}",
    response_model=Site,
    operation_id="update_site",
    summary="Change a site's names, minutes, hours or rules",
    responses=problem_responses(404, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def update_site(
    request: Request, site_id: SitePath, body: SiteChange, act: ActDep
) -> Response:
    """Changed minutes move the latest start of every shipment on its way to the site."""
    repository = SiteRepository(act.unit)
    held = await repository.get(parse_site_id(site_id), lock=True)
    before = site_out(held)
    require_match(request, numbers=[before.revision])
    values = body.model_dump(exclude_unset=True)
    site = site_out(await repository.change(site_id, values))
    old = {name: getattr(held, name) for name in values}
    await act.audit("update", ("site", site_id), before=old, after=values)
    await judge_site_again(site_id, act)
    return as_json(site, headers={"etag": tag(site.revision)})

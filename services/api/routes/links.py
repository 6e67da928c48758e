"""Links that show one shipment without signing in, and the page that they open."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.api.acts.share import check_owner
from services.api.answers import as_json
from services.api.build import build_id
from services.api.dependencies import ActDep, ClockDep, OpenUnitOfWorkDep, UnitOfWorkDep
from services.api.duty import duty_of
from services.api.errors import problem_responses
from services.api.fields import restricted
from services.api.i18n import HTML_LANGUAGE, choose_language
from services.api.identifiers import new_id
from services.api.look import look_at
from services.api.pagefiles import render
from services.api.passers_by import show_by_link
from services.api.present.shared import SharedView, zones_of
from services.api.schemas.base import Identifier, Page
from services.api.schemas.links import FreshLink, NewLink, RevokeLink, SharedLink
from services.api.schemas.shipments import Shipment
from services.api.sight import View
from services.core.runtime.catalogue import catalogue
from services.core.storage.database import UnitOfWork
from services.core.storage.shared_links import LinkRecord, SharedLinks
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}/links", tags=["grants"])
page = APIRouter(include_in_schema=False)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.post(
    "",
    response_model=FreshLink,
    status_code=201,
    operation_id="create_shared_link",
    summary="Make a link that shows a shipment without signing in",
    responses=problem_responses(403, 404, 422),
)
async def post_link(shipment_id: Identifier, body: NewLink, act: ActDep) -> Response:
    """The answer is the only place where the address stands; asked twice, there are two."""
    check_owner(await ShipmentRepository(act.unit).lock(shipment_id), act)
    token = secrets.token_urlsafe(24)
    link = LinkRecord(
        link_id=new_id(act.now),
        shipment_id=shipment_id,
        token_sha256=_digest(token),
        made_for=body.made_for,
        created_by=act.principal.principal_id,
        created_at=act.now,
        ends_at=act.now + timedelta(hours=body.hours),
    )
    await SharedLinks(act.unit).add(link)
    told = {"link_id": str(link.link_id), **body.model_dump()}
    await act.audit("share_by_link", ("shipment", shipment_id), after=told)
    answer = FreshLink(**_told(link, True), path=f"/s/{token}")
    return as_json(answer, status=201, headers={"cache-control": "no-store"})


@router.get(
    "",
    response_model=Page[SharedLink],
    operation_id="list_shared_links",
    summary="See which links show a shipment",
    responses=problem_responses(404, 422),
)
async def list_links(shipment_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """All of them, ended ones too; where they lead is not kept."""
    now = clock.now()
    await look_at(shipment_id, unit, now)
    found = await SharedLinks(unit).of_shipment(shipment_id)
    items = [SharedLink.model_validate(_told(one, one.holds(now))) for one in found]
    return as_json(Page[SharedLink](items=items, next_cursor=None))


@router.post(
    "/{link_id}/revoke",
    response_model=SharedLink,
    operation_id="cancel_shared_link",
    summary="End a link for good",
    responses=problem_responses(403, 404, 422),
)
async def post_revocation(
    shipment_id: Identifier, link_id: Identifier, body: RevokeLink, act: ActDep
) -> Response:
    """From the next time it is opened it shows nothing."""
    check_owner(await ShipmentRepository(act.unit).lock(shipment_id), act)
    links = SharedLinks(act.unit)
    link = await links.lock(shipment_id, link_id)
    await links.revoke(link, act.principal.principal_id, body.reason, act.now)
    told = {"link_id": str(link_id)}
    await act.audit("end_link", ("shipment", shipment_id), before=told, reason=body.reason)
    ended = replace(link, revoked_at=link.revoked_at or act.now)
    return as_json(SharedLink.model_validate(_told(ended, False)))


def _told(link: LinkRecord, holds: bool) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(link, name) for name in link.__slots__}
    return values | {"id": link.link_id, "holds": holds}


@page.get("/s/{token}")
async def shared(
    request: Request, token: str, unit: OpenUnitOfWorkDep, clock: ClockDep
) -> Response:
    """The shipment as its receiver may see it: no name of a person, no number of a bag."""
    wishes, now = request.query_params, clock.now()
    language = choose_language(
        wishes.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language")
    )
    link = await SharedLinks(unit).find(_digest(token)) if _TOKEN.fullmatch(token) else None
    view, status = None, 404
    if link is not None and link.holds(now):
        shown = await _shown(link, unit, now)
        status = 403 if shown is None else 200
        if shown is not None:
            zones = zones_of(shown)
            zone = wishes.get("zone") if wishes.get("zone") in zones else zones[0]
            view = SharedView(shown, now, ZoneInfo(str(zone)), link.ends_at, zones)
    body = render(
        "shared.html",
        text=catalogue(language).text,
        language=language,
        html_language=HTML_LANGUAGE[language],
        static=f"/static/{build_id()}",
        view=view,
        held_back=status == 403,
        duty=duty_of(request),
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)


async def _shown(link: LinkRecord, unit: UnitOfWork, now: datetime) -> Shipment | None:
    """What a party sees of the shipment, and of that what may be seen anywhere."""
    shipment, _ = await look_at(link.shipment_id, unit, now)
    about = f"GET /s/{{token}} of link {link.link_id}"
    return await show_by_link(unit, restricted(shipment, View.PARTY), about, now)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

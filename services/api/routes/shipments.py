"""Shipments: enter them, follow them in the order of inspection, and change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.acts.change_shipment import change_shipment
from services.api.acts.create_shipment import create_shipment
from services.api.acts.list_shipments import MOST_ROWS, shipments_csv
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tagged
from services.api.dependencies import (
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    OnceDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.look import (
    Find,
    Listing,
    every_part,
    look_at,
    most_urgent_first,
    newest_first,
    those,
)
from services.api.present.spreadsheet import csv_file
from services.api.rates import limit_exports
from services.api.refusals import HttpRefusal
from services.api.schemas.base import Identifier, Page
from services.api.schemas.requests import NewShipment, ShipmentChange
from services.api.schemas.shipments import Shipment
from services.core.domain.errors import NotFound
from services.core.storage.overview import OverviewRepository, folded
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments", tags=["shipments"])

_PART = 1000
_MOST_CHOSEN = 150
"""As many as an address holds that every proxy lets through."""
_STATES = frozenset(
    {"draft", "packed", "moving", "received", "closed", "cancelled", "returned", "destroyed"}
)
_ONE = "|".join(sorted(_STATES))
StateFilter = Annotated[
    str | None,
    Query(
        max_length=100,
        description="States, separated by commas.",
        examples=["packed,moving"],
        json_schema_extra={"pattern": f"^({_ONE})(,({_ONE}))*$"},
    ),
]
SearchText = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=100,
        description="Part of a reference, product, firm or box; case and width do not matter.",
    ),
]
SortOrder = Annotated[
    Literal["slack", "-created_at"],
    Query(description="`slack`: live ones in the order of inspection; else newest first."),
]


@router.post(
    "",
    status_code=201,
    response_model=Shipment,
    operation_id="create_shipment",
    summary="Enter a shipment",
    responses=problem_responses(409, 422),
)
async def post_shipment(body: NewShipment, act: ActDep, once: OnceDep) -> Response:
    """Enter a shipment with its payloads, boxes, legs and contacts."""
    shipment_id = await create_shipment(body, act)
    shipment, etag = await look_at(shipment_id, act.unit, act.now)
    await once.keep(201, shipment)
    headers = {"location": f"/api/v1/shipments/{shipment_id}", "etag": etag}
    return as_json(shipment, status=201, headers=headers)


@router.get(
    "",
    response_model=Page[Shipment],
    operation_id="list_shipments",
    summary="List shipments, those to inspect first at the top",
    responses=problem_responses(400, 422),
)
async def list_shipments(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    sort: SortOrder = "-created_at",
    state: StateFilter = None,
    search: SearchText = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """`sort=slack` is the one order of the house; pages never sort by themselves."""
    listing = most_urgent_first if sort == "slack" else newest_first
    sought = folded(search) if search else None
    wanted = Listing(states=_states(state), search=sought, limit=limit, cursor=cursor)
    return as_json(await listing(unit, clock.now(), wanted))


def _states(text: str | None) -> list[str] | None:
    if text is None:
        return None
    states = text.split(",")
    if not _STATES.issuperset(states):
        raise HttpRefusal(
            400,
            "there is no such state",
            field="state",
            remedy="known: " + ", ".join(sorted(_STATES)),
        )
    return states


@router.get(
    ".csv",
    operation_id="list_shipments_csv",
    summary="Read the list as a table",
    response_class=Response,
    dependencies=[Depends(limit_exports)],
    responses={
        200: {"description": "A line a shipment.", "content": {"text/csv": {}}},
        **problem_responses(400, 422, 429),
    },
)
async def list_shipments_csv(
    act: ActDep,
    sort: SortOrder = "-created_at",
    state: StateFilter = None,
    search: SearchText = None,
    chosen: Annotated[
        list[Identifier] | None,
        Query(alias="id", max_length=_MOST_CHOSEN, description="These alone, in any state."),
    ] = None,
) -> Response:
    """All that the same filters list, with the fields that whoever asks may take out.

    UTF-8, with a header; no cell is a formula to a spreadsheet. Leaves an audit entry.
    """
    listing, part = _listing_of(sort, chosen)
    sought = folded(search) if search else None
    wanted = Listing(states=_states(state), search=sought, limit=part, cursor=None)
    table, count = await shipments_csv(every_part(listing, act.unit, act.now, wanted))
    noted = {"state": state, "sought": sought is not None, "rows": count}
    noted |= {"chosen": True} if chosen else {}
    await act.audit("export", ("shipments", "list"), after=noted)
    return csv_file("shipments.csv", table)


def _listing_of(sort: SortOrder, chosen: Sequence[Identifier] | None) -> tuple[Find, int]:
    """How the shipments of a file are found, and how many at once."""
    if chosen:
        return those(chosen), _MOST_CHOSEN
    # The order of inspection may change between two parts: it is read at once.
    return (most_urgent_first, MOST_ROWS + 1) if sort == "slack" else (newest_first, _PART)


@router.get(
    "/{shipment_id}",
    response_model=Shipment,
    operation_id="get_shipment",
    summary="Read a shipment",
    responses=problem_responses(404, 422),
)
async def get_shipment(
    request: Request, shipment_id: Identifier, unit: UnitOfWorkDep, clock: ClockDep
) -> Response:
    """One shipment with its verdict and its place in the order."""
    shipment, etag = await look_at(shipment_id, unit, clock.now())
    return tagged(request, shipment, etag)


@router.patch(
    "/{shipment_id}",
    response_model=Shipment,
    operation_id="update_shipment",
    summary="Change a shipment",
    responses=problem_responses(404, 409, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def patch_shipment(
    request: Request, shipment_id: Identifier, body: ShipmentChange, act: ActDep
) -> Response:
    """If-Match compares what people changed; a new reading in between does not refuse it."""
    held = await ShipmentRepository(act.unit).lock(shipment_id)
    overview = await OverviewRepository(act.unit).one(shipment_id, act.now)
    if overview is None:  # pragma: no cover - it is locked above
        raise NotFound("there is no such shipment")
    require_match(request, numbers=[overview.revision], prefix=overview.own_revision)
    await change_shipment(held, body, act)
    shipment, etag = await look_at(shipment_id, act.unit, act.now)
    return as_json(shipment, headers={"etag": etag})

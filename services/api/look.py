"""Reading shipments for an answer: the row, its place in the order, and its entity tag."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.api import paging
from services.api.answers import tag
from services.api.present.ranking import RANKED_STATES, queue_of, standings
from services.api.present.shipments import shipment_out
from services.api.schemas.base import Page
from services.api.schemas.shipments import Shipment
from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import OverviewRepository, ShipmentOverview, folded
from services.core.storage.queue_rows import queue_rows


async def look_at(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> tuple[Shipment, str]:
    """One shipment as it is shown, and its tag: own changes, all changes, place."""
    repository = OverviewRepository(unit)
    overview = await repository.one(shipment_id, now)
    if overview is None:
        raise NotFound("there is no such shipment", field="shipment_id")
    standing = standings(await queue_rows(unit, sorted(RANKED_STATES)), now).get(shipment_id)
    shipment = shipment_out(overview, standing)
    return shipment, tag(overview.own_revision, overview.revision, shipment.rank or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which shipments are asked for, and which part of them."""

    states: Sequence[str] | None
    search: str | None
    limit: int
    cursor: str | None


Find = Callable[[UnitOfWork, datetime, Listing], Awaitable[Page[Shipment]]]


async def newest_first(unit: UnitOfWork, now: datetime, wanted: Listing) -> Page[Shipment]:
    """Shipments as they were entered."""
    limit = wanted.limit
    repository = OverviewRepository(unit)
    after = paging.instant_and_id(wanted.cursor)
    rows = await repository.page(now, limit + 1, wanted.states, after, wanted.search)
    order = standings(await queue_rows(unit, sorted(RANKED_STATES)), now)
    shown, rest = rows[:limit], rows[limit:]
    behind = paging.cursor_for(shown[-1].created_at, shown[-1].shipment_id) if rest else None
    return Page[Shipment](
        items=[shipment_out(row, order.get(row.shipment_id)) for row in shown], next_cursor=behind
    )


def those(shipments: Sequence[UUID]) -> Find:
    """These alone, as they were entered, whatever the filters say: they were chosen by hand."""

    async def find(unit: UnitOfWork, now: datetime, _: Listing) -> Page[Shipment]:
        rows = await OverviewRepository(unit).some(shipments, now)
        order = standings(await queue_rows(unit, sorted(RANKED_STATES)), now)
        items = [shipment_out(row, order.get(row.shipment_id)) for row in rows]
        return Page[Shipment](items=items, next_cursor=None)

    return find


async def most_urgent_first(unit: UnitOfWork, now: datetime, wanted: Listing) -> Page[Shipment]:
    """Live shipments in the order of inspection, those without a place behind them."""
    limit = wanted.limit
    begin = paging.number(wanted.cursor) or 0
    rows = await OverviewRepository(unit).live(now)
    order = standings(queue_of(rows), now)

    def place(row: ShipmentOverview) -> tuple[bool, int, datetime]:
        standing = order.get(row.shipment_id)
        return (standing is None, standing.place if standing else 0, row.created_at)

    found = sorted((row for row in rows if _is_wanted(row, wanted)), key=place)
    shown = found[begin : begin + limit]
    more = begin + limit < len(found)
    return Page[Shipment](
        items=[shipment_out(row, order.get(row.shipment_id)) for row in shown],
        next_cursor=paging.cursor_for(begin + limit) if more else None,
    )


async def every_part(
    find: Find, unit: UnitOfWork, now: datetime, wanted: Listing
) -> AsyncIterator[Page[Shipment]]:
    """All that are wanted, part by part, from the beginning."""
    cursor: str | None = None
    while True:
        part = await find(unit, now, replace(wanted, cursor=cursor))
        yield part
        if (cursor := part.next_cursor) is None:
            return


def _is_wanted(row: ShipmentOverview, wanted: Listing) -> bool:
    if wanted.states is not None and row.state not in wanted.states:
        return False
    boxes = [str(payload.get("box_id") or "") for payload in row.payloads]
    words = " ".join([row.reference, row.product, row.shipper or "", row.consignee or "", *boxes])
    return wanted.search is None or wanted.search in folded(words)

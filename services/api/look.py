"""Reading shipments for an answer: the row, its place in the order, and its entity tag."""

from __future__ import annotations

from collections.abc import Sequence
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
from services.core.storage.overview import OverviewRepository, ShipmentOverview


async def look_at(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> tuple[Shipment, str]:
    """One shipment as it is shown, and its tag: own changes, all changes, place."""
    repository = OverviewRepository(unit)
    overview = await repository.one(shipment_id, now)
    if overview is None:
        raise NotFound("there is no such shipment", field="shipment_id")
    standing = standings(await repository.queue(sorted(RANKED_STATES)), now).get(shipment_id)
    shipment = shipment_out(overview, standing)
    return shipment, tag(overview.own_revision, overview.revision, shipment.rank or 0)


async def newest_first(
    unit: UnitOfWork, now: datetime, states: Sequence[str] | None, part: tuple[int, str | None]
) -> Page[Shipment]:
    """Shipments as they were entered; `part` is (limit, cursor)."""
    limit, cursor = part
    repository = OverviewRepository(unit)
    rows = await repository.page(now, limit + 1, states, paging.instant_and_id(cursor))
    order = standings(await repository.queue(sorted(RANKED_STATES)), now)
    shown, rest = rows[:limit], rows[limit:]
    behind = paging.cursor_for(shown[-1].created_at, shown[-1].shipment_id) if rest else None
    return Page[Shipment](
        items=[shipment_out(row, order.get(row.shipment_id)) for row in shown], next_cursor=behind
    )


async def most_urgent_first(
    unit: UnitOfWork, now: datetime, states: Sequence[str] | None, part: tuple[int, str | None]
) -> Page[Shipment]:
    """Live shipments in the order of inspection, those without a place behind them."""
    limit, cursor = part
    begin = paging.number(cursor) or 0
    rows = await OverviewRepository(unit).live(now)
    order = standings(queue_of(rows), now)

    def place(row: ShipmentOverview) -> tuple[bool, int, datetime]:
        standing = order.get(row.shipment_id)
        return (standing is None, standing.place if standing else 0, row.created_at)

    wanted = sorted((row for row in rows if states is None or row.state in states), key=place)
    shown = wanted[begin : begin + limit]
    more = begin + limit < len(wanted)
    return Page[Shipment](
        items=[shipment_out(row, order.get(row.shipment_id)) for row in shown],
        next_cursor=paging.cursor_for(begin + limit) if more else None,
    )

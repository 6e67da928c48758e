"""Exchange with systems outside, such as a customs platform: messages in, bookings out."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.acts.exchange import ignored_in, take_messages
from services.api.answers import as_json
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Instant, Page
from services.api.schemas.exchange import (
    BookingOut,
    BookingsOut,
    ExchangeAnswer,
    ExchangeRequest,
    KeptExchange,
    OutcomeName,
)
from services.api.schemas.sites import PlaceName
from services.core.domain.clearance.appointment_life import FREED_STATES, AppointmentState
from services.core.domain.clearance.exchange import FORM
from services.core.domain.errors import Invalid
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.exchange import ExchangeRepository, KeptMessage

router = APIRouter(prefix="/exchange", tags=["exchange"])

_MOST = 10_000


@router.post(
    "/messages",
    response_model=ExchangeAnswer,
    operation_id="take_exchange_messages",
    summary="Take messages of a system outside",
    responses=problem_responses(422),
)
async def post_messages(body: ExchangeRequest, act: ActDep, once: OnceDep) -> Response:
    """Each for itself: a bad one is named with field and remedy, kept, and stops no other."""
    found = ExchangeAnswer(outcomes=await take_messages(body.messages, act))
    await once.keep(200, found)
    return as_json(found)


@router.get(
    "/messages",
    response_model=Page[KeptExchange],
    operation_id="list_exchange_messages",
    summary="List messages of systems outside, newest first",
    responses=problem_responses(400, 422),
)
async def list_messages(
    unit: UnitOfWorkDep,
    outcome: Annotated[OutcomeName | None, Query(description="Only with this outcome.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """As they came, with what came of each; also those that were refused."""
    rows = await ExchangeRepository(unit).page(outcome, paging.number(cursor), limit + 1)
    shown = rows[:limit]
    after = paging.cursor_for(shown[-1].entry_no) if len(rows) > limit else None
    return as_json(Page[KeptExchange](items=[_kept(row) for row in shown], next_cursor=after))


@router.get(
    "/bookings",
    response_model=BookingsOut,
    operation_id="list_exchange_bookings",
    summary="Bookings of a site in the form of the exchange",
    responses=problem_responses(422),
)
async def list_bookings(
    unit: UnitOfWorkDep,
    site_id: Annotated[PlaceName, Query(description="At this site.")],
    from_: Annotated[Instant, Query(alias="from", description="Touching this instant or later.")],
    to: Annotated[Instant, Query(description="Beginning before this instant.")],
) -> Response:
    """The whole of each booking as it stands: read again, nothing is lost and nothing doubled."""
    if to <= from_:
        raise Invalid("`to` lies not behind `from`", field="to", remedy="exchange them")
    rows = await AppointmentRepository(unit).page(site_id, (from_, to), None, _MOST + 1)
    if len(rows) > _MOST:
        raise Invalid("there are too many", field="to", remedy="ask for a shorter stretch")
    return as_json(BookingsOut(form=FORM, messages=[_booking(row) for row in rows]))


def _booking(row: AppointmentView) -> BookingOut:
    number = f"{row.site_id}-{row.number:06d}"
    return BookingOut(
        message_id=f"{number}-{row.revision}",
        message="booking",
        booking=number,
        version=row.revision,
        state="cancelled" if AppointmentState(row.state) in FREED_STATES else "held",
        shipment_reference=row.shipment_reference,
        bay_id=row.bay_id,
        start=row.starts_at,
        life=row.state,
    )


def _kept(row: KeptMessage) -> KeptExchange:
    content = json.loads(row.content)
    return KeptExchange.model_validate(
        {
            "message_id": row.message_id,
            "outcome": row.outcome,
            "field": row.field,
            "detail": row.detail,
            "remedy": row.remedy,
            "ignored": ignored_in(content),
            "content": content,
            "sha256": row.sha256.hex(),
            "object_id": row.object_id,
            "repeats": row.repeats,
            "received_at": row.received_at,
            "last_received_at": row.last_received_at,
            "received_from": row.received_from,
        }
    )

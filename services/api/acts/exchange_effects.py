"""What a message of a system outside does here: papers entered or withdrawn, bookings held."""

from __future__ import annotations

from uuid import UUID

from services.api.acts.book import book, give_back
from services.api.acts.papers import enter_paper, withdraw_paper
from services.api.acts.slot_moves import reschedule
from services.api.dependencies import Act
from services.api.schemas.appointments import NewAppointment
from services.api.schemas.exchange import ApprovalMessage, BookingMessage
from services.api.schemas.papers import NewPaper
from services.core.domain.clearance.appointment_life import OPEN_STATES, AppointmentState
from services.core.domain.errors import Invalid, NotFound
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.exchange import ExchangeRepository
from services.core.storage.papers import PaperRecord, PaperRepository

_OUTSIDE = "as the other side's system says"


async def enter_approval(read: ApprovalMessage, act: Act) -> UUID:
    """Enter the paper if it is not there, and withdraw it if it is; withdrawn is final."""
    said = read.model_dump(include=set(NewPaper.model_fields))
    body = NewPaper(**said)
    asked = {"kind": body.kind, "number": body.number, "holder": None}
    known = await PaperRepository(act.unit).page(1, None, **asked)
    paper = known[0] if known else await enter_paper(body, act)
    differs = _difference(body, paper)
    if differs is not None:
        raise Invalid(
            "another content stands under this number",
            field=differs,
            remedy="withdraw the approval; a renewal has a number of its own",
        )
    if read.state == "withdrawn" and paper.withdrawn_at is None:
        await withdraw_paper(paper.paper_id, _OUTSIDE, act)
    return paper.paper_id


def _difference(body: NewPaper, paper: PaperRecord) -> str | None:
    """The first field in which they differ; what the message leaves out it says nothing of."""
    for name, value in body.model_dump(exclude={"kind", "number"}).items():
        if value is not None and value != getattr(paper, name):
            return name
    return None


async def hold_booking(read: BookingMessage, before: UUID | None, act: Act) -> UUID | None:
    """Bring our appointment in line with the booking; `before`: the one made of it so far."""
    held = await _open_one(before, act)
    if read.state == "cancelled":
        if held is not None:
            await give_back(held.id, _OUTSIDE, act)
        return before
    if held is None:
        shipment_id = await _shipment(read.shipment_reference, act)
        wish = NewAppointment(
            shipment_id=shipment_id, bay_id=read.bay_id, start=read.start, late_reason=_OUTSIDE
        )
        return await book(wish, act)
    if held.shipment_reference != read.shipment_reference:
        raise Invalid(
            "a booking stays with its shipment",
            field="shipment_reference",
            remedy="cancel the booking, and give the other shipment one of its own",
        )
    if (held.bay_id, held.starts_at) == (read.bay_id, read.start):
        return held.id
    return await reschedule(held.id, (read.bay_id, read.start), _OUTSIDE, act)


async def _open_one(appointment_id: UUID | None, act: Act) -> AppointmentView | None:
    """The appointment that stands for the booking now, also when it was moved here meanwhile."""
    if appointment_id is None:
        return None
    repository = AppointmentRepository(act.unit)
    found = await repository.one(appointment_id)
    while (after := await repository.followed(found.id)) is not None:
        found = await repository.one(after)
    return found if AppointmentState(found.state) in OPEN_STATES else None


async def _shipment(reference: str, act: Act) -> UUID:
    found = await ExchangeRepository(act.unit).shipment_of(reference)
    if found is None:
        raise NotFound(
            "there is no shipment of this reference yet",
            field="shipment_reference",
            remedy="enter the shipment; the booking is tried again with the next import",
        )
    return found

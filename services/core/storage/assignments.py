"""Which payload was in which box, and when, by event time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range

from services.core.domain.errors import ColdlaneError, Conflict, Invalid
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import assignment, box


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRecord:
    """A payload's stay in a box: from `start` until before `end`, open when None."""

    id: UUID
    payload_id: UUID
    box_no: int
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStay:
    """A payload's stay in a box that is to be entered."""

    id: UUID
    payload_id: UUID
    shipment_id: UUID
    box_no: int
    start: datetime
    end: datetime | None
    reason: str | None


class AssignmentRepository:
    """Stays of payloads in boxes; the database lets none overlap."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, stays: Sequence[NewStay], recorded_by: str, now: datetime) -> None:
        """Enter stays; raises Conflict when a box or a payload would be in two places.

        Raises Invalid for a box of others that has carried nothing of this shipment.
        """
        rows = [
            {
                "id": stay.id,
                "payload_id": stay.payload_id,
                "shipment_id": stay.shipment_id,
                "box_no": stay.box_no,
                "during": Range(stay.start, stay.end),
                "reason": stay.reason,
                "recorded_at": now,
                "recorded_by": recorded_by,
            }
            for stay in stays
        ]
        if rows:
            with refusals({**_overlaps(), "assignment_box_no_fkey": _not_ours()}):
                await self._unit.execute(insert(assignment), rows)
            await self._refuse_retired(stays)

    async def _refuse_retired(self, stays: Sequence[NewStay]) -> None:
        """Asked behind the entry, which waits for whoever retires the box at the same moment."""
        retired = await self._unit.execute(
            select(box.c.box_no, box.c.box_id, box.c.retired_at).where(
                box.c.box_no.in_({stay.box_no for stay in stays}), box.c.retired_at.is_not(None)
            )
        )
        since = {row.box_no: row for row in retired}
        for stay in stays:
            row = since.get(stay.box_no)
            if row is not None and (stay.end is None or stay.end > row.retired_at):
                raise Conflict(
                    f"box {row.box_id} is out of service",
                    field="box_id",
                    remedy="take another box, or return this one to service",
                )

    async def touching(
        self, payload_id: UUID, start: datetime, end: datetime | None
    ) -> list[AssignmentRecord]:
        """The payload's stays that overlap a stretch of time, in order."""
        rows = await self._unit.execute(
            select(assignment.c.id, assignment.c.box_no, assignment.c.during)
            .where(
                assignment.c.payload_id == payload_id,
                assignment.c.during.overlaps(Range(start, end)),
            )
            .order_by(text("lower(during)"))
        )
        return [
            AssignmentRecord(
                id=row.id,
                payload_id=payload_id,
                box_no=row.box_no,
                start=row.during.lower,
                end=row.during.upper,
            )
            for row in rows
        ]

    async def shorten(
        self, stay: AssignmentRecord, start: datetime, end: datetime | None, reason: str
    ) -> None:
        """Move a stay's ends."""
        await self._unit.execute(
            update(assignment)
            .where(assignment.c.id == stay.id)
            .values(during=Range(start, end), reason=reason, revision=assignment.c.revision + 1)
        )

    async def move(self, stay: AssignmentRecord, to: NewStay) -> None:
        """Let a stay be as another one says; raises Conflict as `add` does."""
        with refusals(_overlaps()):
            await self.shorten(stay, to.start, to.end, to.reason or "")
        await self._refuse_retired([to])

    async def remove(self, stay: AssignmentRecord) -> None:
        """A stay of which nothing is left; the audit entry keeps what it was."""
        await self._unit.execute(delete(assignment).where(assignment.c.id == stay.id))

    async def end_open(self, shipment_id: UUID, at: datetime, reason: str) -> None:
        """The shipment's boxes are free from `at` on: stays that run longer end there."""
        stay = assignment.c
        await self._unit.execute(
            delete(assignment).where(
                stay.shipment_id == shipment_id, text("lower(during) >= :at").bindparams(at=at)
            )
        )
        await self._unit.execute(
            update(assignment)
            .where(
                stay.shipment_id == shipment_id,
                or_(text("upper_inf(during)"), text("upper(during) > :at").bindparams(at=at)),
            )
            .values(
                during=text("tstzrange(lower(during), :at)").bindparams(at=at),
                reason=reason,
                revision=stay.revision + 1,
            )
        )

    async def move_end(self, shipment_id: UUID, old: datetime, new: datetime, reason: str) -> None:
        """The stays that ended with the shipment end at another instant; raises Conflict."""
        with refusals(_overlaps()):
            await self._unit.execute(
                update(assignment)
                .where(
                    assignment.c.shipment_id == shipment_id,
                    text("upper(during) = :old").bindparams(old=old),
                    text("lower(during) < :new").bindparams(new=new),
                )
                .values(
                    during=text("tstzrange(lower(during), :new)").bindparams(new=new),
                    reason=reason,
                    revision=assignment.c.revision + 1,
                )
            )


def _not_ours() -> Invalid:
    return Invalid(
        "this box is not yours",
        field="box_id",
        remedy="take a box of your own, or let its owner enter the stay",
    )


def _overlaps() -> dict[str, ColdlaneError]:
    return {
        "box_carries_one_shipment": Conflict(
            "the box carries another shipment at that time",
            field="box_id",
            remedy="choose another box, or end the other shipment's use of this one first",
        ),
        "payload_in_one_box": Conflict(
            "the payload is in another box at that time",
            field="payload_id",
            remedy="choose a start after the other stay, or correct that stay first",
        ),
    }

"""Saying in which box a payload was, also for the past: both boxes are judged again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.requests import NewAssignment
from services.core.domain.errors import Invalid
from services.core.storage.assignments import AssignmentRecord, AssignmentRepository, NewStay
from services.core.storage.boxes import BoxRepository
from services.core.storage.shipments import ShipmentRepository
from services.core.storage.worklist import Worklist


async def assign(shipment_id: UUID, body: NewAssignment, act: Act) -> None:
    """The payload was in the box from `from_` until `to`; its other stays make room."""
    if body.to is not None and body.to <= body.from_:
        raise Invalid("the stay ends before it begins", field="to", remedy="choose a later end")
    shipments = ShipmentRepository(act.unit)
    shipment = await shipments.lock(shipment_id)
    shipment.payload(body.payload_id)
    box = (await BoxRepository(act.unit).by_name([body.box_id]))[body.box_id]
    if box.simulated and not shipment.simulated:
        raise Invalid(
            "a simulated box cannot carry a real shipment",
            field="box_id",
            remedy="take a real box",
        )
    stay = NewStay(
        id=new_id(act.now),
        payload_id=body.payload_id,
        shipment_id=shipment_id,
        box_no=box.box_no,
        start=body.from_,
        end=body.to,
        reason=body.reason,
    )
    before = await _enter(stay, act)
    await shipments.change(shipment_id, {})
    await act.audit(
        "assign",
        ("payload", body.payload_id),
        before={"stays": [_stay_json(one) for one in before]},
        after=body.model_dump(mode="json", by_alias=True, exclude={"reason"}),
        reason=body.reason,
    )
    touched = {one.box_no for one in before} | {box.box_no}
    work = Worklist(act.unit)
    await work.put_payloads({body.payload_id: body.from_}, "assignment_changed", act.now)
    await work.put_boxes(dict.fromkeys(touched, body.from_), "assignment_changed", act.now)


async def _enter(stay: NewStay, act: Act) -> list[AssignmentRecord]:
    """Enter a stay; what the payload's other stays were before.

    One in the same box of which nothing would be left is moved: by no other stay may a box of
    another house be seen.
    """
    repository = AssignmentRepository(act.unit)
    touching = await repository.touching(stay.payload_id, stay.start, stay.end)
    same = next((one for one in touching if _is_replaced(one, stay)), None)
    await _make_room(stay, [one for one in touching if one is not same], act)
    if same is None:
        await repository.add([stay], act.principal.principal_id, act.now)
    else:
        await repository.move(same, stay)
    return touching


def _is_replaced(other: AssignmentRecord, stay: NewStay) -> bool:
    whole = other.start >= stay.start and _part_after(other, stay.end) is None
    return whole and other.box_no == stay.box_no


async def _make_room(stay: NewStay, others: Sequence[AssignmentRecord], act: Act) -> None:
    """Cut the payload's other stays to what lies before and after the new one."""
    repository = AssignmentRepository(act.unit)
    reason = stay.reason or ""
    for other in others:
        after = _part_after(other, stay.end)
        if other.start < stay.start:
            await repository.shorten(other, other.start, stay.start, reason)
            if after is not None:
                await _keep_rest(stay, other, after, act)
        elif after is not None:
            await repository.shorten(other, after, other.end, reason)
        else:
            await repository.remove(other)


def _part_after(other: AssignmentRecord, end: datetime | None) -> datetime | None:
    """Where the rest of a stay begins behind the new one; None when nothing is left."""
    if end is None or (other.end is not None and other.end <= end):
        return None
    return end


async def _keep_rest(stay: NewStay, other: AssignmentRecord, start: datetime, act: Act) -> None:
    rest = NewStay(
        id=new_id(act.now),
        payload_id=stay.payload_id,
        shipment_id=stay.shipment_id,
        box_no=other.box_no,
        start=start,
        end=other.end,
        reason=stay.reason,
    )
    await AssignmentRepository(act.unit).add([rest], act.principal.principal_id, act.now)


def _stay_json(stay: AssignmentRecord) -> dict[str, object]:
    return {
        "box_no": stay.box_no,
        "from": stay.start.isoformat(),
        "to": stay.end.isoformat() if stay.end else None,
    }

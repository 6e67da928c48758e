"""Marks by which a shipment is known, and scans that are compared with them."""

from __future__ import annotations

from uuid import UUID

from services.api.acts.inspect import add_entry, check_writable
from services.api.acts.milestones import add_milestone
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.identities import EndOfMark, NewMark
from services.api.schemas.inspections import NewScan, NewSeal
from services.api.schemas.requests import NewMilestone
from services.core.domain.clearance.identity import Mark, ScanPlace, compare, plain
from services.core.domain.errors import Conflict, Invalid
from services.core.domain.life import LIVE_STATES
from services.core.storage.identities import IdentityRepository
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.shipments import ShipmentRepository


async def add_mark(shipment_id: UUID, body: NewMark, act: Act) -> UUID:
    """Enter what a scan will be compared with."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    if Mark(body.mark) is Mark.IDENTITY_CODE and body.payload_id is None:
        raise Invalid(
            "a chain-of-identity code belongs to one payload",
            field="payload_id",
            remedy="name the payload",
        )
    if body.payload_id is not None:
        shipment.payload(body.payload_id)
    return await _mark(shipment_id, body.mark, body.code, act, payload_id=body.payload_id)


async def _mark(
    shipment_id: UUID,
    mark: str,
    code: str,
    act: Act,
    *,
    payload_id: UUID | None = None,
    inspection_id: UUID | None = None,
) -> UUID:
    mark_id = new_id(act.now)
    await IdentityRepository(act.unit).add_mark(
        {
            "mark_id": mark_id,
            "shipment_id": shipment_id,
            "payload_id": payload_id,
            "mark": mark,
            "code": plain(code),
            "entered_at": act.now,
            "entered_by": act.principal.principal_id,
            "inspection_id": inspection_id,
        }
    )
    await act.audit("mark", ("shipment", shipment_id), after={"mark": mark, "code": plain(code)})
    return mark_id


async def end_mark(shipment_id: UUID, body: EndOfMark, act: Act) -> None:
    """A mark was wrong, or is no longer on the box."""
    await ShipmentRepository(act.unit).lock(shipment_id)
    await IdentityRepository(act.unit).end_mark(
        shipment_id,
        body.mark,
        plain(body.code),
        {
            "ended_at": act.now,
            "ended_by": act.principal.principal_id,
            "reason": body.reason,
        },
    )
    ended = {"mark": body.mark, "code": plain(body.code)}
    await act.audit("end_mark", ("shipment", shipment_id), before=ended, reason=body.reason)


async def scan(
    shipment_id: UUID, body: NewScan, place: ScanPlace, act: Act, inspection_id: UUID | None = None
) -> bool | None:
    """Compare and keep a scan, whatever comes of it."""
    repository = IdentityRepository(act.unit)
    expected = (await repository.expected(shipment_id, act.now)).get(Mark(body.mark), [])
    matches = compare(body.code, expected)
    await repository.add_scan(
        {
            "shipment_id": shipment_id,
            "inspection_id": inspection_id,
            "place": place,
            "mark": body.mark,
            "code": plain(body.code),
            "expected": expected,
            "matches": matches,
            "principal_id": act.principal.principal_id,
            "at": act.now,
        }
    )
    told = {"mark": body.mark, "code": plain(body.code), "matches": matches, "place": place}
    await act.audit("scan", ("shipment", shipment_id), after=told)
    return matches


async def scan_in_bay(view: InspectionView, body: NewScan, act: Act) -> None:
    """A scan of the inspection; a mismatch blocks its decision."""
    check_writable(view, act)
    await scan(view.shipment_id, body, ScanPlace.BAY, act, view.inspection_id)
    await InspectionRepository(act.unit).change(view.inspection_id)


async def scan_at_terminal(shipment_id: UUID, body: NewScan, act: Act) -> bool | None:
    """The box is picked at the terminal when it is the right one; else nobody may move it."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    if shipment.state not in LIVE_STATES:
        raise Conflict(f"a shipment that is {shipment.state} is not picked", field="shipment_id")
    matches = await scan(shipment_id, body, ScanPlace.TERMINAL, act)
    if matches and Mark(body.mark) is Mark.BOX:
        picked = NewMilestone(kind="picked", occurred_at=act.now, note="by scan")
        await add_milestone(shipment_id, picked, act)
    return matches


async def reseal(view: InspectionView, body: NewSeal, act: Act) -> None:
    """The new seal takes the place of those that were cut in this inspection."""
    check_writable(view, act)
    repository = IdentityRepository(act.unit)
    expected = await repository.expected(view.shipment_id, act.now)
    cut = [code for code in expected.get(Mark.SEAL, []) if code != plain(body.code)]
    for code in cut:
        ended = {
            "ended_at": act.now,
            "ended_by": act.principal.principal_id,
            "reason": f"cut in inspection {view.number}",
            "inspection_id": view.inspection_id,
        }
        await repository.end_mark(view.shipment_id, Mark.SEAL, code, ended)
    inspection_id = view.inspection_id
    await _mark(view.shipment_id, Mark.SEAL, body.code, act, inspection_id=inspection_id)
    await add_entry(view, "seal", {"new": plain(body.code), "cut": cut}, act)
    await InspectionRepository(act.unit).change(inspection_id)

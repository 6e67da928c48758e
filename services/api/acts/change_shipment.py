"""Changing a shipment: words, deadlines, and clocks that move what is judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.api.dependencies import Act
from services.api.schemas.requests import PayloadClocks, ShipmentChange
from services.core.domain.errors import Conflict, Invalid
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.assignments import AssignmentRepository
from services.core.storage.shipments import PayloadRecord, ShipmentRecord, ShipmentRepository
from services.core.storage.sites import SiteRepository
from services.core.storage.worklist import Worklist


async def change_shipment(shipment: ShipmentRecord, body: ShipmentChange, act: Act) -> None:
    """Change what the body names; the shipment is held by the caller."""
    values = body.model_dump(exclude_unset=True, exclude={"payloads", "reason"})
    if body.payloads or "received_at" in values:
        _require_reason(body)
    if "site_id" in values:
        await _check_site(shipment, values["site_id"], act)
    if "received_at" in values:
        await _move_receipt(shipment, values["received_at"], act)
    earliest = {one.payload_id: _earliest(shipment, values, act.now) for one in shipment.payloads}
    clocks: dict[str, Any] = {}
    for change in body.payloads:
        moved, since = await _move_clocks(shipment.payload(change.payload_id), change, act)
        clocks[str(change.payload_id)] = moved
        earliest[change.payload_id] = min(earliest[change.payload_id], since)
    await ShipmentRepository(act.unit).change(shipment.shipment_id, values)
    await act.audit(
        "update",
        ("shipment", shipment.shipment_id),
        before={name: _json(getattr(shipment, name)) for name in values} | {"payloads": clocks},
        after=body.model_dump(mode="json", exclude_unset=True, exclude={"reason"}),
        reason=body.reason,
    )
    await Worklist(act.unit).put_payloads(earliest, "shipment_changed", act.now)


def _require_reason(body: ShipmentChange) -> None:
    if body.reason is None:
        raise Invalid(
            "moving a clock changes what is judged: say why",
            field="reason",
            remedy="give the reason; it is shown beside the change",
        )


async def _check_site(shipment: ShipmentRecord, site_id: str, act: Act) -> None:
    await SiteRepository(act.unit).get(site_id)
    held_at = await AppointmentRepository(act.unit).site_of_open(shipment.shipment_id)
    if held_at is not None and held_at != site_id:
        raise Conflict(
            f"the shipment holds a slot at {held_at}",
            field="site_id",
            remedy="cancel that appointment first",
        )


async def _move_receipt(shipment: ShipmentRecord, at: datetime | None, act: Act) -> None:
    if shipment.received_at is None or at is None:
        raise Invalid(
            "received_at can only be corrected once the shipment was received",
            field="received_at",
            remedy="send the milestone received instead",
        )
    await AssignmentRepository(act.unit).move_end(
        shipment.shipment_id, shipment.received_at, at, "received_at corrected"
    )


def _earliest(shipment: ShipmentRecord, values: dict[str, Any], now: datetime) -> datetime:
    """Deadlines alone count from now; a moved receipt opens the stretch between both ends."""
    moved_to: datetime | None = values.get("received_at")
    if moved_to is None or shipment.received_at is None:
        return now
    return min(shipment.received_at, moved_to)


async def _move_clocks(
    payload: PayloadRecord, change: PayloadClocks, act: Act
) -> tuple[dict[str, Any], datetime]:
    """Returns the clocks as they were, and since when the verdict must be reached anew."""
    values = change.model_dump(exclude_unset=True, exclude={"payload_id"})
    before = {name: getattr(payload, name) for name in values}
    await ShipmentRepository(act.unit).change_payload(
        payload.payload_id, {**values, "clocks_entered_by": act.principal.principal_id}
    )
    touched = [one for one in (*before.values(), *values.values()) if one is not None]
    return {name: _json(one) for name, one in before.items()}, min([*touched, act.now])


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

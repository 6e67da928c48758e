"""Customs says whether it wants to inspect a shipment."""

from __future__ import annotations

from uuid import UUID

from services.api.acts.book import judge_again
from services.api.dependencies import Act
from services.api.schemas.customs import InspectionOrder
from services.core.domain.errors import Conflict, IllegalTransition
from services.core.domain.life import LIVE_STATES
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.shipments import ShipmentRepository

_NOT_INSPECTED = "no inspection ordered"


async def order_inspection(shipment_id: UUID, body: InspectionOrder, act: Act) -> None:
    """Enter it; without an inspection what is booked and has not begun is freed."""
    repository = ShipmentRepository(act.unit)
    shipment = await repository.lock(shipment_id)
    if shipment.state not in LIVE_STATES:
        raise IllegalTransition(f"a shipment that is {shipment.state} is not inspected any more")
    if body.ordered == "no":
        await _free(shipment_id, act)
    await repository.change(shipment_id, {"inspection_ordered": body.ordered})
    await act.audit(
        "order_inspection",
        ("shipment", shipment_id),
        before={"inspection_ordered": shipment.inspection_ordered},
        after={"inspection_ordered": body.ordered},
        reason=body.reason,
    )
    await judge_again(shipment, "inspection_ordered", act)


async def _free(shipment_id: UUID, act: Act) -> None:
    appointments = AppointmentRepository(act.unit)
    freed = await appointments.release(shipment_id, _NOT_INSPECTED, act.now)
    for appointment_id in freed:
        after = {"state": "CANCELLED"}
        await act.audit(
            "cancel", ("appointment", appointment_id), after=after, reason=_NOT_INSPECTED
        )
    if not freed and await appointments.site_of_open(shipment_id) is not None:
        raise Conflict(
            "its inspection has begun", field="ordered", remedy="end the inspection first"
        )

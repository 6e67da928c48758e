"""Boxes as the API shows them."""

from __future__ import annotations

from services.api.schemas.boxes import Box, BoxShipment, BoxTopics, DeliveryGrade
from services.core.domain.grade import Grade
from services.core.storage.boxes import BoxRecord
from services.core.storage.boxlist import UNUSED, BoxUse
from services.core.wire.topics import (
    command_topic,
    event_topic,
    receipt_topic,
    senml_topic,
    status_topic,
    telemetry_topic,
)

_GRADES: dict[Grade, DeliveryGrade] = {
    Grade.RECEIPTED: "receipted",
    Grade.ACKNOWLEDGED: "acknowledged",
    Grade.BEST_EFFORT: "best_effort",
}


def box_out(record: BoxRecord, use: BoxUse = UNUSED) -> Box:
    """A box with the topics it uses; one that is new carries nothing yet."""
    name = record.box_id
    return Box(
        box_id=name,
        shard=record.shard,
        topics=BoxTopics(
            telemetry=telemetry_topic(name),
            senml=senml_topic(name),
            event=event_topic(name),
            status=status_topic(name),
            receipt=receipt_topic(name),
            command=command_topic(name),
        ),
        kind="room" if record.kind == "room" else "box",
        simulated=record.simulated,
        model=record.model,
        report_interval_s=record.report_interval_s,
        registered_at=record.registered_at,
        retired_at=record.retired_at,
        revision=record.revision,
        last_received_at=record.last_received_at,
        certificate_ends_at=record.certificate_ends_at,
        grade=None if record.grade is None else _GRADES[Grade(record.grade)],
        battery_pct=None if use.battery_pct is None else round(use.battery_pct, 1),
        calibrated_until=use.calibrated_until,
        shipment=_shipment(use),
    )


def _shipment(use: BoxUse) -> BoxShipment | None:
    if use.shipment_id is None or use.shipment_reference is None:
        return None
    return BoxShipment(id=use.shipment_id, reference=use.shipment_reference)

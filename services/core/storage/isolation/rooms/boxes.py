"""Boxes, their probes, and what they have said."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    OWN,
    Rows,
    either,
    of_shipment,
    open_to_all,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    ALL,
    READ,
    TableRule,
    of_api,
    of_ingest,
    rule,
)

_IN_SIGHT = visible("assignment", "box.box_no", "box_no")

BOXES: Mapping[str, TableRule] = {
    "box": of_api(Rows(seen=either(f"box.{OWN}", _IN_SIGHT), written=either(f"box.{OWN}"))),
    "probe": of_api(
        Rows(
            seen=either(f"probe.{OWN}", visible("probe_assignment", "probe.probe_id", "probe_id")),
            written=either(f"probe.{OWN}"),
        ),
        ADD,
    ),
    "box_certificate": of_api(through("box", "box_certificate", "box_no")),
    "probe_assignment": of_api(through("box", "probe_assignment", "box_no")),
    "calibration": of_api(through("probe", "calibration", "probe_id"), ADD),
}
READINGS: Mapping[str, TableRule] = {
    # Its owner is the role of ingest; the API reads it through views that hold it to the stays.
    "reading": of_ingest(
        open_to_all("the store's columns forbid policies; the API reads the view shown_reading"),
        "ALL",
        api="",
    ),
    "watermark": of_ingest(through("box", "watermark", "box_no")),
    "boot_clock": of_ingest(through("box", "boot_clock", "box_no"), ALL),
    "rejected_message": of_ingest(
        Rows(
            seen=either(
                f"EXISTS (SELECT FROM box WHERE box.box_id = rejected_message.box_id AND box.{OWN})"
            )
        )
    ),
    "reprocess_request": rule(
        through("rejected_message", "reprocess_request", "message_id", "id"),
        ingest=ALL,
        alerts=READ,
        api=ADD,
    ),
    "key_conflict": of_ingest(through("box", "key_conflict", "box_no")),
    "reading_removal": of_ingest(of_shipment("reading_removal"), ADD),
}

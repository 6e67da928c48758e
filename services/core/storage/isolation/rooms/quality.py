"""Deviations, dispositions and signatures, and what one shift tells the next."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    PRINCIPAL,
    Rows,
    either,
    of_shipment,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    TableRule,
    of_api,
)

QUALITY: Mapping[str, TableRule] = {
    "deviation": of_api(of_shipment("deviation")),
    "deviation_step": of_api(through("deviation", "deviation_step", "deviation_id"), ADD),
    "evidence_pack": of_api(through("deviation", "evidence_pack", "deviation_id"), ADD),
    "signature": of_api(
        Rows(
            seen=either(
                f"principal_id = {PRINCIPAL}",
                visible("principal", "signature.principal_id", "principal_id"),
                "entity = 'deviation' AND EXISTS (SELECT FROM deviation"
                " WHERE deviation.deviation_id::text = signature.entity_id)",
            )
        ),
        ADD,
    ),
    "disposition": of_api(through("payload", "disposition", "payload_id")),
}
SHIFTS: Mapping[str, TableRule] = {
    "shift_note": of_api(through("principal", "shift_note", "written_by", "principal_id")),
    "handover": of_api(through("principal", "handover", "taken_by", "principal_id"), ADD),
}

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

_SIGNED: Mapping[str, tuple[str, str]] = {
    "deviation": ("deviation", "deviation_id"),
    "inspection": ("inspection", "inspection_id"),
    "profile_move": ("profile_move", "move_id"),
    "profile_proposal": ("profile_proposal", "proposal_id"),
    "retention_rule": ("retention_rule", "rule_id"),
    "sign_off": ("sign_off", "sign_off_id"),
    "risk_assessment": ("risk_assessment", "assessment_id"),
    "emergency_release": ("emergency_release", "release_id"),
    "data_emergency": ("data_entry", "entry_id"),
}
"""What is signed, where it stands, and by which column a signature names it: whoever sees it sees
who signed."""

QUALITY: Mapping[str, TableRule] = {
    "deviation": of_api(of_shipment("deviation")),
    "deviation_step": of_api(through("deviation", "deviation_step", "deviation_id"), ADD),
    "evidence_pack": of_api(through("deviation", "evidence_pack", "deviation_id"), ADD),
    "signature": of_api(
        Rows(
            seen=either(
                f"principal_id = {PRINCIPAL}",
                visible("principal", "signature.principal_id", "principal_id"),
                *(
                    f"entity = '{entity}' AND EXISTS (SELECT FROM {table}"
                    f" WHERE {table}.{key}::text = signature.entity_id)"
                    for entity, (table, key) in _SIGNED.items()
                ),
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

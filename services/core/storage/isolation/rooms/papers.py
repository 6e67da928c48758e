"""Papers, and what departments sign."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    OWN,
    Rows,
    either,
    of_shipment,
    open_to_all,
    shared,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    TableRule,
    of_api,
)

_PAPER = visible("paper_use", "paper.paper_id", "paper_id")

PAPERS: Mapping[str, TableRule] = {
    "paper": of_api(Rows(seen=either(f"paper.{OWN}", _PAPER))),
    "paper_use": of_api(of_shipment("paper_use")),
    "declaration": of_api(of_shipment("declaration")),
    "membership": of_api(
        open_to_all("authorities publish which firm is in which regime, and since when")
    ),
    "paper_rule": of_api(
        open_to_all("which papers are needed follows from law, the same for everybody")
    ),
    "sign_off": of_api(of_shipment("sign_off")),
    "sign_off_step": of_api(through("sign_off", "sign_off_step", "sign_off_id"), ADD),
    "risk_assessment": of_api(
        Rows(
            seen=either(
                shared("risk_assessment.shipment_id"),
                visible("paper", "risk_assessment.paper_id", "paper_id"),
            )
        )
    ),
    "condition_check": of_api(of_shipment("condition_check"), ADD),
    "emergency_release": of_api(of_shipment("emergency_release")),
    "exchange_message": of_api(
        through("principal", "exchange_message", "received_from", "principal_id"),
        ingest="",
        alerts="",
    ),
    "official": of_api(through("principal", "official", "principal_id"), ingest="", alerts=""),
}

"""Shipments as the API shows them: in lists, alone and on the stream the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.api.present.at_bay import at_bay, bay_of
from services.api.present.customs import appointment_from
from services.api.present.phase import phase_of
from services.api.present.ranking import Standing
from services.api.present.verdict import Verdict, verdict_of
from services.api.schemas.shipments import Phase, Shipment
from services.core.storage.overview import ShipmentOverview

_NUMBERS = (
    "label_lo_c",
    "label_hi_c",
    "absolute_lo_c",
    "absolute_hi_c",
    "freeze_point_c",
    "hold_h",
)
_FROM_ROW = (
    "reference",
    "state",
    "product",
    "shipper",
    "consignee",
    "simulated",
    "revision",
    "created_at",
    "received_at",
    "legs",
    "site",
    "needed_by",
    "needed_by_attested_by",
    "cut_off",
    "inspection_ordered",
    "needs_equipment",
    "picked_at",
)

_OF_BAY = ("ready_at", "latest_inspection_start")


def shipment_out(overview: ShipmentOverview, standing: Standing | None) -> Shipment:
    """The whole object; `standing` is None for what is not ranked."""
    verdict, bay = verdict_of(overview.payloads), bay_of(overview)
    legs = overview.legs
    values = {name: getattr(overview, name) for name in _FROM_ROW}
    values |= {
        "id": overview.shipment_id,
        "boxes": sorted({one["box_id"] for one in overview.payloads if one["box_id"]}),
        "payloads": [_payload(one, _arrival(legs)) for one in overview.payloads],
        "profile": overview.profile and profile_values(overview.profile),
        "origin": legs[0]["from_code"] if legs else None,
        "destination": legs[-1]["to_code"] if legs else None,
        "phase": _phase(overview),
        "clearance": overview.clearance and _clearance(overview, verdict),
        "appointment": overview.appointment and appointment_from(overview.appointment),
        "open_alarm": _open_alarm(overview.open_alarm),
        **_judged(verdict),
        **{name: at_bay(verdict, bay, name) for name in _OF_BAY},
        "counted_by_bay": bay.bay_id,
        **_placed(standing),
    }
    if verdict.given_up:
        values["latest_inspection_start"] = None
    return Shipment.model_validate(values)


def _phase(overview: ShipmentOverview) -> Phase:
    """Cleared by customs it is on its way to its consignee, wherever its legs say it is."""
    phase = phase_of(overview.state, overview.legs)
    cleared = (overview.clearance or {}).get("state") == "CUSTOMS_CLEARED"
    if cleared and phase.code == "at_customs":
        return phase.model_copy(update={"code": "onward"})
    return phase


def _clearance(overview: ShipmentOverview, verdict: Verdict) -> dict[str, Any]:
    """Where customs stands with it; cleared, it counts down to its delivery until receipt."""
    found, site = overview.clearance or {}, overview.site or {}
    deadline = verdict.instant("deadline")
    ahead = found.get("state") == "CUSTOMS_CLEARED" and overview.received_at is None
    if deadline is None or not ahead:
        return {**found, "deliver_by": None, "leave_by": None}
    deliver_by = deadline - timedelta(minutes=site.get("receiving_min", 0))
    leave_by = deliver_by - timedelta(minutes=site.get("onward_min", 0))
    return {**found, "deliver_by": deliver_by, "leave_by": leave_by}


def profile_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A profile's numbers, taken out of its document; what it does not set is None."""
    document = row["document"]
    numbers = document.get("numbers", {})
    return {
        "profile_id": row["profile_id"],
        "version": row["version"],
        "name_en": document["name_en"],
        "name_zh": document["name_zh"],
        "document": document,
        **{name: numbers.get(name, {}).get("value") for name in _NUMBERS},
    }


def _arrival(legs: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the last of the way should be over."""
    ahead = [one for one in legs if one["status"] != "cancelled"]
    if not ahead:
        return None
    last = ahead[-1]
    return datetime.fromisoformat(last["estimated_arrival"] or last["planned_arrival"])


def _payload(one: Mapping[str, Any], arrival: datetime | None) -> dict[str, Any]:
    ends = one["certificate_ends_at"]
    too_short = ends is not None and arrival is not None and datetime.fromisoformat(ends) < arrival
    return {
        **one,
        "certificate_too_short": too_short,
        "condition": one["condition"] or "NOT_STARTED",
        "evidence": one["evidence"] or "COMPLETE",
    }


def _judged(verdict: Verdict) -> dict[str, Any]:
    leading = verdict.leading
    return {
        "condition": verdict.condition,
        "evidence": verdict.evidence,
        "disposition": verdict.disposition,
        "left_label": verdict.left_label,
        "in_label_until": verdict.in_label_until,
        "viable_until": {"p10": verdict.p10, "p50": verdict.p50},
        "binding_constraint": leading.get("binding_constraint"),
        "counts_down": leading.get("binding_deadline"),
        "deadline": leading.get("deadline"),
        "last_reading": leading.get("last_reading"),
        "summary": leading.get("summary") or {},
        "as_of": leading.get("as_of"),
    }


def _placed(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"slack_s": None, "tier": None, "rank": None, "rank_reason": None}
    return {
        "slack_s": standing.slack.total_seconds(),
        "tier": standing.tier,
        "rank": standing.place,
        "rank_reason": standing.reason,
    }


def _open_alarm(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    if row["returned_at"] is not None:
        state = "RTN_UNACKNOWLEDGED"
    else:
        state = "ACKNOWLEDGED" if row["taken"] else "UNACKNOWLEDGED"
    return {**row, "state": state}

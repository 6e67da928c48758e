"""Which fields each view shows; what is not listed is withheld, also a field that is new."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic.fields import FieldInfo

from services.api.refusals import HttpRefusal
from services.api.schemas.base import Answer
from services.api.sight import ASKED_FOR, View, current_shared, current_view, narrower

Shown = TypeVar("Shown", bound=Answer)


EVERY = frozenset({"*"})
"""Every field: an answer that is the reader's own work, such as an inspection to customs."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEG = _names(
    "id ordinal mode carrier_number from_code from_lat from_lon to_code to_lat to_lon radio_off"
    " status planned_departure estimated_departure actual_departure planned_arrival"
    " estimated_arrival actual_arrival revision"
)
_APPOINTMENT = _names(
    "id number shipment_id shipment_reference site_id bay_id bay_name_en bay_name_zh place"
    " start end state spare_s_at_booking booked_at cancel_reason revision simulated"
    " asked_because answer_by answer_level follows move_code move_minutes move_reason bumps"
    " off_grid checked_in_at"
)
_SITE = _names(
    "site_id name_en name_zh zone lat lon picking_min inspection_min receiving_min"
    " onward_min simulated revision bays routes hours reserve_share reserve_until_min"
    " freeze_min grace_min answer_min book_ahead_h quota_regimes"
)
_BAY = _names(
    "bay_id name_en name_zh bay_class places slot_min published_from published_until"
    " revision equipment unfit_since unfit_reason inspection_min transfer_min"
)
_BRIEF = _names(
    "profile_id version name_en name_zh label_lo_c label_hi_c absolute_lo_c absolute_hi_c"
    " freeze_point_c hold_h"
)
_SHIPMENT = _names(
    "id reference state product shipper consignee simulated revision created_at"
    " received_at boxes payloads profile origin destination legs phase condition evidence"
    " disposition left_label in_label_until viable_until binding_constraint counts_down"
    " deadline ready_at latest_inspection_start counted_by_bay slack_s tier rank rank_reason site"
    " appointment cut_off open_alarm as_of last_reading.placed_at"
    " last_reading.temp_c last_reading.lid_open last_reading.battery_pct clearance"
    " inspection_ordered needs_equipment picked_at"
)
_ALARM = _names(
    "id kind group priority state shipment_id shipment_reference box_id began_at raised_at"
    " returned_at closed_at shelvable first_action whom_to_call act_by called_level called_at"
    " revision simulated facts.temp_c facts.limit_c facts.side facts.minutes"
    " facts.no_slot_in_time acknowledged shelved"
)
_OWN_SETTINGS = _names(
    "AuthenticatorApp PasskeyQuestion Taken Factor Factors Me"
    " MySession RecoveryCodes Session SignedIn"
)
_CLEARANCE = _names(
    "Assessment AttachedPaper BayFault BayLogger BayOpenings BayRoom BayTimes Blocker"
    " CheckedCondition Clearance ClearanceLine Closure Closures Decided Declaration DeliverBy"
    " BookingOut BookingsOut ExchangeAnswer KeptExchange MessageOutcome"
    " EmergencyRelease Explanation Handover Membership NeededPaper Official OpenStretch"
    " Openings OwnPaperRule Paper PaperRules Parties PartyOrganisation PlanRow QueueRow"
    " RiskAssessment SeenTable ShiftNote ShiftTable Signature SignOff SiteDay SiteFigures SitePlan"
    " SiteQueue SiteRoute UsedRegime WaivedPaper WhatIf"
)
_INSPECTION = _names(
    "Checklist Checklists ChecklistItem IdentityMark IdentityMarks Inspection InspectionEntry"
    " InspectionScan LidUse Photo ScanResult"
)
_OPEN: Mapping[str, frozenset[str]] = {
    "Bay": _BAY,
    "CustomsStanding": EVERY,
    "Box": _names(
        "box_id kind simulated model report_interval_s registered_at retired_at revision shard"
        " last_received_at grade topics certificate_ends_at battery_pct calibrated_until shipment"
    ),
    "BoxShipment": _names("id reference"),
    "BoxTopics": _names("telemetry senml event status receipt command"),
    "BoxLogs": _names("box_id items"),
    "BootLog": _names("boot start_seq contiguous missing first_received_at last_received_at"),
    "Hole": _names("first last"),
    "Grant": _names(
        "id shipment_id organisation party starts_at ends_at in_force granted_at"
        " appointment_id revoked_at"
    ),
    "SharedLink": _names("id shipment_id made_for created_at ends_at holds revoked_at"),
    "FreshLink": _names("id shipment_id made_for created_at ends_at holds revoked_at path"),
    "UnfitBooking": EVERY,
    "FrequentAlarm": EVERY,
    "SiteRoute": EVERY,
    "Gone": _names("type id"),
    "Health": _names("status"),
    "Readiness": _names("status warnings"),
    "Leg": _LEG,
    **dict.fromkeys(_OWN_SETTINGS, EVERY),
    "OpenAlarm": _names("id kind priority state"),
    "Page": _names("items next_cursor"),
    "DataStanding": EVERY,
    "Ruling": EVERY,
    "Phase": _names("code leg_id until"),
    "ProfileBrief": _BRIEF,
    "RankReason": _names("code minutes"),
    "Series": _names("box_id resolution_s items gaps late"),
    "Trace": _names("box_id resolution_s from_s t temp_c min_c max_c probes gaps late revised"),
    "ReadingPoint": _names("t temp_c min_c max_c mean_c n"),
    "Gap": _names("from_ to"),
    "LateStretch": _names("from_ to received_at"),
    "RevisedStretch": _names("from_ to"),
    "Site": _SITE,
    "SiteBrief": _names("site_id name_en name_zh zone"),
    "Slot": _names(
        "site_id bay_id bay_name_en bay_name_zh place start end spare_s reserved"
        " direct_distribution"
    ),
    "Slots": _names("latest_inspection_start ready_at items no_slot_in_time first_open"),
    "ViableUntil": _names("p10 p50"),
    "Acknowledged": _names("at reason lapses_at undoable waiting"),
    "SeenAlarm": _names("alarm_id kind priority state shipment_id shipment_reference box_id"),
    "Shelved": _names("at reason until"),
    "AlarmStep": _names("move at recorded_at until"),
}
_PAYLOAD = _names(
    "id box_id collection_end pack_closed_at container_charged_at condition evidence disposition"
    " certificate_ends_at certificate_too_short"
)

FIELDS: Mapping[View, Mapping[str, frozenset[str]]] = {
    # Whoever signs in is not known yet, and learns what came of it.
    View.NOBODY: {"Health": EVERY, "Readiness": EVERY, "SignedIn": EVERY},
    # Its own box: where it publishes, and what of its log has arrived.
    View.DEVICE: {
        name: _OPEN[name]
        for name in (
            *(
                "Box",
                "BoxShipment",
                "BoxTopics",
                "BoxLogs",
                "BootLog",
                "Hole",
                "Page",
                "Health",
                "Readiness",
            ),
            *("DataStanding", "Ruling"),
            *_OWN_SETTINGS,
        )
    },
    # No name or number of the patient's material, no position, no person, no treatment slot.
    View.CUSTOMS: {
        **_OPEN,
        "Shipment": _SHIPMENT,
        "ShipmentAfterNews": _SHIPMENT | _names("no_longer_fit"),
        "Payload": _PAYLOAD,
        "Appointment": _APPOINTMENT,
        "Alarm": _ALARM,
        **dict.fromkeys(_INSPECTION | _CLEARANCE, EVERY),
    },
    # Whoever sends or receives compares the bag's own name, and plans for the day it is needed.
    View.PARTY: {
        **_OPEN,
        "Profile": _BRIEF | _names("document shipped frozen_at"),
        "Shipment": _SHIPMENT | _names("needed_by"),
        "ShipmentAfterNews": _SHIPMENT | _names("no_longer_fit"),
        "ShipmentNote": EVERY,
        "Payload": _PAYLOAD | _names("reference"),
        "Appointment": _APPOINTMENT | _names("booked_by"),
        "Alarm": _ALARM,
    },
    # Whoever carries it need not know whose it is, nor for which day.
    View.CARRIER: {
        **_OPEN,
        "Shipment": _SHIPMENT,
        "ShipmentAfterNews": _SHIPMENT | _names("no_longer_fit"),
        "Payload": _PAYLOAD,
        "Appointment": _APPOINTMENT,
        "Alarm": _ALARM,
    },
}
"""By the name of the answer. `last_reading.temp_c` is that one key of a field without a schema."""


Shared = Mapping[str, View]
_NONE: Shared = {}
_SUBJECTS = frozenset({"Shipment", "ShipmentAfterNews"})


def shown_to_asker(answer: Shown) -> Shown:
    """The answer with the fields that whoever sent this request may see."""
    return restricted(answer, current_view.get(), current_shared.get())


def restricted(answer: Shown, view: View, shared: Shared = _NONE) -> Shown:
    """The answer with the fields of a view; what is withheld reads as null or empty.

    `shared` says which shipments are shown with fewer, since they were only shared. Raises 403 for
    what the view of a shared shipment does not have at all.
    """
    if view is View.FULL and not shared:
        return answer
    asker = _Asker(view, shared)
    narrowed = asker.view_of(answer, view)
    if asker.misses(answer, narrowed):
        raise HttpRefusal(
            403,
            f"this shipment is shared with you as {narrowed}, which does not show this",
            remedy="ask its owner",
        )
    return asker.restricted(answer, narrowed)


@dataclass(frozen=True, slots=True)
class _Asker:
    """By the role, and by what was shared as what."""

    view: View
    shared: Shared

    def view_of(self, answer: Answer, around: View) -> View:
        """That of the shipment that it is, or is of; else that of what it stands in."""
        of_itself = "id" if _name(type(answer)) in _SUBJECTS else "shipment_id"
        shipment_id = getattr(answer, of_itself, None)
        key = ASKED_FOR if shipment_id is None else str(shipment_id)
        return narrower(around, self.shared.get(key, View.FULL))

    def misses(self, answer: Answer, narrowed: View) -> bool:
        """Whether the role would show it, and what the shipment was shared as has no such thing."""
        return narrowed is not self.view and _name(type(answer)) not in FIELDS[narrowed]

    def restricted(self, answer: Shown, view: View) -> Shown:
        shown = EVERY
        if view is not View.FULL:
            shown = FIELDS[view].get(_name(type(answer)), frozenset())
        changes = {
            name: self._field(name, getattr(answer, name), field, shown, view)
            for name, field in type(answer).model_fields.items()
        }
        return answer.model_copy(update=changes)

    def _field(
        self, name: str, value: Any, field: FieldInfo, shown: frozenset[str], view: View
    ) -> Any:
        if name in shown or shown is EVERY:
            return self._inside(value, view)
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if f"{name}.{key}" in shown}
        return withheld(field)

    def _inside(self, value: Any, view: View) -> Any:
        if isinstance(value, Answer):
            return self.restricted(value, self.view_of(value, view))
        if isinstance(value, list):
            return [self._inside(one, view) for one in value if not self._is_left_out(one, view)]
        return value

    def _is_left_out(self, value: Any, view: View) -> bool:
        return isinstance(value, Answer) and self.misses(value, self.view_of(value, view))


def withheld(field: FieldInfo) -> Any:
    """What stands in the place of a field that is not shown; raises TypeError when nothing can."""
    for kind in _kinds(field.annotation):
        if kind is type(None):
            return None
        origin = typing.get_origin(kind) or kind
        if origin in (list, dict):
            return origin()
    raise TypeError(f"a field that may be withheld can be null or empty: {field.annotation}")


def _kinds(annotation: Any) -> Iterable[Any]:
    """The alternatives of a type, null first."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _kinds(typing.get_args(annotation)[0])
    arguments = typing.get_args(annotation)
    if type(None) in arguments:
        return (type(None), *arguments)
    return (annotation,)


def _name(kind: type[Answer]) -> str:
    """`Page[Shipment]` is a page."""
    return kind.__name__.partition("[")[0]

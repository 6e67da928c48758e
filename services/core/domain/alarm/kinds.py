"""The one table of alarm kinds: priority, consequence, first action, whom to call, time to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

BEARABLE_PER_HOUR = 6
"""About one in ten minutes for one person: EEMUA 191, read in others' summaries (grade O)."""


class AlarmKind(StrEnum):
    """What can be wrong."""

    EXCURSION = "excursion"
    LIMIT_BREACH = "limit_breach"
    EXPIRED = "expired"
    DEADLINE_NEAR = "deadline_near"
    NO_DATA = "no_data"
    UNCONFIRMED_SILENCE = "unconfirmed_silence"
    NEVER_HEARD = "never_heard"
    OVERDUE_AFTER_LANDING = "overdue_after_landing"
    BOX_CONTACT = "box_contact"
    EARLY_WARNING = "early_warning"
    BUDGET_LOW = "budget_low"
    CONTAINER_LOW = "container_low"
    LID_OPEN = "lid_open"
    TILTED = "tilted"
    SHOCK = "shock"
    INSPECTION_OPEN = "inspection_open"
    IDENTITY_MISMATCH = "identity_mismatch"
    WRONG_BOX_OPENED = "wrong_box_opened"
    BAY_UNFIT = "bay_unfit"
    RELEASE_UNWATCHED = "release_unwatched"
    DELIVERY_NEAR = "delivery_near"
    BATTERY_LOW = "battery_low"
    PROBE_FAULT = "probe_fault"
    CALIBRATION_EXPIRED = "calibration_expired"
    CLOCK_SUSPECT = "clock_suspect"
    KEY_CONFLICT = "key_conflict"
    WRONG_PLACE = "wrong_place"
    LEFT_SITE = "left_site"
    OFF_ROUTE = "off_route"
    DECISION_REVISED = "decision_revised"
    PAPER_LAPSING = "paper_lapsing"
    PAPER_LAPSED = "paper_lapsed"
    SIGN_OFF_OVERDUE = "sign_off_overdue"
    CONDITION_BREACHED = "condition_breached"
    EMERGENCY_PAPER_OVERDUE = "emergency_paper_overdue"
    RE_EXPORT_OVERDUE = "re_export_overdue"
    DATA_EMERGENCY_OVERDUE = "data_emergency_overdue"
    NOT_PICKED = "not_picked"
    BROKER_DOWN = "broker_down"
    INGEST_AWAY = "ingest_away"
    SERVER_CLOCK = "server_clock"
    WE_ARE_BEHIND = "we_are_behind"
    SESSION_LOST = "session_lost"
    CERTIFICATE_ENDING = "certificate_ending"


class Group(StrEnum):
    """What an alarm is about; it decides what may be done to silence it."""

    LIMIT = "limit"
    FREEZE = "freeze"
    CONTAINER = "container"
    IDENTITY = "identity"
    DEADLINE = "deadline"
    CONTACT = "contact"
    WARNING = "warning"
    HANDLING = "handling"
    DEVICE = "device"
    PLACE = "place"
    RECORD = "record"
    PAPERS = "papers"
    PLATFORM = "platform"


NEVER_SHELVED = frozenset({Group.LIMIT, Group.FREEZE, Group.CONTAINER, Group.IDENTITY})
"""Neither shelved nor suppressed, whoever asks (journey, 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """What a kind of alarm asks of people. The keys name texts of the page's catalogue.

    `standing`: it holds while it is derived; else it has a beginning and an end in the readings.
    `latching`: when it is over it stays until somebody resets it with a reason, also when it was
    taken while it lasted.
    """

    group: Group
    priority: int
    consequence: str
    first_action: str
    whom_to_call: str
    time_to_act: timedelta
    standing: bool
    latching: bool

    @property
    def shelvable(self) -> bool:
        return self.group not in NEVER_SHELVED


def _spec(
    kind: AlarmKind,
    group: Group,
    priority: int,
    whom: str,
    minutes: int,
    *,
    standing: bool = True,
    latching: bool = False,
) -> tuple[AlarmKind, AlarmSpec]:
    return kind, AlarmSpec(
        group=group,
        priority=priority,
        consequence=f"alarm.{kind}.consequence",
        first_action=f"alarm.{kind}.action",
        whom_to_call=whom,
        time_to_act=timedelta(minutes=minutes),
        standing=standing,
        latching=latching,
    )


K, G = AlarmKind, Group

# The priorities follow journey.md; the times to act are our own choice (grade O) until a sponsor
# or a site writes down theirs.
ALARM_SPECS: Mapping[AlarmKind, AlarmSpec] = dict(
    (
        _spec(K.EXCURSION, G.LIMIT, 1, "courier", 15, standing=False),
        _spec(K.LIMIT_BREACH, G.LIMIT, 1, "sponsor_qa", 15, standing=False, latching=True),
        _spec(K.EXPIRED, G.LIMIT, 1, "sponsor_qa", 30, latching=True),
        _spec(K.DEADLINE_NEAR, G.DEADLINE, 2, "inspection_site", 30),
        _spec(K.NO_DATA, G.CONTACT, 2, "courier", 30),
        _spec(K.UNCONFIRMED_SILENCE, G.CONTACT, 2, "carrier", 60),
        _spec(K.NEVER_HEARD, G.CONTACT, 2, "shipper", 30),
        _spec(K.OVERDUE_AFTER_LANDING, G.CONTACT, 2, "ground_handler", 30),
        _spec(K.BOX_CONTACT, G.CONTACT, 3, "operator", 1440),
        _spec(K.EARLY_WARNING, G.WARNING, 2, "courier", 30),
        _spec(K.BUDGET_LOW, G.WARNING, 3, "sponsor_qa", 60),
        _spec(K.CONTAINER_LOW, G.CONTAINER, 2, "courier", 60),
        _spec(K.LID_OPEN, G.HANDLING, 2, "courier", 10, standing=False),
        _spec(K.TILTED, G.HANDLING, 2, "courier", 15),
        _spec(K.SHOCK, G.HANDLING, 3, "courier", 60, standing=False),
        _spec(K.INSPECTION_OPEN, G.HANDLING, 1, "inspection_site", 5),
        _spec(K.IDENTITY_MISMATCH, G.IDENTITY, 1, "inspection_site", 5, latching=True),
        _spec(K.WRONG_BOX_OPENED, G.IDENTITY, 1, "inspection_site", 5, latching=True),
        _spec(K.BAY_UNFIT, G.PLACE, 1, "inspection_site", 10),
        _spec(K.RELEASE_UNWATCHED, G.CONTACT, 2, "courier", 15),
        _spec(K.DELIVERY_NEAR, G.DEADLINE, 2, "courier", 15),
        _spec(K.BATTERY_LOW, G.DEVICE, 3, "courier", 120),
        _spec(K.PROBE_FAULT, G.DEVICE, 2, "courier", 30),
        _spec(K.CALIBRATION_EXPIRED, G.DEVICE, 3, "sponsor_qa", 1440),
        _spec(K.CLOCK_SUSPECT, G.DEVICE, 3, "operator", 240),
        _spec(K.KEY_CONFLICT, G.DEVICE, 2, "system", 60),
        _spec(K.WRONG_PLACE, G.PLACE, 2, "carrier", 30),
        _spec(K.LEFT_SITE, G.PLACE, 2, "courier", 15),
        _spec(K.OFF_ROUTE, G.PLACE, 2, "courier", 30),
        _spec(K.DECISION_REVISED, G.RECORD, 1, "sponsor_qa", 30),
        _spec(K.PAPER_LAPSING, G.PAPERS, 2, "applicant", 240),
        _spec(K.PAPER_LAPSED, G.PAPERS, 2, "applicant", 60),
        _spec(K.SIGN_OFF_OVERDUE, G.PAPERS, 2, "department", 60),
        _spec(K.CONDITION_BREACHED, G.PAPERS, 1, "lead_department", 30),
        _spec(K.EMERGENCY_PAPER_OVERDUE, G.PAPERS, 2, "applicant", 240),
        _spec(K.RE_EXPORT_OVERDUE, G.PAPERS, 3, "shipper", 1440),
        _spec(K.DATA_EMERGENCY_OVERDUE, G.PAPERS, 2, "data_contact", 1440),
        _spec(K.NOT_PICKED, G.PLACE, 2, "ground_handler", 30),
        _spec(K.BROKER_DOWN, G.PLATFORM, 1, "system", 15),
        _spec(K.INGEST_AWAY, G.PLATFORM, 1, "system", 15),
        _spec(K.SERVER_CLOCK, G.PLATFORM, 2, "system", 30),
        _spec(K.WE_ARE_BEHIND, G.PLATFORM, 2, "system", 30),
        _spec(K.SESSION_LOST, G.PLATFORM, 2, "system", 60),
        _spec(K.CERTIFICATE_ENDING, G.DEVICE, 3, "operator", 1440),
    )
)
"""One table: kind → priority, consequence, first action, whom to call, time to act."""


def priority_of(kind: AlarmKind, facts: Mapping[str, Any]) -> int:
    """The priority of an alarm: its kind's, one more for each step it has gone further.

    The highest when no slot can save the cells.
    """
    if facts.get("no_slot_in_time"):
        return 1
    return max(1, ALARM_SPECS[kind].priority - int(facts.get("step", 0)))


def whom_of(kind: AlarmKind, facts: Mapping[str, Any]) -> str:
    """Whom to call: what no slot can save is the sponsor's QA to decide (journey, 5)."""
    return "sponsor_qa" if facts.get("no_slot_in_time") else ALARM_SPECS[kind].whom_to_call

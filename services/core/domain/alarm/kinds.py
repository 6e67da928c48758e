"""The one table of alarm kinds: priority, consequence, first action, whom to call, time to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class AlarmKind(StrEnum):
    """What can be wrong."""

    EXCURSION = "excursion"
    LIMIT_BREACH = "limit_breach"
    EXPIRED = "expired"
    DEADLINE_NEAR = "deadline_near"
    NO_DATA = "no_data"
    UNCONFIRMED_SILENCE = "unconfirmed_silence"


class Group(StrEnum):
    """What an alarm is about; it decides what may be done to silence it."""

    LIMIT = "limit"
    FREEZE = "freeze"
    CONTAINER = "container"
    IDENTITY = "identity"
    DEADLINE = "deadline"
    CONTACT = "contact"
    HANDLING = "handling"
    DEVICE = "device"
    PLACE = "place"
    RECORD = "record"
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
    )
)
"""One table: kind → priority, consequence, first action, whom to call, time to act."""


def priority_of(kind: AlarmKind, facts: Mapping[str, Any]) -> int:
    """The priority of an alarm: its kind's, but the highest when no slot can save the cells."""
    return 1 if facts.get("no_slot_in_time") else ALARM_SPECS[kind].priority


def whom_of(kind: AlarmKind, facts: Mapping[str, Any]) -> str:
    """Whom to call: what no slot can save is the sponsor's QA to decide (journey, 5)."""
    return "sponsor_qa" if facts.get("no_slot_in_time") else ALARM_SPECS[kind].whom_to_call

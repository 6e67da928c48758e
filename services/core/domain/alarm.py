"""Alarms: conditions with a life. What each kind means, and how stored ones follow derived ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """What a kind of alarm asks of people. The keys name texts of the page's catalogue."""

    priority: int
    consequence: str
    first_action: str
    whom_to_call: str
    time_to_act: timedelta
    standing: bool
    """True: it holds while it is derived. False: it has a beginning and an end in the readings."""


def _spec(
    kind: AlarmKind, priority: int, whom: str, time_to_act: timedelta, *, standing: bool = False
) -> AlarmSpec:
    return AlarmSpec(
        priority=priority,
        consequence=f"alarm.{kind}.consequence",
        first_action=f"alarm.{kind}.action",
        whom_to_call=whom,
        time_to_act=time_to_act,
        standing=standing,
    )


_MINUTE = timedelta(minutes=1)

ALARM_SPECS: Mapping[AlarmKind, AlarmSpec] = {
    AlarmKind.EXCURSION: _spec(AlarmKind.EXCURSION, 1, "courier", 15 * _MINUTE),
    AlarmKind.LIMIT_BREACH: _spec(AlarmKind.LIMIT_BREACH, 1, "sponsor_qa", 15 * _MINUTE),
    AlarmKind.EXPIRED: _spec(AlarmKind.EXPIRED, 1, "sponsor_qa", 30 * _MINUTE, standing=True),
    AlarmKind.DEADLINE_NEAR: _spec(
        AlarmKind.DEADLINE_NEAR, 2, "inspection_site", 30 * _MINUTE, standing=True
    ),
    AlarmKind.NO_DATA: _spec(AlarmKind.NO_DATA, 2, "courier", 30 * _MINUTE, standing=True),
    AlarmKind.UNCONFIRMED_SILENCE: _spec(
        AlarmKind.UNCONFIRMED_SILENCE, 2, "carrier", 60 * _MINUTE, standing=True
    ),
}
"""One table: kind → priority, consequence, first action, whom to call, time to act."""


def priority_of(kind: AlarmKind, facts: Mapping[str, Any]) -> int:
    """The priority of an alarm: its kind's, but the highest when no slot can save the cells."""
    return 1 if facts.get("no_slot_in_time") else ALARM_SPECS[kind].priority


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """When a limit counts as passed, and when as kept again; copied into the alarm it raises."""

    threshold_c: float
    side: str
    deadband_k: float
    on_delay: timedelta
    off_delay: timedelta

    def to_config(self) -> dict[str, Any]:
        """The rule as JSON, as it stood when the alarm was raised."""
        return {
            "threshold_c": self.threshold_c,
            "side": self.side,
            "deadband_k": self.deadband_k,
            "on_delay_s": self.on_delay.total_seconds(),
            "off_delay_s": self.off_delay.total_seconds(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedAlarm:
    """What the readings and the clock say now about one condition of one payload.

    `subject` tells apart conditions of the same kind (which limit). `returned_at` is set when the
    condition is over. `raises` is False inside the hysteresis: an open alarm stays, none begins.
    """

    kind: AlarmKind
    began_at: datetime
    subject: str = ""
    returned_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    raises: bool = True

    def key(self, payload_id: object) -> str:
        """The identity of the condition: which payload, what, and since when."""
        return ":".join((str(payload_id), self.kind.value, self.subject, self.began_at.isoformat()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlarm:
    """An alarm as it stands in the store."""

    key: str
    kind: AlarmKind
    subject: str
    began_at: datetime
    raised_at: datetime
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class Move(StrEnum):
    """What can happen to an alarm; each is one row of its history."""

    RAISED = "raised"
    RETURNED = "returned"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A move of one alarm: the alarm as it stands afterwards. Raised alarms carry their config."""

    move: Move
    alarm: StoredAlarm
    config: Mapping[str, Any] = field(default_factory=dict)


def reconcile(
    payload_id: object,
    stored: Sequence[StoredAlarm],
    derived: Iterable[DerivedAlarm],
    now: datetime,
) -> list[Transition]:
    """The moves that bring the stored alarms of one payload in line with the derived ones.

    The same condition keeps its alarm, also when late data moves its beginning: it is found by
    key, else by an overlap in time. What is derived no longer is withdrawn, never deleted.
    """
    wanted = sorted(derived, key=lambda alarm: (alarm.began_at, alarm.kind, alarm.subject))
    unclaimed = sorted(stored, key=lambda alarm: (alarm.began_at, alarm.key))
    moves: list[Transition] = []
    for found, one in _matched(payload_id, wanted, unclaimed):
        if found is not None:
            moves += _follow(found, one)
        elif one.raises:
            moves += _raise(one, one.key(payload_id), now)
    for left in unclaimed:
        moves += _let_go(left, now)
    return moves


def _matched(
    payload_id: object, derived: Sequence[DerivedAlarm], unclaimed: list[StoredAlarm]
) -> list[tuple[StoredAlarm | None, DerivedAlarm]]:
    """Each derived alarm with its stored one: all that match by key first, then by overlap.

    Takes what it finds out of `unclaimed`.
    """
    found: dict[int, StoredAlarm] = {}
    for search in (_by_key, _by_overlap):
        for place, one in enumerate(derived):
            if place in found:
                continue
            same = [a for a in unclaimed if a.kind is one.kind and a.subject == one.subject]
            match = search(one, one.key(payload_id), same)
            if match is not None:
                unclaimed.remove(match)
                found[place] = match
    return [(found.get(place), one) for place, one in enumerate(derived)]


def _by_key(wanted: DerivedAlarm, key: str, same: Sequence[StoredAlarm]) -> StoredAlarm | None:
    for alarm in same:
        if alarm.key == key and (wanted.raises or alarm.returned_at is None):
            return alarm
    return None


def _by_overlap(wanted: DerivedAlarm, _: str, same: Sequence[StoredAlarm]) -> StoredAlarm | None:
    if ALARM_SPECS[wanted.kind].standing:
        return next((alarm for alarm in same if alarm.returned_at is None), None)
    overlapping = (alarm for alarm in same if _overlap(alarm, wanted))
    return min(overlapping, key=_is_withdrawn, default=None)


def _is_withdrawn(alarm: StoredAlarm) -> bool:
    return bool(alarm.facts.get("withdrawn"))


def _overlap(stored: StoredAlarm, wanted: DerivedAlarm) -> bool:
    stored_ends_first = stored.returned_at is not None and stored.returned_at <= wanted.began_at
    wanted_ends_first = wanted.returned_at is not None and wanted.returned_at <= stored.began_at
    return not stored_ends_first and not wanted_ends_first


def _raise(wanted: DerivedAlarm, key: str, now: datetime) -> list[Transition]:
    alarm = StoredAlarm(
        key=key,
        kind=wanted.kind,
        subject=wanted.subject,
        began_at=wanted.began_at,
        raised_at=now,
        facts=wanted.facts,
    )
    moves = [Transition(move=Move.RAISED, alarm=alarm, config=wanted.config)]
    if wanted.returned_at is not None:
        over = replace(alarm, returned_at=wanted.returned_at)
        moves.append(Transition(move=Move.RETURNED, alarm=over))
    return moves


def _follow(found: StoredAlarm, wanted: DerivedAlarm) -> list[Transition]:
    """Bring one alarm in line with its condition; a standing one keeps its first beginning."""
    standing = ALARM_SPECS[wanted.kind].standing
    target = replace(
        found,
        began_at=found.began_at if standing else wanted.began_at,
        returned_at=wanted.returned_at,
        closed_at=found.closed_at if wanted.returned_at is not None else None,
        facts=wanted.facts,
    )
    if _is_withdrawn(found):
        return [Transition(move=Move.REOPENED, alarm=replace(target, closed_at=None))]
    if found.returned_at is not None and target.returned_at is None:
        return [Transition(move=Move.REOPENED, alarm=target)]
    if found.returned_at is None and target.returned_at is not None:
        return [Transition(move=Move.RETURNED, alarm=target)]
    if priority_of(target.kind, target.facts) < priority_of(found.kind, found.facts):
        return [Transition(move=Move.ESCALATED, alarm=target)]
    if _told_apart(found) != _told_apart(target):
        return [Transition(move=Move.REVISED, alarm=target)]
    return []


def _told_apart(alarm: StoredAlarm) -> tuple[Any, ...]:
    """What a person would see change; the running temperature alone is on the strip already."""
    facts = {name: fact for name, fact in alarm.facts.items() if name not in _RUNNING}
    return alarm.began_at, alarm.returned_at, facts


_RUNNING = frozenset({"temp_c", "slack_s", "last_received_at"})


def _let_go(left: StoredAlarm, now: datetime) -> list[Transition]:
    """What is no longer so: a standing condition has returned; a past one was never so."""
    if left.closed_at is not None:
        return []
    if ALARM_SPECS[left.kind].standing:
        if left.returned_at is not None:
            return []
        return [Transition(move=Move.RETURNED, alarm=replace(left, returned_at=now))]
    if _is_withdrawn(left):
        return []
    withdrawn = replace(
        left, returned_at=left.returned_at or now, facts={**left.facts, "withdrawn": True}
    )
    return [Transition(move=Move.WITHDRAWN, alarm=withdrawn)]

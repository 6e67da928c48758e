"""How stored alarms follow derived ones: the difference, as moves; nothing is ever edited away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.alarm.conditions import DerivedAlarm, StoredAlarm
from services.core.domain.alarm.kinds import ALARM_SPECS, priority_of
from services.core.domain.alarm.life import SOUNDS_ANEW, Move

REOPEN_WITHIN = timedelta(minutes=15)
"""A condition that comes again so soon is the same alarm, not another. Own choice, grade O."""

CHATTER = 3
"""So many comings and goings of one alarm within a minute are chatter (common practice, K)."""

_SOUNDING = frozenset({Move.RAISED, *SOUNDS_ANEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A move of one alarm: the alarm as it stands afterwards. Raised alarms carry their config."""

    move: Move
    alarm: StoredAlarm
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def calls(self) -> bool:
        """Whether it makes the alarm sound, and somebody is told.

        Damping touches the notice, never the alarm: what is excused, or shelved and no worse, or
        chatters, moves silently. The first notice of an alarm is never damped.
        """
        if self.alarm.suppressed or self.move not in _SOUNDING:
            return False
        if self.move is Move.REOPENED:
            return not self.alarm.shelved and self.alarm.recent_moves < CHATTER - 1
        return True


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
    for found, one in _matched(payload_id, wanted, unclaimed, now):
        if found is not None:
            moves += _follow(found, one)
        elif one.raises:
            moves += _raise(one, one.key(payload_id), now)
    for left in unclaimed:
        moves += _let_go(left, now)
    return moves


def _matched(
    payload_id: object,
    derived: Sequence[DerivedAlarm],
    unclaimed: list[StoredAlarm],
    now: datetime,
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
            match = search(one, one.key(payload_id), same, now)
            if match is not None:
                unclaimed.remove(match)
                found[place] = match
    return [(found.get(place), one) for place, one in enumerate(derived)]


def _by_key(
    wanted: DerivedAlarm, key: str, same: Sequence[StoredAlarm], _: datetime
) -> StoredAlarm | None:
    for alarm in same:
        if alarm.key == key and (wanted.raises or alarm.returned_at is None):
            return alarm
    return None


def _by_overlap(
    wanted: DerivedAlarm, _: str, same: Sequence[StoredAlarm], now: datetime
) -> StoredAlarm | None:
    if ALARM_SPECS[wanted.kind].standing:
        return _standing(wanted, same, now)
    overlapping = (alarm for alarm in same if _overlap(alarm, wanted))
    return min(overlapping, key=_is_withdrawn, default=None)


def _standing(
    wanted: DerivedAlarm, same: Sequence[StoredAlarm], now: datetime
) -> StoredAlarm | None:
    """The alarm of a condition that holds: an open one, else one that was over a moment ago."""
    for alarm in reversed(same):
        if alarm.returned_at is None:
            return alarm
        if wanted.raises and now - alarm.returned_at <= REOPEN_WITHIN:
            return alarm
    return None


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
        facts=wanted.told,
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
        facts=_keeping_step(found, wanted.told),
    )
    if _is_withdrawn(found):
        return [Transition(move=Move.REOPENED, alarm=replace(target, closed_at=None))]
    if found.returned_at is not None and target.returned_at is None:
        return [Transition(move=Move.REOPENED, alarm=target)]
    if found.returned_at is None and target.returned_at is not None:
        return [Transition(move=Move.RETURNED, alarm=target)]
    if found.suppressed != target.suppressed:
        move = Move.SUPPRESSED if target.suppressed else Move.UNSUPPRESSED
        return [Transition(move=move, alarm=target)]
    if _is_worse(target, found):
        return [Transition(move=Move.ESCALATED, alarm=target)]
    if _told_apart(found) != _told_apart(target):
        return [Transition(move=Move.REVISED, alarm=target)]
    return []


def _keeping_step(found: StoredAlarm, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The furthest step an open alarm has been at, until it eases: what trembles sounds once."""
    if found.returned_at is not None or "step" not in told or told.get("eased"):
        return told
    return {**told, "step": max(told["step"], found.facts.get("step", 0))}


def _is_worse(target: StoredAlarm, found: StoredAlarm) -> bool:
    """More urgent, or a step further on a scale of its own, such as a battery's."""
    more_urgent = priority_of(target.kind, target.facts) < priority_of(found.kind, found.facts)
    return more_urgent or target.facts.get("step", 0) > found.facts.get("step", 0)


def _told_apart(alarm: StoredAlarm) -> tuple[Any, ...]:
    """What a person would see change; the running temperature alone is on the strip already."""
    facts = {name: fact for name, fact in alarm.facts.items() if name not in _RUNNING}
    return alarm.began_at, alarm.returned_at, facts


_RUNNING = frozenset({"temp_c", "slack_s", "slot_missed_s", "last_received_at", "late_s", "eased"})


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

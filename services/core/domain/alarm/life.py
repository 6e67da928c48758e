"""The life of an alarm (ISA-18.2, OPC UA Part 9): the states for people, and what leads where.

A state is never stored. It follows from what is: whether the condition is over, the newest
acknowledgement, the newest shelving, and the instant of asking. So it is right also while alerts
is down, and an acknowledgement lapses without anybody doing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.alarm.kinds import AlarmSpec
from services.core.domain.errors import IllegalTransition, Invalid

REASON_WITHIN = timedelta(minutes=15)
"""One tap takes an alarm; without a reason by then it sounds again (journey, 4)."""

UNDO_WITHIN = timedelta(seconds=60)
"""So long whoever has taken an alarm may take that back. Own choice, grade O."""

SHELF_MOST = timedelta(hours=4)
"""The longest shelving (journey, 4)."""


class AlarmState(StrEnum):
    """Where an alarm stands for people."""

    UNACKNOWLEDGED = "UNACKNOWLEDGED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RTN_UNACKNOWLEDGED = "RTN_UNACKNOWLEDGED"
    LATCHED = "LATCHED"
    SHELVED = "SHELVED"
    SHELVED_RETURNED = "SHELVED_RETURNED"
    SUPPRESSED_BY_DESIGN = "SUPPRESSED_BY_DESIGN"
    CLOSED = "CLOSED"


class Move(StrEnum):
    """What can happen to an alarm, from the readings, by the clock or by a person.

    The first of them are rows of its history as alerts writes it; the last five are people's own.
    """

    RAISED = "raised"
    RETURNED = "returned"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    LAPSED = "lapsed"
    CALLED = "called"
    CLOSED = "closed"
    ACKNOWLEDGED = "acknowledged"
    TAKEN_BACK = "taken_back"
    RESET = "reset"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"


SOUNDS_ANEW = frozenset({Move.REOPENED, Move.ESCALATED, Move.UNSUPPRESSED})
"""What was acknowledged before one of these holds no longer."""

WORSE = frozenset({Move.ESCALATED, Move.UNSUPPRESSED})
"""What was shelved before one of these is shelved no longer."""

Life = Mapping[tuple["AlarmState", Move], "AlarmState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The newest acknowledgement that has not been overtaken by the condition growing worse."""

    at: datetime
    until: datetime
    has_reason: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that an alarm's state follows from. `shelved_until`: of the shelving in force."""

    latching: bool
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    suppressed: bool = False
    taken: Taken | None = None
    shelved_until: datetime | None = None


def state_at(standing: Standing, now: datetime) -> AlarmState:
    """The state at an instant; every end is exclusive: at 13:50 what held until 13:50 is over."""
    if standing.closed_at is not None:
        return AlarmState.CLOSED
    returned = standing.returned_at is not None
    if standing.suppressed:
        return AlarmState.CLOSED if returned else AlarmState.SUPPRESSED_BY_DESIGN
    if standing.shelved_until is not None:
        if now < standing.shelved_until:
            return AlarmState.SHELVED_RETURNED if returned else AlarmState.SHELVED
        if standing.returned_at is not None and standing.returned_at < standing.shelved_until:
            return AlarmState.CLOSED  # whoever shelved it has seen it
    taken = standing.taken
    if taken is None or now >= taken.until:
        return AlarmState.RTN_UNACKNOWLEDGED if returned else AlarmState.UNACKNOWLEDGED
    if standing.returned_at is None:
        return AlarmState.ACKNOWLEDGED
    reset = not standing.latching or (taken.has_reason and taken.at >= standing.returned_at)
    return AlarmState.CLOSED if reset else AlarmState.LATCHED


def _life(*, latching: bool) -> Life:
    s, m = AlarmState, Move
    taken_and_over = s.LATCHED if latching else s.CLOSED
    table = {
        (s.UNACKNOWLEDGED, m.RETURNED): s.RTN_UNACKNOWLEDGED,
        (s.UNACKNOWLEDGED, m.ESCALATED): s.UNACKNOWLEDGED,
        (s.UNACKNOWLEDGED, m.WITHDRAWN): s.RTN_UNACKNOWLEDGED,
        (s.UNACKNOWLEDGED, m.ACKNOWLEDGED): s.ACKNOWLEDGED,
        (s.ACKNOWLEDGED, m.RETURNED): taken_and_over,
        (s.ACKNOWLEDGED, m.ESCALATED): s.UNACKNOWLEDGED,
        (s.ACKNOWLEDGED, m.WITHDRAWN): taken_and_over,
        (s.ACKNOWLEDGED, m.ACKNOWLEDGED): s.ACKNOWLEDGED,
        (s.ACKNOWLEDGED, m.LAPSED): s.UNACKNOWLEDGED,
        (s.ACKNOWLEDGED, m.TAKEN_BACK): s.UNACKNOWLEDGED,
        (s.RTN_UNACKNOWLEDGED, m.REOPENED): s.UNACKNOWLEDGED,
        (s.RTN_UNACKNOWLEDGED, m.ACKNOWLEDGED): taken_and_over,
        (s.CLOSED, m.REOPENED): s.UNACKNOWLEDGED,
        (s.CLOSED, m.TAKEN_BACK): s.RTN_UNACKNOWLEDGED,
    }
    if latching:
        table |= {
            (s.RTN_UNACKNOWLEDGED, m.RESET): s.CLOSED,
            (s.LATCHED, m.REOPENED): s.UNACKNOWLEDGED,
            (s.LATCHED, m.ACKNOWLEDGED): s.LATCHED,
            (s.LATCHED, m.LAPSED): s.RTN_UNACKNOWLEDGED,
            (s.LATCHED, m.TAKEN_BACK): s.RTN_UNACKNOWLEDGED,
            (s.LATCHED, m.RESET): s.CLOSED,
        }
    return table


def _shelving() -> Life:
    """What is possible besides, for kinds that may be shelved or suppressed."""
    s, m = AlarmState, Move
    return {
        (s.UNACKNOWLEDGED, m.SHELVED): s.SHELVED,
        (s.UNACKNOWLEDGED, m.SUPPRESSED): s.SUPPRESSED_BY_DESIGN,
        (s.ACKNOWLEDGED, m.SHELVED): s.SHELVED,
        (s.ACKNOWLEDGED, m.SUPPRESSED): s.SUPPRESSED_BY_DESIGN,
        (s.SHELVED, m.RETURNED): s.SHELVED_RETURNED,
        (s.SHELVED, m.ESCALATED): s.UNACKNOWLEDGED,
        (s.SHELVED, m.WITHDRAWN): s.SHELVED_RETURNED,
        (s.SHELVED, m.SHELVED): s.SHELVED,
        (s.SHELVED, m.UNSHELVED): s.UNACKNOWLEDGED,
        (s.SHELVED, m.SUPPRESSED): s.SUPPRESSED_BY_DESIGN,
        (s.SHELVED_RETURNED, m.REOPENED): s.SHELVED,
        (s.SHELVED_RETURNED, m.UNSHELVED): s.CLOSED,
        (s.SUPPRESSED_BY_DESIGN, m.RETURNED): s.CLOSED,
        (s.SUPPRESSED_BY_DESIGN, m.WITHDRAWN): s.CLOSED,
        (s.SUPPRESSED_BY_DESIGN, m.UNSUPPRESSED): s.UNACKNOWLEDGED,
    }


PLAIN, LATCHING = _life(latching=False), _life(latching=True)
SHELVABLE = {**PLAIN, **_shelving()}


def table_of(spec: AlarmSpec) -> Life:
    """The state table of a kind: what may happen in which state, and the state afterwards."""
    if spec.shelvable:
        return SHELVABLE
    return LATCHING if spec.latching else PLAIN


def after(spec: AlarmSpec, state: AlarmState, move: Move) -> AlarmState:
    """The state afterwards; raises IllegalTransition when it cannot happen to this kind now."""
    then = table_of(spec).get((state, move))
    if then is None:
        stands, moved = state.replace("_", " ").lower(), move.replace("_", " ")
        raise IllegalTransition(
            f"an alarm that is {stands} cannot be {moved}",
            field="alarm_id",
            remedy="limit, freeze, container and identity alarms are never shelved"
            if move is Move.SHELVED and not spec.shelvable
            else "read the alarm again",
        )
    return then


def check_assignable(state: AlarmState) -> None:
    """Whose it is can be said of every alarm that is not over; the state stays what it is."""
    if state is AlarmState.CLOSED:
        raise IllegalTransition(
            "an alarm that is closed is nobody's",
            field="alarm_id",
            remedy="read the alarm again",
        )


def taken_back(spec: AlarmSpec, standing: Standing, now: datetime) -> AlarmState:
    """The state without the newest acknowledgement: also of an alarm that it had closed.

    Raises IllegalTransition when nobody has it, when it was taken too long ago, or when it is
    closed for good: what was closed otherwise, or written down as closed, has no way back.
    """
    then = after(spec, state_at(standing, now), Move.TAKEN_BACK)
    taken = standing.taken
    if taken is None or now >= taken.at + UNDO_WITHIN:
        raise IllegalTransition(
            f"an alarm is given back within {UNDO_WITHIN.seconds} s of being taken",
            field="alarm_id",
            remedy="it sounds again by itself at the end of the shift, or when it grows worse",
        )
    if state_at(replace(standing, taken=None), now) is not then:
        raise IllegalTransition(
            "this alarm is closed, and its acknowledgement is not what closed it",
            field="alarm_id",
            remedy="read the alarm again",
        )
    return then


def checked_shelf(now: datetime, until: datetime) -> datetime:
    """The end of a shelving; raises Invalid when it is past or more than four hours away."""
    if not now < until <= now + SHELF_MOST:
        raise Invalid(
            "an alarm is shelved for at most four hours",
            field="until",
            remedy="choose an end in the next four hours",
        )
    return until

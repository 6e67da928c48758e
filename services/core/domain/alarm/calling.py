"""Who is called when nobody takes an alarm: the next person, up to the last, and then again.

The times are our own choice (grade O): no standard sets them. They count from the instant at which
the alarm began to sound: raised, grown worse, or let go by whoever had it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WHOM = "whom_to_call"
"""Stands for the role that the kind of alarm names."""

FIRST = "operator"
"""Whoever watches the page; told in the transaction that raises the alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who is told, so long after the alarm began to sound."""

    after: timedelta
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The steps of one priority; `again` repeats the last one, None is content with it."""

    steps: tuple[Step, ...]
    again: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """How far an alarm has been called: for which sounding, to which step, and when last."""

    since: datetime
    level: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody is to be told, because nobody has taken the alarm by `due_at`."""

    level: int
    audience: str
    due_at: datetime
    repeated: bool = False


Chains = Mapping[int, Chain]


def chain_of(audiences: tuple[str, ...], minutes: tuple[float, ...], again_min: float) -> Chain:
    """A chain whose first step is at once; the last audience takes every step beyond it."""
    steps = [Step(after=timedelta(0), audience=FIRST)]
    for place, after in enumerate(sorted(minutes)):
        audience = audiences[min(place, len(audiences) - 1)]
        steps.append(Step(after=timedelta(minutes=after), audience=audience))
    return Chain(steps=tuple(steps), again=timedelta(minutes=again_min) if again_min else None)


AUDIENCES: Mapping[int, tuple[str, ...]] = {
    1: ("shift_lead", WHOM, "sponsor_qa"),
    2: ("shift_lead", WHOM),
}
"""Who comes after the first, by priority. Priority 3 is told once."""

QUIET = chain_of((), (), 0)


def calls_due(chain: Chain, since: datetime, called: Called | None, now: datetime) -> list[Call]:
    """The calls that are due by now and have not been made, in order.

    After a standstill nobody in between is left out; only repetitions are made up for by one.
    """
    level, at = -1, since
    if called is not None and called.since == since:
        level, at = called.level, called.at
    due = [
        Call(level=place, audience=step.audience, due_at=since + step.after)
        for place, step in enumerate(chain.steps)
        if place > level and since + step.after <= now
    ]
    if due:
        return due
    last = len(chain.steps) - 1
    if level < last or chain.again is None or now < at + chain.again:
        return []
    times = (now - at) // chain.again
    return [
        Call(
            level=last,
            audience=chain.steps[last].audience,
            due_at=at + times * chain.again,
            repeated=True,
        )
    ]

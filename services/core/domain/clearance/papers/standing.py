"""What stands of each needed paper: there, lapsing before arrival, lapsed, or missing, and since.

A paper's end is a legal deadline beside the others: it never makes a shipment look lost, and keeps
it from nothing but the release (journey, 2 and 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from services.core.domain.clearance.papers.needs import Need
from services.core.domain.clearance.papers.paper import Paper


class PaperState(StrEnum):
    """Where a needed paper stands at an instant."""

    VALID = "valid"
    LAPSING = "lapsing"
    NOT_YET = "not_yet"
    LAPSED = "lapsed"
    MISSING = "missing"


BLOCKING = frozenset({PaperState.NOT_YET, PaperState.LAPSED, PaperState.MISSING})
"""With one of these the release has to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A paper that was attached to the shipment, to the goods or to its boxes, and when."""

    paper: Paper
    attached_at: datetime
    subject: str = "goods"
    re_exported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A need and what stands of it; `ends` is the first instant without the best paper there is."""

    need: Need
    state: PaperState
    since: datetime
    number: str | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When and where it is judged. `arrival` is the latest likely one (P90), where it is known."""

    at: datetime
    zone: tzinfo
    arrival: datetime | None = None


def standing(need: Need, attached: Sequence[Attached], moment: Moment, since: datetime) -> Standing:
    """What stands of a need; the best of several papers counts. `since`: when it was declared."""
    fitting = [
        _judge(need, one, moment)
        for one in attached
        if one.paper.kind == need.paper and one.subject == need.subject
    ]
    if not fitting:
        return Standing(need=need, state=PaperState.MISSING, since=since)
    order = list(PaperState)
    return min(fitting, key=lambda found: (order.index(found.state), found.since))


def _judge(need: Need, one: Attached, moment: Moment) -> Standing:
    begins, ends = one.paper.begins(moment.zone), one.paper.ends(moment.zone)
    state, since = PaperState.VALID, one.attached_at
    if ends is not None and ends <= moment.at:
        state, since = PaperState.LAPSED, ends
    elif begins is not None and moment.at < begins and _comes_before(moment, begins):
        state = PaperState.NOT_YET
    elif ends is not None and moment.arrival is not None and ends <= moment.arrival:
        state = PaperState.LAPSING
    return Standing(need=need, state=state, since=since, number=one.paper.number, ends=ends)


def _comes_before(moment: Moment, begins: datetime) -> bool:
    return moment.arrival is None or moment.arrival < begins

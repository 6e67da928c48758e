"""What may be done with a payload now: the decision of people, unless overtaken, else the hold.

The view `payload_disposition` says the same of stored rows; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from services.core.domain.quality.deviation import Disposition


class Standing(StrEnum):
    """What stands beside a payload: one of the decisions, a hold, or nothing."""

    NONE = "NONE"
    QA_HOLD = "QA_HOLD"
    RELEASED = "RELEASED"
    RELEASED_WITH_COMMENT = "RELEASED_WITH_COMMENT"
    OUT_OF_SPEC_MEDICAL = "OUT_OF_SPEC_MEDICAL"
    REJECTED = "REJECTED"


class Event(StrEnum):
    """What changes it. Only `approve` takes a decision, and only people do that."""

    FOUND = "found"
    TAKEN_BACK = "taken_back"
    APPROVE = "approve"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What it follows from. `overtaken`: the verdict has other excursions or broken limits by now
    than were decided on; `hold`: the verdict asks for a hold."""

    decided: Disposition | None = None
    overtaken: bool = False
    hold: bool = False

    @property
    def standing(self) -> Standing:
        if self.decided is None:
            return Standing.QA_HOLD if self.hold else Standing.NONE
        return Standing.QA_HOLD if self.overtaken else Standing(self.decided)

    def after(self, event: Event) -> Iterator[Grounds]:
        """How it may be after an event; none when that cannot happen."""
        if event is Event.FOUND:
            yield replace(self, hold=True, overtaken=self.decided is not None)
        elif event is Event.TAKEN_BACK and self.decided is None:
            if self.hold:
                yield replace(self, hold=False)
        elif event is Event.TAKEN_BACK:
            if self.overtaken:
                yield replace(self, overtaken=False)
        elif event is Event.APPROVE:
            for decided in Disposition:
                yield replace(self, decided=decided, overtaken=False)
        elif self.decided is not None:
            yield replace(self, decided=None, overtaken=False)


def all_grounds() -> list[Grounds]:
    """Every combination that can be."""
    return [
        Grounds(decided=decided, overtaken=overtaken, hold=hold)
        for decided in (None, *Disposition)
        for overtaken in (False, True)
        for hold in (False, True)
        if decided is not None or not overtaken
    ]


def moves() -> Mapping[tuple[Standing, Event], frozenset[Standing]]:
    """Each standing with what an event can make of it; what is not here cannot happen."""
    found: dict[tuple[Standing, Event], frozenset[Standing]] = {}
    for grounds in all_grounds():
        for event in Event:
            after = frozenset(one.standing for one in grounds.after(event))
            if after:
                key = grounds.standing, event
                found[key] = found.get(key, frozenset()) | after
    return found

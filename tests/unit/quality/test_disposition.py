"""What may be done with a payload: every standing with every event."""

import itertools

import pytest

from services.core.domain.quality.deviation import Disposition
from services.core.domain.quality.disposition import Event, Grounds, Standing, all_grounds, moves

DECISIONS = {"RELEASED", "RELEASED_WITH_COMMENT", "OUT_OF_SPEC_MEDICAL", "REJECTED"}
PATHS = {
    ("NONE", "found"): {"QA_HOLD"},
    ("NONE", "approve"): DECISIONS,
    ("QA_HOLD", "found"): {"QA_HOLD"},
    ("QA_HOLD", "taken_back"): {"NONE", *DECISIONS},
    ("QA_HOLD", "approve"): DECISIONS,
    ("QA_HOLD", "reopen"): {"NONE", "QA_HOLD"},
} | {
    key: after
    for one in DECISIONS
    for key, after in {
        (one, "found"): {"QA_HOLD"},
        (one, "approve"): DECISIONS,
        (one, "reopen"): {"NONE", "QA_HOLD"},
    }.items()
}


@pytest.mark.parametrize(("standing", "event"), list(itertools.product(Standing, Event)), ids=str)
def test_every_event_makes_of_every_standing_what_is_written(
    standing: Standing, event: Event
) -> None:
    found = moves().get((standing, event), frozenset())
    assert {one.value for one in found} == PATHS.get((standing.value, event.value), set())


def test_software_can_hold_and_never_decide() -> None:
    """What is taken back brings back what two people had decided on the same facts, no other."""
    for grounds in all_grounds():
        for event in (Event.FOUND, Event.TAKEN_BACK, Event.REOPEN):
            for after in grounds.after(event):
                assert after.decided in (None, grounds.decided)
                assert after.standing in (Standing.NONE, Standing.QA_HOLD, grounds.decided)


def test_whatever_was_decided_something_new_holds_it_again() -> None:
    for decided in Disposition:
        (after,) = Grounds(decided=decided).after(Event.FOUND)
        assert after.standing is Standing.QA_HOLD

"""What is confirmed by rule at once, and why an officer is asked about the rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.core.domain.clearance.asking import SlotRequest, SlotRules, first_state, why_ask

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = SlotRules(
    reserve_until=3 * HOUR,
    reserve_below=6 * HOUR,
    grace=HOUR / 2,
    book_ahead=72 * HOUR,
    answer_within=HOUR / 4,
)
FITS = SlotRequest(
    start=NOW + 5 * HOUR,
    reserved=False,
    latest_start=NOW + 20 * HOUR,
    ready=NOW + HOUR,
)


def test_what_fits_quota_and_times_is_confirmed_at_once() -> None:
    assert why_ask(FITS, RULES, NOW) is None
    assert first_state(FITS, None) == "CONFIRMED"


def test_before_take_off_it_is_tentative() -> None:
    assert first_state(replace(FITS, before_take_off=True), None) == "TENTATIVE"


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"reserved": True}, "RESERVED"),
        ({"reserved": True, "latest_start": None}, "RESERVED"),
        ({"start": NOW + 74 * HOUR, "latest_start": None}, "TOO_FAR_AHEAD"),
        ({"ready": NOW + 6 * HOUR}, "BEFORE_READY"),
        ({"latest_start": NOW + 4 * HOUR}, "NO_SLOT_IN_TIME"),
        ({"moves": 3}, "MOVED_OFTEN"),
    ],
)
def test_what_does_not_fit_is_asked_and_says_which_rule(
    change: dict[str, object], because: str
) -> None:
    request = replace(FITS, **change)  # type: ignore[arg-type]
    asked = why_ask(request, RULES, NOW)
    assert asked == because
    assert first_state(request, asked) == "REQUESTED"


@pytest.mark.parametrize(
    "change",
    [
        {"reserved": True, "latest_start": NOW + 6.5 * HOUR},
        {"reserved": True, "start": NOW + 2.5 * HOUR},
        {"ready": NOW + 5.5 * HOUR},
        {"moves": 2},
    ],
)
def test_at_the_bound_it_still_fits(change: dict[str, object]) -> None:
    assert why_ask(replace(FITS, **change), RULES, NOW) is None  # type: ignore[arg-type]

"""The floors of the test house: what could not be run, and how long each took."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

DEMAND_ALL = "all"


@dataclass(slots=True)
class FloorBook:
    """What happened on each floor during one test run."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    missing: dict[str, str] = field(default_factory=dict)


BOOK = FloorBook()


def missing(floor: str, reason: str) -> NoReturn:
    """Note that a floor cannot be run here: a skip, or a failure where everything is demanded."""
    BOOK.missing[floor] = reason
    words = f"could not run {floor}: {reason}"
    if os.environ.get("COLDLANE_TEST_REQUIRE") == DEMAND_ALL:
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def floor_of(nodeid: str, marks: set[str]) -> str:
    """The name under which a test's time is counted: its folder, or the special server it needs."""
    for special in ("timescale", "columnstore", "browser", "mosquitto", "provider"):
        if special in marks:
            return special
    parts = nodeid.split("/")
    return parts[1] if len(parts) > 2 else "other"

"""The clock of a data folder: it goes on, and never runs backwards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.core.runtime.clock import VirtualClock, clock_from_env
from services.local.errors import LocalFailure
from services.local.folder import DataFolder
from services.local.plan import child_environment, settle_clock, wanted_clock

CLOCK = VirtualClock(origin=datetime(2026, 11, 22, tzinfo=UTC), rate=60)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.mark.parametrize("rate", [None, 1.0])
def test_time_is_real_unless_another_rate_is_asked_for(rate: float | None) -> None:
    assert wanted_clock(rate) is None


def test_a_folder_keeps_the_clock_it_was_begun_with(folder: DataFolder) -> None:
    assert settle_clock(folder, CLOCK) == CLOCK
    assert settle_clock(folder, wanted_clock(60)) == CLOCK


def test_the_next_run_without_a_word_goes_on_with_the_same_clock(folder: DataFolder) -> None:
    settle_clock(folder, CLOCK)
    assert settle_clock(folder, None) == CLOCK


def test_another_rate_on_the_same_data_is_refused(folder: DataFolder) -> None:
    settle_clock(folder, CLOCK)
    with pytest.raises(LocalFailure, match="--clock-rate 60"):
        settle_clock(folder, wanted_clock(10))


def test_a_folder_in_real_time_has_no_clock(folder: DataFolder) -> None:
    assert settle_clock(folder, None) is None
    assert not folder.clock.exists()


def test_children_read_the_same_clock() -> None:
    assert clock_from_env(child_environment({}, CLOCK, {})) == CLOCK


def test_a_clock_in_our_own_environment_does_not_reach_children() -> None:
    own = {"COLDLANE_CLOCK": "2020-01-01T00:00:00Z,9", "COLDLANE_CLOCK_ALLOWED": "up", "PATH": "/"}
    found = child_environment(own, None, {"COLDLANE_API_PORT": "1"})
    assert "COLDLANE_CLOCK" not in found
    assert found["PATH"] == "/"
    assert found["COLDLANE_API_PORT"] == "1"

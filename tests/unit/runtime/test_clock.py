"""The clock: simulated time follows from origin and rate, and is refused outside a simulation."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.runtime.clock import (
    ClockRefused,
    FixedClock,
    SystemClock,
    VirtualClock,
    clock_from_env,
    parse_virtual_clock,
)

ORIGIN = datetime(2026, 11, 22, tzinfo=UTC)


def test_without_the_variable_time_is_the_machines() -> None:
    assert isinstance(clock_from_env({}), SystemClock)


def test_simulated_time_is_refused_for_a_service_started_by_itself() -> None:
    with pytest.raises(ClockRefused, match="coldlane up"):
        clock_from_env({"COLDLANE_CLOCK": "2026-11-22T00:00:00Z,60"})


@pytest.mark.parametrize("behind", ["up", "tests"])
def test_simulated_time_is_read_where_it_is_allowed(behind: str) -> None:
    clock = clock_from_env(
        {"COLDLANE_CLOCK": "2026-11-22T08:00:00+08:00,60", "COLDLANE_CLOCK_ALLOWED": behind}
    )
    assert clock == VirtualClock(origin=ORIGIN, rate=60)


@pytest.mark.parametrize(
    "text", ["yesterday,60", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00,60", ",", "60"]
)
def test_an_unreadable_clock_is_refused(text: str) -> None:
    with pytest.raises(ClockRefused, match="COLDLANE_CLOCK"):
        parse_virtual_clock(text)


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "inf", "1e9"])
def test_a_rate_that_is_no_speed_is_refused(rate: str) -> None:
    with pytest.raises(ClockRefused, match="rate"):
        parse_virtual_clock(f"2026-11-22T00:00:00Z,{rate}")


def test_the_setting_text_gives_the_same_clock_back() -> None:
    clock = VirtualClock(origin=ORIGIN + timedelta(milliseconds=1), rate=12.5)
    assert parse_virtual_clock(clock.as_setting()) == clock


def test_virtual_time_runs_at_its_rate_from_its_origin() -> None:
    real_before = SystemClock().now()
    clock = VirtualClock(origin=real_before - timedelta(seconds=10), rate=60)
    ahead = clock.now() - SystemClock().now()
    assert timedelta(seconds=589) < ahead < timedelta(seconds=600)


async def test_virtual_sleep_is_shorter_in_real_time() -> None:
    clock = VirtualClock(origin=ORIGIN, rate=600)
    begun = clock.monotonic_s()
    await clock.sleep(timedelta(seconds=30))
    assert 0.04 <= clock.monotonic_s() - begun < 1


async def test_a_fixed_clock_moves_only_when_told_or_slept_on() -> None:
    clock = FixedClock(ORIGIN)
    assert clock.now() == ORIGIN
    await clock.sleep(timedelta(minutes=5))
    clock.advance(timedelta(minutes=1))
    assert clock.now() == ORIGIN + timedelta(minutes=6)
    assert clock.monotonic_s() == 360

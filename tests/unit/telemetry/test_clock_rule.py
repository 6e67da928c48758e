"""When a reading was taken, for boxes whose clocks are right, wrong, or were never set."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.domain.pace import PaceTracker
from services.core.domain.telemetry import (
    ClockState,
    Correction,
    Method,
    TimeClaim,
    bucket_at,
    corrected,
    may_have_stepped,
    placed_at,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REGISTERED = NOW - timedelta(days=10)
FAR_PAST = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)


def claim(
    device_at: datetime = NOW,
    received_at: datetime = NOW,
    clock: ClockState = ClockState.FREE,
    mono_ms: int | None = None,
) -> TimeClaim:
    """What a reading says about time."""
    bucket = bucket_at(device_at, received_at, REGISTERED)
    return TimeClaim(
        device_at=device_at,
        bucket_at=bucket,
        received_at=received_at,
        clock=clock,
        mono_ms=mono_ms,
    )


@pytest.mark.parametrize(
    ("device_at", "is_kept"),
    [
        (NOW + timedelta(minutes=5), True),
        (NOW + timedelta(minutes=5, microseconds=1), False),
        (REGISTERED - timedelta(days=30), True),
        (REGISTERED - timedelta(days=30, microseconds=1), False),
    ],
)
def test_partition_follows_the_device_within_bounds(device_at: datetime, is_kept: bool) -> None:
    assert bucket_at(device_at, NOW, REGISTERED) == (device_at if is_kept else NOW)


def test_backlog_of_hours_never_shifts_a_boot() -> None:
    late = claim(device_at=NOW - timedelta(hours=6))
    assert corrected(None, late, never_set=False) is None
    assert placed_at(late, None) == late.device_at


def test_clock_ahead_is_put_back_by_what_it_is_ahead() -> None:
    ahead = claim(device_at=NOW + timedelta(days=3), clock=ClockState.SYNCED)
    correction = corrected(None, ahead, never_set=False)
    assert correction == Correction(method=Method.DEVICE, offset_s=-259_200.0)
    assert placed_at(ahead, correction) == NOW


def test_clock_ahead_by_two_minutes_is_left_alone() -> None:
    ahead = claim(device_at=NOW + timedelta(seconds=120))
    assert corrected(None, ahead, never_set=False) is None


def test_clock_never_set_is_placed_by_its_counter() -> None:
    unset = claim(device_at=FAR_PAST, clock=ClockState.UNSET, mono_ms=600_000)
    correction = corrected(None, unset, never_set=True)
    earlier = claim(device_at=FAR_PAST, clock=ClockState.UNSET, mono_ms=540_000)
    assert placed_at(earlier, correction) == NOW - timedelta(minutes=1)


def test_less_delay_moves_the_zero_of_the_counter_and_more_does_not() -> None:
    delayed = claim(clock=ClockState.UNSET, mono_ms=0)
    first = corrected(None, delayed, never_set=True)
    live = claim(
        received_at=NOW + timedelta(hours=1),
        clock=ClockState.UNSET,
        mono_ms=3_600_000 + 120_000,
    )
    second = corrected(first, live, never_set=True)
    assert second is not None
    assert first is not None
    assert second.offset_s == first.offset_s - 120
    assert corrected(second, delayed, never_set=True) is second


def test_set_clock_fixes_the_counter_for_good() -> None:
    guess = Correction(method=Method.MONO, offset_s=(NOW - timedelta(hours=1)).timestamp())
    right = claim(clock=ClockState.SYNCED, mono_ms=60_000)
    fixed = corrected(guess, right, never_set=False)
    assert fixed == Correction(
        method=Method.MONO_SYNCED, offset_s=(NOW - timedelta(minutes=1)).timestamp()
    )
    unset = claim(clock=ClockState.UNSET, mono_ms=0)
    assert corrected(fixed, unset, never_set=True) is fixed
    assert placed_at(right, fixed) == NOW


def test_clock_never_set_without_counter_is_placed_where_it_was_received() -> None:
    unset = claim(device_at=FAR_PAST, clock=ClockState.UNSET)
    assert corrected(None, unset, never_set=True) is None
    assert placed_at(unset, None) == NOW


def test_correction_of_a_free_clock_leaves_synchronised_readings_alone() -> None:
    correction = Correction(method=Method.DEVICE_FREE, offset_s=-600.0)
    assert placed_at(claim(clock=ClockState.SYNCED), correction) == NOW
    assert placed_at(claim(), correction) == NOW - timedelta(minutes=10)


def _feed(pace: PaceTracker, steps: int, device_s: float, received_s: float) -> timedelta | None:
    found = None
    for step in range(steps):
        device = NOW - timedelta(hours=1) + timedelta(seconds=device_s * step)
        found = pace.behind(1, device, NOW + timedelta(seconds=received_s * step))
    return found


def test_readings_at_their_own_pace_show_a_clock_that_is_behind() -> None:
    assert _feed(PaceTracker(), 5, 60, 60) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("steps", "device_s", "received_s"),
    [(50, 60, 1), (4, 60, 60), (10, 5, 5), (10, 0, 60)],
    ids=["backlog", "too few", "too short", "clock stands still"],
)
def test_nothing_else_shows_it(steps: int, device_s: float, received_s: float) -> None:
    assert _feed(PaceTracker(), steps, device_s, received_s) is None


def test_one_wild_time_does_not_sink_the_good_readings_of_its_boot() -> None:
    wild = claim(device_at=NOW + timedelta(days=72 * 365))
    correction = corrected(None, wild, never_set=False)
    good = claim(device_at=NOW - timedelta(seconds=2))
    assert placed_at(good, correction) == good.device_at
    assert placed_at(wild, correction) == NOW


def test_boot_that_always_tells_a_far_year_is_put_back_as_a_whole() -> None:
    years = timedelta(days=72 * 365)
    newest = claim(device_at=NOW + years)
    correction = corrected(None, newest, never_set=False)
    earlier = claim(device_at=NOW + years - timedelta(hours=3))
    assert placed_at(earlier, correction) == NOW - timedelta(hours=3)


ZERO = (NOW - timedelta(days=40)).timestamp()
DAYS_40_MS = 40 * 86_400_000


@pytest.mark.parametrize(
    ("off", "stepped"),
    [
        (timedelta(0), False),
        (timedelta(seconds=40 * 86_400 * 100e-6), False),
        (timedelta(minutes=20), True),
        (timedelta(days=-2), True),
    ],
    ids=["right", "drifted by 100 ppm in 40 days", "set ahead", "set back"],
)
def test_counter_shows_a_step_and_not_a_drift(off: timedelta, stepped: bool) -> None:
    told = claim(device_at=NOW + off, received_at=NOW + timedelta(days=3), mono_ms=DAYS_40_MS)
    assert may_have_stepped(None, ZERO, told) is stepped


def test_without_a_counter_or_a_set_clock_no_step_is_seen() -> None:
    assert not may_have_stepped(None, ZERO, claim(device_at=FAR_PAST))
    unset = claim(device_at=FAR_PAST, clock=ClockState.UNSET, mono_ms=0)
    assert not may_have_stepped(None, ZERO, unset)


def test_known_zero_is_looked_at_again_only_when_a_reading_can_better_it() -> None:
    known = Correction(method=Method.MONO_SYNCED, offset_s=ZERO)
    ahead = claim(device_at=NOW + timedelta(days=1), mono_ms=DAYS_40_MS)
    behind = claim(device_at=NOW - timedelta(days=1), mono_ms=DAYS_40_MS)
    earlier = claim(received_at=NOW, device_at=NOW, mono_ms=DAYS_40_MS + 3_600_000)
    later = claim(received_at=NOW + timedelta(days=2), mono_ms=DAYS_40_MS - 3_600_000)
    seen = [may_have_stepped(known, ZERO, one) for one in (ahead, behind, earlier, later)]
    assert seen == [False, False, True, True]

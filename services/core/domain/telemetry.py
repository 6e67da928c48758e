"""When a reading was taken, whatever the box's clock says: its state, its error, and the placing.

The clock rule. A box's time is a claim; the stored reading keeps it as it came. Each boot has at
most one correction:

- A clock that was never set (`unset`, or a time long before the box was registered) says nothing.
  Its readings are placed by the monotonic counter: the instant of its zero is the least of
  (received − mono) over the boot, since a delay can only make that later. As soon as the same
  boot holds a reading of a set clock, that pair fixes the zero instead, for good.
- A clock that is ahead shows it by itself: nothing is received before it is measured. The error
  is the least of (received − device), once that is below −120 s.
- A clock that is behind looks the same as a reading that was delayed. It is believed to be behind
  only when readings come at the pace at which they were taken, five times in a row and for two
  minutes at least: a backlog comes faster than that.
- Errors up to 120 s are left alone, so that the time of receipt then has no effect at all.
- A clock that is set within a boot, rightly or wrongly, shows it by the counter, which runs on: the
  instants of the counter's zero that two readings tell differ by more than the tolerance and what
  a clock and a counter may drift apart. The readings then decide together: the zero is the latest
  that no reading contradicts by having been received before it was measured. Readings that agree
  with it keep their own time, the others are placed by the counter. It takes `mono_ms`: without a
  counter a step cannot be told from a delay. A counter that falls within a boot is not believed.
- While the server's own clock is doubted (it was set and not back, it began behind what had been
  written down, or most boxes contradict it), no clock is judged by the time of receipt: all boxes
  would be wrong at once, and stay so until they start anew. A boot that is then ahead of the server
  by more than is plausible stands at its own time, all of it: the offset is 0. So does a boot that
  was corrected by just the error that the server's clock turns out to have. A clock never set waits
  until the server's is right. After that each is judged as ever.
- One wild time among good ones must not sink them: a correction that would put a reading more
  than a year before its receipt is not of that reading, and leaves it where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOLERATED = timedelta(seconds=120)
REVISED_FROM = timedelta(seconds=30)
EARLIEST_BEFORE_REGISTRATION = timedelta(days=30)
LATEST_AFTER_RECEIPT = timedelta(minutes=5)
LONGEST_DELAY = timedelta(days=366)
DRIFT = 200e-6
"""What a box's clock and counter may drift apart: own choice, twice the 100 ppm of our tests."""


class ClockState(IntEnum):
    """What the box says about its own clock; the value is what is stored."""

    UNSAID = 0
    SYNCED = 1
    FREE = 2
    UNSET = 3


class Method(StrEnum):
    """How a boot's correction was found, and which of its readings it moves."""

    DEVICE = "device"
    """Device time plus offset, for every reading of the boot."""

    DEVICE_FREE = "device_free"
    """Device time plus offset, except where the clock says that it is synchronised."""

    MONO = "mono"
    """The offset is the instant of the counter's zero; for readings of a clock not set."""

    MONO_SYNCED = "mono_synced"
    """The same, known from readings of the boot whose clock was right; also for those of a clock
    that stood elsewhere at times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A boot's clock correction; `offset_s` is seconds to add, or seconds since 1970 (mono)."""

    method: Method
    offset_s: float


AS_TOLD = Correction(method=Method.DEVICE, offset_s=0.0)
"""The box is believed, and not the time of receipt: the server's clock was in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClaim:
    """What one reading says about time, beside when it was received.

    `bucket_at`: the device's time where that is plausible, else the time of first receipt.
    """

    device_at: datetime
    bucket_at: datetime
    received_at: datetime
    clock: ClockState
    mono_ms: int | None

    @property
    def is_set(self) -> bool:
        """Whether the device's time can be used as it is."""
        return self.clock is not ClockState.UNSET and self.bucket_at == self.device_at


def plausible_times(received_at: datetime, registered_at: datetime) -> tuple[datetime, datetime]:
    """The first and the last device time that can be true of what was received then."""
    return registered_at - EARLIEST_BEFORE_REGISTRATION, received_at + LATEST_AFTER_RECEIPT


def bucket_at(device_at: datetime, received_at: datetime, registered_at: datetime) -> datetime:
    """The partition a reading belongs to: device time if plausible, else the time of receipt."""
    earliest, latest = plausible_times(received_at, registered_at)
    return device_at if earliest <= device_at <= latest else received_at


def buckets_at(
    device: list[datetime], received: list[datetime], registered_at: datetime
) -> list[datetime]:
    """The same of many readings of a box: nearly always their own times, as the extremes tell."""
    if not device:
        return device
    earliest, latest = plausible_times(min(received), registered_at)
    if earliest <= min(device) and max(device) <= latest:
        return device
    return [bucket_at(*pair, registered_at) for pair in zip(device, received, strict=True)]


def placed_at(claim: TimeClaim, correction: Correction | None) -> datetime:
    """When the reading was taken, as far as can be known; the twin of storage's SQL for it."""
    if correction is None:
        return claim.bucket_at
    shift = timedelta(seconds=correction.offset_s)
    if correction.method in (Method.MONO, Method.MONO_SYNCED):
        if claim.mono_ms is None or (claim.is_set and not _was_set_wrongly(claim, correction)):
            return claim.bucket_at
        return EPOCH + shift + timedelta(milliseconds=claim.mono_ms)
    if correction.method is Method.DEVICE_FREE and claim.clock is ClockState.SYNCED:
        return claim.bucket_at
    placed = claim.device_at + shift
    return placed if placed >= claim.received_at - LONGEST_DELAY else claim.bucket_at


def corrected(
    known: Correction | None,
    claim: TimeClaim,
    *,
    never_set: bool,
    behind: timedelta | None = None,
    off: timedelta = timedelta(0),
) -> Correction | None:
    """The boot's correction after one more reading; the same object when nothing changed.

    `never_set`: the clock says so, or its time is long before the box was registered.
    `behind`: how far the clock is behind, once the pace of its readings has shown it.
    `off`: how far the server's own clock is doubted, ahead above zero; the time of receipt then
    proves nothing.
    """
    if known is not None and known.method is Method.MONO_SYNCED:
        return known
    if never_set:
        return known if claim.mono_ms is None or off else _by_counter(known, claim)
    if known is not None and known.method is Method.MONO:
        if claim.mono_ms is None or not claim.is_set:
            return known
        return Correction(method=Method.MONO_SYNCED, offset_s=_zero_s(claim, claim.device_at))
    lag = claim.received_at - claim.device_at if behind is None else behind
    if off:
        return AS_TOLD if _is_right_by_itself(known, lag, off) else known
    is_error = lag < -TOLERATED or (behind is not None and behind > TOLERATED)
    return _by_offset(known, claim.clock, lag) if is_error else known


def zero_told_s(device_at: datetime, mono_ms: int) -> float:
    """Seconds from 1970 to the zero of the counter, as the clock of one reading has it."""
    return device_at.timestamp() - mono_ms / 1000


def allowed_s(mono_ms: int) -> float:
    """How far the zeros of two readings may lie apart with nobody having set the clock."""
    return TOLERATED.total_seconds() + DRIFT * mono_ms / 1000


def may_have_stepped(known: Correction | None, reference_s: float, claim: TimeClaim) -> bool:
    """Whether this reading, against what is known of its boot, says that the clock was set.

    `reference_s`: the zero that the boot's first reading told.
    """
    if claim.mono_ms is None or claim.clock is ClockState.UNSET:
        return False
    told, allowed = zero_told_s(claim.device_at, claim.mono_ms), allowed_s(claim.mono_ms)
    if known is None or known.method is not Method.MONO_SYNCED:
        return abs(told - reference_s) > allowed
    latest = zero_told_s(claim.received_at, claim.mono_ms) + TOLERATED.total_seconds()
    return known.offset_s > latest or known.offset_s + allowed < told <= latest


def by_readings(known: Correction | None, zero_s: float) -> Correction:
    """The correction of a boot whose clock was set within it, once its readings have decided."""
    fresh = Correction(method=Method.MONO_SYNCED, offset_s=zero_s)
    if known is None or known.method is not Method.MONO_SYNCED:
        return fresh
    return fresh if abs(known.offset_s - zero_s) >= REVISED_FROM.total_seconds() else known


def _was_set_wrongly(claim: TimeClaim, correction: Correction) -> bool:
    if correction.method is not Method.MONO_SYNCED or claim.mono_ms is None:
        return False
    told = zero_told_s(claim.device_at, claim.mono_ms)
    return abs(told - correction.offset_s) > allowed_s(claim.mono_ms)


def _is_right_by_itself(known: Correction | None, lag: timedelta, off: timedelta) -> bool:
    """Whether the server's doubted clock, and not the box's, explains how they differ."""
    if known is None:
        return off < timedelta(0) and -LONGEST_DELAY <= lag < -LATEST_AFTER_RECEIPT
    by_this = abs(timedelta(seconds=known.offset_s) - off) <= TOLERATED
    return by_this and abs(lag - off) <= TOLERATED


def _by_counter(known: Correction | None, claim: TimeClaim) -> Correction:
    zero_s = _zero_s(claim, claim.received_at)
    if known is not None and zero_s > known.offset_s - REVISED_FROM.total_seconds():
        return known
    return Correction(method=Method.MONO, offset_s=zero_s)


def _by_offset(known: Correction | None, clock: ClockState, lag: timedelta) -> Correction:
    offset_s = lag.total_seconds()
    judged = None if known == AS_TOLD else known
    if judged is not None and offset_s > judged.offset_s - REVISED_FROM.total_seconds():
        return judged
    method = Method.DEVICE if clock is ClockState.SYNCED else Method.DEVICE_FREE
    return Correction(method=method, offset_s=offset_s)


def _zero_s(claim: TimeClaim, at: datetime) -> float:
    """Seconds from 1970 to the zero of the counter, if it stood at mono_ms at this instant."""
    return ((at - EPOCH) - timedelta(milliseconds=claim.mono_ms or 0)).total_seconds()

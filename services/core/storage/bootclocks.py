"""Judges the clocks of boots by their new readings, and asks the stored ones when it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from services.core.domain.grade import Grade
from services.core.domain.pace import PaceTracker
from services.core.domain.telemetry import (
    EARLIEST_BEFORE_REGISTRATION,
    TOLERATED,
    ClockState,
    Method,
    TimeClaim,
    by_readings,
    corrected,
    may_have_stepped,
    zero_told_s,
)
from services.core.storage.bootparts import BootPart, claim_of
from services.core.storage.copying import Row
from services.core.storage.repeats import ReadingTable
from services.core.storage.watermarks import Boot

_TOLERATED_S = TOLERATED.total_seconds()


class ServerClock(Protocol):
    """By what the boxes' clocks are judged, if it may be."""

    @property
    def off(self) -> timedelta:
        """How far it is doubted, ahead above zero; nothing when it is trusted."""
        ...

    def heard(self, box_no: int, lag: timedelta) -> None:
        """A live reading was received so long after its box says that it was taken."""
        ...


class TrustedClock:
    """One that nobody doubts."""

    off = timedelta(0)

    def heard(self, box_no: int, lag: timedelta) -> None:
        """Whatever a box says of it."""


class Told(NamedTuple):
    """What the new readings of a boot say about time."""

    never_set: TimeClaim | None
    """The last of a clock that was never set."""

    newest: TimeClaim | None
    """The newest of the others."""

    behind: timedelta | None
    """How far that clock is behind, if the pace of its readings shows it."""


class BootClocks:
    """Remembers nothing but the pace of suspicious clocks."""

    def __init__(self, server: ServerClock) -> None:
        self._server = server
        self._pace = PaceTracker()

    def hear(self, one: BootPart) -> Told:
        """What its new readings say of the box's clock, and of ours; to be asked once.

        And of a whole batch before any clock in it is judged: many may contradict ours.
        """
        never_set, newest = _telling_claims(one)
        return Told(never_set, newest, None if newest is None else self._pace_of(one, newest))

    def _pace_of(self, one: BootPart, newest: TimeClaim) -> timedelta | None:
        boot = one.boot
        behind = self._pace.behind(boot.boot_no, newest.device_at, newest.received_at)
        lag = newest.received_at - newest.device_at if behind is None else behind
        if boot.grade is Grade.RECEIPTED and (behind is not None or lag <= TOLERATED):
            self._server.heard(boot.box_no, lag)
        return behind

    async def judge(self, one: BootPart, told: Told, table: ReadingTable) -> bool:
        """Judge the boot's clock by its new readings; True when its correction changed."""
        boot, off = one.boot, self._server.off
        before, newest = boot.correction, told.newest
        if told.never_set is not None:
            boot.correction = corrected(before, told.never_set, never_set=True, off=off)
            if before is None and newest is None:
                newest = await table.set_reading(boot.box_no, boot.boot_no)
        if newest is not None:
            _take_in(boot, newest, told.behind, off)
        if _stepped(one, newest) and not off:
            # Let all its readings decide when it was right.
            earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
            zero_s = await table.counter_zero(boot.box_no, boot.boot_no, earliest)
            if zero_s is not None:
                boot.correction = by_readings(boot.correction, zero_s)
        return boot.correction != before

    def judge_alone(self, parts: Sequence[BootPart]) -> list[BootPart] | None:
        """Those whose correction changed; None, and nothing judged, if the stored must be asked."""
        told: list[tuple[BootPart, TimeClaim]] = []
        for one in parts:
            never_set, newest = _telling_claims(one)
            # What a boot's counter told is settled by its first clock that is set.
            is_by_counter = one.boot.correction and one.boot.correction.method is Method.MONO
            if never_set is not None or is_by_counter or _stepped(one, newest):
                return None
            if newest is not None:
                told.append((one, newest))
        paces = [self._pace_of(one, newest) for one, newest in told]
        off = self._server.off
        return [
            one
            for (one, newest), behind in zip(told, paces, strict=True)
            if _take_in(one.boot, newest, behind, off)
        ]


def _take_in(boot: Boot, newest: TimeClaim, behind: timedelta | None, off: timedelta) -> bool:
    before = boot.correction
    boot.correction = corrected(before, newest, never_set=False, behind=behind, off=off)
    return boot.correction != before


def _telling_claims(one: BootPart) -> tuple[TimeClaim | None, TimeClaim | None]:
    """The last new reading of a clock never set, and the newest of the others."""
    earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
    device = [row.reading.device_at for row in one.fresh]
    clocks = [row.reading.clock for row in one.fresh]
    if device and min(device) >= earliest and ClockState.UNSET not in clocks:
        return None, claim_of(one.fresh[device.index(max(device))])  # as nearly always
    never_set: Row | None = None
    newest: Row | None = None
    for row in one.fresh:
        reading = row.reading
        if reading.clock == ClockState.UNSET or reading.device_at < earliest:
            never_set = row
        elif newest is None or reading.device_at > newest.reading.device_at:
            newest = row
    return claim_of(never_set) if never_set else None, claim_of(newest) if newest else None


def _stepped(one: BootPart, newest: TimeClaim | None) -> bool:
    """Whether a new reading says that the clock was set within the boot."""
    boot = one.boot
    earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
    claims = list(_strange_claims(one, earliest))
    if newest is not None and newest.mono_ms is not None:
        claims.append(newest)
    zero_s = boot.zero_s
    return zero_s is not None and any(
        may_have_stepped(boot.correction, zero_s, claim) for claim in claims
    )


def _strange_claims(one: BootPart, earliest: datetime) -> Iterator[TimeClaim]:
    """New readings by whose clock the counter began at another time than was told first.

    All of a boot that was not heard before, else the ends: nearly every reading comes this way.
    """
    boot = one.boot
    is_placed = boot.correction is not None and boot.correction.method is Method.MONO_SYNCED
    rows = one.fresh if boot.zero_s is None else one.fresh[:1] + one.fresh[1:][-1:]
    for row in rows:
        reading = row.reading
        mono_ms, device_at = reading.mono_ms, reading.device_at
        if mono_ms is None or reading.clock == ClockState.UNSET or device_at < earliest:
            continue
        told = zero_told_s(device_at, mono_ms)
        if boot.zero_s is None:
            boot.zero_s = told
        elif is_placed or abs(told - boot.zero_s) > _TOLERATED_S:
            yield claim_of(row)

"""Judges the clocks of boots by their new readings, and asks the stored ones when it must."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

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


class BootClocks:
    """Remembers nothing but the pace of suspicious clocks.

    `doubted` says whether the server's own clock was set, and cannot be what others are judged by.
    """

    def __init__(self, doubted: Callable[[], bool]) -> None:
        self._doubted = doubted
        self._pace = PaceTracker()

    async def judge(self, one: BootPart, table: ReadingTable) -> bool:
        """Judge the boot's clock by its new readings; True when its correction changed."""
        boot, doubted = one.boot, self._doubted()
        before = boot.correction
        never_set, newest = _telling_claims(one)
        if never_set is not None:
            boot.correction = corrected(before, never_set, never_set=True, doubted=doubted)
            if before is None and newest is None:
                newest = await table.set_reading(boot.box_no, boot.boot_no)
        if newest is not None:
            self._take_in(boot, newest, doubted)
        if _stepped(one, newest):
            # Let all its readings decide when it was right.
            earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
            zero_s = await table.counter_zero(boot.box_no, boot.boot_no, earliest)
            if zero_s is not None:
                boot.correction = by_readings(boot.correction, zero_s)
        return boot.correction != before

    def judge_alone(self, parts: Sequence[BootPart]) -> list[BootPart] | None:
        """Those whose correction changed; None, and nothing judged, if the stored must be asked."""
        told: list[tuple[BootPart, TimeClaim | None]] = []
        for one in parts:
            never_set, newest = _telling_claims(one)
            # What a boot's counter told is settled by its first clock that is set.
            is_by_counter = one.boot.correction and one.boot.correction.method is Method.MONO
            if never_set is not None or is_by_counter or _stepped(one, newest):
                return None
            told.append((one, newest))
        doubted = self._doubted()
        return [one for one, newest in told if newest and self._take_in(one.boot, newest, doubted)]

    def _take_in(self, boot: Boot, newest: TimeClaim, doubted: bool) -> bool:
        before = boot.correction
        behind = self._pace.behind(boot.boot_no, newest.device_at, newest.received_at)
        boot.correction = corrected(before, newest, never_set=False, behind=behind, doubted=doubted)
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

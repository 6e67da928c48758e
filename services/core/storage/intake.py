"""Stores what boxes said, in one transaction: each reading once, whatever comes again.

The watermark row of a boot is the gate. A sequence number it does not hold is fresh and is copied
straight into `reading`; one that it holds is compared with the stored row, and a difference is
kept as a key conflict. Both are accepted: the box need not send them again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import NamedTuple

from sqlalchemy import ARRAY, Text, bindparam, func, select

from services.core.domain.grade import Grade
from services.core.domain.pace import PaceTracker
from services.core.domain.telemetry import (
    EARLIEST_BEFORE_REGISTRATION,
    TOLERATED,
    ClockState,
    Method,
    TimeClaim,
    buckets_at,
    by_readings,
    corrected,
    may_have_stepped,
    placed_at,
    zero_told_s,
)
from services.core.storage.closing import close_batch
from services.core.storage.copying import NewReading, Row, as_row
from services.core.storage.database import UnitOfWork
from services.core.storage.repeats import ReadingTable
from services.core.storage.schema import box
from services.core.storage.watermarks import Boot, BootKey, Opening, Watermarks
from services.core.storage.worklist import Worklist


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBox:
    """What ingest must know of a registered box."""

    box_no: int
    box_id: str
    shard: int
    registered_at: datetime
    retired_at: datetime | None


_TOLERATED_S = TOLERATED.total_seconds()


class Parcel(NamedTuple):
    """The readings and events of one message. `start_seq`: what is below is gone from the log.

    A tuple, because there is one for each message.
    """

    box: KnownBox
    boot: str
    received_at: datetime
    readings: Sequence[NewReading]
    start_seq: int | None = None
    grade: Grade = Grade.RECEIPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a batch of parcels; `boxes` are the numbers of all boxes in it."""

    fresh: int = 0
    repeated: int = 0
    conflicts: int = 0
    corrected_boots: int = 0
    boxes: frozenset[int] = frozenset()


@dataclass(slots=True, kw_only=True)
class _Sorted:
    """One boot's part of the batch, told apart into fresh rows and repeats."""

    boot: Boot
    box: KnownBox
    fresh: list[Row] = field(default_factory=list)
    repeats: list[Row] = field(default_factory=list)
    is_moved: bool = False
    """Whether the beginning of the log has moved, or its grade has fallen."""


async def known_boxes(uow: UnitOfWork, box_ids: Iterable[str]) -> list[KnownBox]:
    """Those of these boxes that are registered."""
    wanted = bindparam("box_ids", sorted(box_ids), type_=ARRAY(Text))
    columns = (box.c.box_no, box.c.box_id, box.c.shard, box.c.registered_at, box.c.retired_at)
    rows = await uow.execute(select(*columns).where(box.c.box_id == func.any(wanted)))
    return [KnownBox(**row._mapping) for row in rows]


class Intake:
    """Stores batches; remembers nothing between them but the pace of suspicious clocks."""

    def __init__(self) -> None:
        self._pace = PaceTracker()

    async def store(
        self,
        uow: UnitOfWork,
        parcels: Sequence[Parcel],
        now: datetime,
        *,
        staged: bool = False,
        compare: bool = True,
    ) -> Stored:
        """Store the parcels inside the caller's transaction.

        `staged` goes around the key of `reading`: to be used when storing raised KeyTaken, which
        means that the gate and the readings do not agree. Without `compare` a repeat that says
        more than the stored row is no conflict.
        """
        if not parcels:
            return Stored()
        watermarks = Watermarks(uow)
        by_boot = _by_boot(parcels)
        boots = await watermarks.lock({key: _opening(some) for key, some in by_boot.items()})
        sorted_boots: list[_Sorted] = []
        # Sorted as they are copied: the database takes in the first boots meanwhile.
        fresh = _sorting(sorted_boots, boots, by_boot)
        table = ReadingTable(uow)
        conflicts = await table.add_around_key(fresh) if staged else await table.add(fresh)
        repeats = [row for one in sorted_boots for row in one.repeats]
        conflicts += await table.compare(repeats if compare else [])
        moved = [one for one in sorted_boots if await self._correct(one, table)]
        await watermarks.save_corrections([one.boot for one in moved])
        changed = [one.boot for one in sorted_boots if one.fresh or one.is_moved]
        await close_batch(uow, changed, _earliest(sorted_boots, moved), now)
        contested = _contested(sorted_boots, set(conflicts))
        await Worklist(uow).put_boxes(contested, "key_conflict", now)
        return Stored(
            fresh=sum(len(one.fresh) for one in sorted_boots),
            repeated=len(repeats),
            conflicts=len(conflicts),
            corrected_boots=len(moved),
            boxes=frozenset(one.box.box_no for one in sorted_boots),
        )

    async def _correct(self, one: _Sorted, table: ReadingTable) -> bool:
        """Judge the boot's clock by its new readings; True when its correction changed."""
        before = one.boot.correction
        never_set, newest = _telling_claims(one)
        if never_set is not None:
            one.boot.correction = corrected(before, never_set, never_set=True)
            if before is None and newest is None:
                newest = await table.set_reading(one.boot.box_no, one.boot.boot_no)
        if newest is not None:
            behind = self._pace.behind(one.boot.boot_no, newest.device_at, newest.received_at)
            one.boot.correction = corrected(
                one.boot.correction, newest, never_set=False, behind=behind
            )
        await _follow_step(one, newest, table)
        return one.boot.correction != before


def _telling_claims(one: _Sorted) -> tuple[TimeClaim | None, TimeClaim | None]:
    """The last new reading of a clock never set, and the newest of the others."""
    earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
    device = [row.reading.device_at for row in one.fresh]
    clocks = [row.reading.clock for row in one.fresh]
    if device and min(device) >= earliest and ClockState.UNSET not in clocks:
        return None, _claim(one.fresh[device.index(max(device))])  # as nearly always
    never_set: Row | None = None
    newest: Row | None = None
    for row in one.fresh:
        reading = row.reading
        if reading.clock == ClockState.UNSET or reading.device_at < earliest:
            never_set = row
        elif newest is None or reading.device_at > newest.reading.device_at:
            newest = row
    return _claim(never_set) if never_set else None, _claim(newest) if newest else None


async def _follow_step(one: _Sorted, newest: TimeClaim | None, table: ReadingTable) -> None:
    """A clock that was set within the boot: let all its readings decide when it was right."""
    boot = one.boot
    earliest = one.box.registered_at - EARLIEST_BEFORE_REGISTRATION
    claims = list(_strange_claims(one, earliest))
    if newest is not None and newest.mono_ms is not None:
        claims.append(newest)
    for claim in claims:
        if boot.zero_s is not None and may_have_stepped(boot.correction, boot.zero_s, claim):
            zero_s = await table.counter_zero(boot.box_no, boot.boot_no, earliest)
            if zero_s is not None:
                boot.correction = by_readings(boot.correction, zero_s)
            return


def _strange_claims(one: _Sorted, earliest: datetime) -> Iterator[TimeClaim]:
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
            yield _claim(row)


def _by_boot(parcels: Sequence[Parcel]) -> dict[BootKey, list[Parcel]]:
    """In the order of the keys, so that no two writers lock the same rows crosswise."""
    found: dict[BootKey, list[Parcel]] = {}
    for parcel in parcels:
        found.setdefault((parcel.box.box_no, parcel.boot), []).append(parcel)
    return dict(sorted(found.items()))


def _opening(parcels: Sequence[Parcel]) -> Opening:
    first = parcels[0]
    return Opening(start_seq=0, received_at=first.received_at, grade=first.grade)


def _sorting(
    done: list[_Sorted], boots: Mapping[BootKey, Boot], by_boot: Mapping[BootKey, list[Parcel]]
) -> Iterator[Sequence[Row]]:
    """The fresh rows of one boot after the other; what is `done` is known when all are taken."""
    for key, parcels in by_boot.items():
        one = _sort(boots[key], parcels)
        done.append(one)
        yield one.fresh


def _sort(boot: Boot, parcels: Sequence[Parcel]) -> _Sorted:
    one = _Sorted(boot=boot, box=parcels[0].box)
    for parcel in parcels:
        _adjust(one, parcel)
    readings = [reading for parcel in parcels for reading in parcel.readings]
    received = [parcel.received_at for parcel in parcels for _ in parcel.readings]
    device = [reading.device_at for reading in readings]
    buckets = buckets_at(device, received, one.box.registered_at)
    places = zip(repeat(boot.box_no), repeat(boot.boot_no), buckets, received, readings)
    rows = list(map(as_row, places))
    if boot.stored.extend([reading.seq for reading in readings]):
        one.fresh = rows
        return one
    for row in rows:
        (one.fresh if boot.stored.add(row.reading.seq) else one.repeats).append(row)
    return one


def _adjust(one: _Sorted, parcel: Parcel) -> None:
    """What a message says about the boot itself."""
    boot = one.boot
    boot.received_at = parcel.received_at
    if parcel.grade > boot.grade:
        boot.grade, one.is_moved = parcel.grade, True
    if parcel.start_seq is not None and parcel.start_seq > boot.start_seq:
        boot.start_seq, one.is_moved = parcel.start_seq, True


def _claim(row: Row) -> TimeClaim:
    return TimeClaim(
        device_at=row.reading.device_at,
        bucket_at=row.bucket_at,
        received_at=row.received_at,
        clock=ClockState(row.reading.clock),
        mono_ms=row.reading.mono_ms,
    )


def _earliest(boots: Sequence[_Sorted], moved: Sequence[_Sorted]) -> dict[int, datetime]:
    """From when each box must be judged again; a new correction moves all of its boot."""
    instants: defaultdict[int, list[datetime]] = defaultdict(list)
    for one in boots:
        if one.boot.correction is None:
            instants[one.box.box_no] += [row.bucket_at for row in one.fresh]
        else:
            correction = one.boot.correction
            instants[one.box.box_no] += [placed_at(_claim(row), correction) for row in one.fresh]
    for one in moved:
        instants[one.box.box_no].append(one.box.registered_at - EARLIEST_BEFORE_REGISTRATION)
    return {box_no: min(found) for box_no, found in instants.items() if found}


def _contested(boots: Sequence[_Sorted], box_nos: set[int]) -> dict[int, datetime]:
    """From when each box is to be looked at again that said two things under one number."""
    instants: defaultdict[int, list[datetime]] = defaultdict(list)
    for one in boots:
        if one.box.box_no in box_nos:
            instants[one.box.box_no] += [row.bucket_at for row in (*one.repeats, *one.fresh)]
    return {box_no: min(found) for box_no, found in instants.items()}

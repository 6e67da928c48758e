"""One boot's part of a batch: its readings told apart by the gate into new ones and repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

from services.core.domain.telemetry import (
    EARLIEST_BEFORE_REGISTRATION,
    ClockState,
    TimeClaim,
    buckets_at,
    placed_at,
)
from services.core.storage.copying import Row, as_row
from services.core.storage.parcels import KnownBox, Parcel
from services.core.storage.watermarks import Boot, BootKey, Opening


@dataclass(slots=True, kw_only=True)
class BootPart:
    """One boot's part of the batch, told apart into fresh rows and repeats."""

    boot: Boot
    box: KnownBox
    fresh: list[Row] = field(default_factory=list)
    repeats: list[Row] = field(default_factory=list)
    is_moved: bool = False
    """Whether the beginning of the log has moved, or its grade has fallen."""


def by_boot(parcels: Sequence[Parcel]) -> dict[BootKey, list[Parcel]]:
    """In the order of the keys, so that no two writers lock the same rows crosswise."""
    found: dict[BootKey, list[Parcel]] = {}
    for parcel in parcels:
        found.setdefault((parcel.box.box_no, parcel.boot), []).append(parcel)
    return dict(sorted(found.items()))


def opening(parcels: Sequence[Parcel]) -> Opening:
    first = parcels[0]
    return Opening(start_seq=0, received_at=first.received_at, grade=first.grade)


def sorting(
    done: list[BootPart], boots: Mapping[BootKey, Boot], by_boot: Mapping[BootKey, list[Parcel]]
) -> Iterator[Sequence[Row]]:
    """The fresh rows of one boot after the other; what is `done` is known when all are taken."""
    for key, parcels in by_boot.items():
        one = sort_boot(boots[key], parcels)
        done.append(one)
        yield one.fresh


def sort_boot(boot: Boot, parcels: Sequence[Parcel]) -> BootPart:
    one = BootPart(boot=boot, box=parcels[0].box)
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


def _adjust(one: BootPart, parcel: Parcel) -> None:
    """What a message says about the boot itself."""
    boot = one.boot
    boot.received_at = parcel.received_at
    if parcel.grade > boot.grade:
        boot.grade, one.is_moved = parcel.grade, True
    if parcel.start_seq is not None and parcel.start_seq > boot.start_seq:
        boot.start_seq, one.is_moved = parcel.start_seq, True


def claim_of(row: Row) -> TimeClaim:
    return TimeClaim(
        device_at=row.reading.device_at,
        bucket_at=row.bucket_at,
        received_at=row.received_at,
        clock=ClockState(row.reading.clock),
        mono_ms=row.reading.mono_ms,
    )


def earliest_of(boots: Sequence[BootPart], moved: Sequence[BootPart]) -> dict[int, datetime]:
    """From when each box must be judged again; a new correction moves all of its boot."""
    instants: defaultdict[int, list[datetime]] = defaultdict(list)
    for one in boots:
        if one.boot.correction is None:
            instants[one.box.box_no] += [row.bucket_at for row in one.fresh]
        else:
            correction = one.boot.correction
            instants[one.box.box_no] += [placed_at(claim_of(row), correction) for row in one.fresh]
    for one in moved:
        instants[one.box.box_no].append(one.box.registered_at - EARLIEST_BEFORE_REGISTRATION)
    return {box_no: min(found) for box_no, found in instants.items() if found}

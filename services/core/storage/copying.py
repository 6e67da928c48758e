"""Rows of `reading` as bytes of PostgreSQL's binary COPY, many at a time and cheaply.

The driver's own row writer costs more than the database does; here the fixed part of a row is one
`struct` call, whose layout is kept for each pattern of absent values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from struct import Struct, pack
from typing import NamedTuple

COLUMNS = (
    "box_no, boot_no, seq, bucket_at, received_at, device_at, clock, mono_ms, temp_c, ambient_c,"
    " pressure_hpa, lat, lon, acc_m, battery_pct, lid_open, tilt_deg, shock_g, rh_pct,"
    " event, probe, channels, extra"
)
_FORMATS = "iiqqqqhqdffddff?fff"
_LENGTHS = {"i": 4, "q": 8, "h": 2, "d": 8, "f": 4, "?": 1}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NULL = b"\xff\xff\xff\xff"
_JSONB_VERSION = b"\x01"
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"


class NewReading(NamedTuple):
    """A reading or event as a box said it, before it has a row.

    `clock` is a ClockState's value; `channels` and `extra` are JSON text; instants are aware.
    """

    seq: int
    device_at: datetime
    clock: int
    mono_ms: int | None = None
    temp_c: float | None = None
    ambient_c: float | None = None
    pressure_hpa: float | None = None
    lat: float | None = None
    lon: float | None = None
    acc_m: float | None = None
    battery_pct: float | None = None
    lid_open: bool | None = None
    tilt_deg: float | None = None
    shock_g: float | None = None
    rh_pct: float | None = None
    event: str | None = None
    probe: str | None = None
    channels: str | None = None
    extra: str | None = None


class Row(NamedTuple):
    """A reading with its place: which box, which boot, which partition, received when."""

    box_no: int
    boot_no: int
    bucket_at: datetime
    received_at: datetime
    reading: NewReading


def copy_bytes(rows: Iterable[Row]) -> bytes:
    """A whole COPY stream, for `COPY … (COLUMNS) FROM STDIN (FORMAT binary)`."""
    return b"".join(chain((_HEADER,), map(_encode, rows), (_TRAILER,)))


def _encode(row: Row) -> bytes:
    reading = row.reading
    values = (
        row.box_no,
        row.boot_no,
        reading.seq,
        _microseconds(row.bucket_at),
        _microseconds(row.received_at),
        _microseconds(reading.device_at),
        *reading[2:15],
    )
    layout, constants, tail = _layout(tuple([value is None for value in values]))
    present = [value for value in values if value is not None]
    fixed = layout.pack(*chain.from_iterable(zip(constants, present, strict=True)), tail)
    return fixed + _texts(reading)


def _texts(reading: NewReading) -> bytes:
    if reading.event is reading.probe is reading.channels is reading.extra is None:
        return _NULL * 4
    return (
        _sized(_bytes(reading.event))
        + _sized(_bytes(reading.probe))
        + _sized(_bytes(reading.channels, _JSONB_VERSION))
        + _sized(_bytes(reading.extra, _JSONB_VERSION))
    )


@lru_cache(maxsize=4096)
def _layout(absent: tuple[bool, ...]) -> tuple[Struct, list[bytes], bytes]:
    """The struct for one pattern of absent values, and the lengths that stand between the values.

    Every value comes after a constant: its length, and before that the mark of each absent value
    that precedes it. What is absent at the end is the tail.
    """
    fields = len(COLUMNS.split(","))
    constants: list[bytes] = []
    layout = "!"
    pending = pack("!h", fields)
    for code, is_absent in zip(_FORMATS, absent, strict=True):
        if is_absent:
            pending += _NULL
            continue
        pending += pack("!i", _LENGTHS[code])
        layout += f"{len(pending)}s{code}"
        constants.append(pending)
        pending = b""
    return Struct(f"{layout}{len(pending)}s"), constants, pending


def _microseconds(instant: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL keeps an instant."""
    since: timedelta = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _bytes(value: str | None, prefix: bytes = b"") -> bytes | None:
    return None if value is None else prefix + value.encode()


def _sized(value: bytes | None) -> bytes:
    return _NULL if value is None else pack("!i", len(value)) + value

"""Rows of `reading` as bytes of PostgreSQL's binary COPY, many at a time and cheaply.

The driver's own row writer costs more than the database does; here the fixed part of a row is one
`struct` call, whose layout is kept for each pattern of absent values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from struct import Struct, pack
from types import NoneType
from typing import Any, NamedTuple

COLUMNS = (
    "box_no, boot_no, bucket_at, received_at, device_at, seq, clock, mono_ms, temp_c, ambient_c,"
    " pressure_hpa, lat, lon, acc_m, battery_pct, lid_open, tilt_deg, shock_g, rh_pct,"
    " event, probe, channels, extra"
)
_FORMATS = "iiqqqqhqdffddff?fff"
_LENGTHS = {"i": 4, "q": 8, "h": 2, "d": 8, "f": 4, "?": 1}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NULL = b"\xff\xff\xff\xff"
_JSONB_VERSION = b"\x01"
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
_Pack = Callable[..., bytes]
_Present = Callable[[Any], tuple[Any, ...]]


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
    return HEADER + row_bytes(rows) + TRAILER


def row_bytes(rows: Iterable[Row]) -> bytes:
    """A part of a COPY stream, which begins with HEADER and ends with TRAILER."""
    parts: list[bytes] = []
    last, received = _EPOCH, 0
    for box_no, boot_no, bucket_at, received_at, reading in rows:
        if received_at is not last:  # the same for all that came together
            last, received = received_at, _microseconds(received_at)
        device_at = reading.device_at
        device = _microseconds(device_at)
        bucket = device if bucket_at is device_at else _microseconds(bucket_at)
        pack_row, present, constants = _layout(tuple(map(type, reading[3:15])))
        arguments = constants.copy()
        arguments[1::2] = (box_no, boot_no, bucket, received, device, *present(reading))
        parts.append(pack_row(*arguments))
        parts.append(_texts(*reading[15:]))
    return b"".join(parts)


def _texts(event: str | None, probe: str | None, channels: str | None, extra: str | None) -> bytes:
    if event is channels is extra is None:
        return _only_probe(probe)
    return _text(event) + _text(probe) + _json(channels) + _json(extra)


@lru_cache(maxsize=4096)
def _layout(kinds: tuple[type, ...]) -> tuple[_Pack, _Present, list[bytes | int]]:
    """How to pack rows of one pattern of absent values.

    `kinds` are the types of the optional columns; those before them always have a value. Given
    back: the packing, what takes sequence number, clock and the values that are there out of a
    reading, and the packing's arguments with a gap for each value.

    Every value comes after a constant: its length, and before that the mark of each absent value
    that precedes it. What is absent at the end is the tail.
    """
    fields = len(COLUMNS.split(","))
    arguments: list[bytes | int] = []
    layout = "!"
    pending = pack("!h", fields)
    required = len(_FORMATS) - len(kinds)
    absent = (False,) * required + tuple(kind is NoneType for kind in kinds)
    for code, is_absent in zip(_FORMATS, absent, strict=True):
        if is_absent:
            pending += _NULL
            continue
        pending += pack("!i", _LENGTHS[code])
        layout += f"{len(pending)}s{code}"
        arguments += [pending, 0]
        pending = b""
    first = NewReading._fields.index("mono_ms")
    places = [first + n for n, is_absent in enumerate(absent[required:]) if not is_absent]
    present = itemgetter(0, NewReading._fields.index("clock"), *places)
    return Struct(f"{layout}{len(pending)}s").pack, present, [*arguments, pending]


def _microseconds(instant: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL keeps an instant."""
    since: timedelta = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@lru_cache(maxsize=4096)
def _only_probe(probe: str | None) -> bytes:
    """The texts of nearly every row: many share the name of a probe, and have no other."""
    return _NULL + _text(probe) + _NULL * 2


def _text(value: str | None) -> bytes:
    return _NULL if value is None else _sized(value.encode())


def _json(value: str | None) -> bytes:
    return _NULL if value is None else _sized(_JSONB_VERSION + value.encode())


def _sized(value: bytes) -> bytes:
    return pack("!i", len(value)) + value

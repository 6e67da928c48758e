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
    box_no, boot_no, bucket_at, received_at, reading = row
    device_at = _microseconds(reading.device_at)
    bucket = device_at if bucket_at is reading.device_at else _microseconds(bucket_at)
    optional = reading[3:15]
    layout, constants, tail = _layout(tuple([value is None for value in optional]))
    values: list[float] = [
        box_no,
        boot_no,
        reading.seq,
        bucket,
        _microseconds(received_at),
        device_at,
    ]
    values.append(reading.clock)
    values += [value for value in optional if value is not None]
    return layout.pack(*chain.from_iterable(zip(constants, values, strict=True)), tail) + _texts(
        *reading[15:]
    )


def _texts(event: str | None, probe: str | None, channels: str | None, extra: str | None) -> bytes:
    if event is channels is extra is None:
        return _NULL + _short(probe) + _NULL * 2
    return _short(event) + _short(probe) + _json(channels) + _json(extra)


@lru_cache(maxsize=4096)
def _layout(is_absent: tuple[bool, ...]) -> tuple[Struct, list[bytes], bytes]:
    """The struct for one pattern of absent values, and the lengths that stand between the values.

    `is_absent` speaks of the optional columns; those before them always have a value.

    Every value comes after a constant: its length, and before that the mark of each absent value
    that precedes it. What is absent at the end is the tail.
    """
    fields = len(COLUMNS.split(","))
    constants: list[bytes] = []
    layout = "!"
    pending = pack("!h", fields)
    required = len(_FORMATS) - len(is_absent)
    for code, absent in zip(_FORMATS, (False,) * required + is_absent, strict=True):
        if absent:
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


@lru_cache(maxsize=4096)
def _short(value: str | None) -> bytes:
    """A text that many rows share, such as a probe's name."""
    return _NULL if value is None else _sized(value.encode())


def _json(value: str | None) -> bytes:
    return _NULL if value is None else _sized(_JSONB_VERSION + value.encode())


def _sized(value: bytes) -> bytes:
    return pack("!i", len(value)) + value

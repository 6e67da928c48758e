"""Rows of `reading` as bytes of PostgreSQL's binary COPY, many at a time and cheaply.

The driver's own row writer costs more than the database does; here the fixed part of a row is one
`struct` call, whose layout is kept for each pattern of absent values, and whose arguments come
column by column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import chain, compress, repeat
from operator import is_, not_, sub
from struct import Struct, pack
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
_Columns = Sequence[tuple[Any, ...]]
_OPTIONAL = slice(3, 15)
"""Of a reading: the numbers from `mono_ms` to `rh_pct`."""
_TEXTS = slice(15, 19)


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


as_row = partial(tuple.__new__, Row)
"""`Row._make` without its step in Python: there is one for each reading."""


def copy_bytes(rows: Iterable[Row]) -> bytes:
    """A whole COPY stream, for `COPY … (COLUMNS) FROM STDIN (FORMAT binary)`."""
    return HEADER + row_bytes(list(rows)) + TRAILER


def row_bytes(rows: Sequence[Row]) -> bytes:
    """A part of a COPY stream, which begins with HEADER and ends with TRAILER.

    Rows with the same absent values come out together, in the order of the first of each kind.
    """
    if not rows:
        return b""
    places, readings = _columns(rows)
    counts = [column.count(None) for column in readings[_OPTIONAL]]
    if not any(0 < count < len(rows) for count in counts):
        return _alike(places, readings, tuple(map(bool, counts)))
    by_pattern: dict[tuple[bool, ...], list[Row]] = {}
    for row in rows:
        values: tuple[Any, ...] = row.reading
        pattern = tuple([value is None for value in values[_OPTIONAL]])
        by_pattern.setdefault(pattern, []).append(row)
    return b"".join([_alike(*_columns(some), pattern) for pattern, some in by_pattern.items()])


def _columns(rows: Sequence[Row]) -> tuple[_Columns, _Columns]:
    """The columns of the rows without their readings, and those of the readings."""
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
    return columns[:-1], list(zip(*columns[-1], strict=True))


def _alike(places: _Columns, readings: _Columns, absent: tuple[bool, ...]) -> bytes:
    """Rows that have the same optional values: column by column, without a step for each row."""
    box_nos, boot_nos, buckets, received = places
    seqs, device, clocks = readings[:3]
    device_at = _microseconds(device)
    values: list[Iterable[Any]] = [
        box_nos,
        boot_nos,
        device_at if all(map(is_, buckets, device)) else _microseconds(buckets),
        _microseconds(received),
        device_at,
        seqs,
        clocks,
        *compress(readings[_OPTIONAL], map(not_, absent)),
    ]
    pack_row, constants, last = _layout(absent)
    arguments = chain.from_iterable(zip(map(repeat, constants), values, strict=True))
    packed = map(pack_row, *arguments, repeat(last))
    return b"".join(chain.from_iterable(zip(packed, _texts(*readings[_TEXTS]), strict=True)))


def _texts(events: Any, probes: Any, channels: Any, extras: Any) -> Iterable[bytes]:
    if all(column.count(None) == len(probes) for column in (events, channels, extras)):
        return map(_only_probe, probes)
    told = zip(events, probes, channels, extras, strict=True)
    return [_text(a) + _text(b) + _json(c) + _json(d) for a, b, c, d in told]


@lru_cache(maxsize=4096)
def _layout(absent: tuple[bool, ...]) -> tuple[_Pack, list[bytes], bytes]:
    """How to pack rows of one pattern of absent values.

    `absent` says it of the optional columns; those before them always have a value. Given back:
    the packing, the constant before each value, and the one after the last.

    A constant is the length of its value, and before that the mark of each absent value that
    precedes it. What is absent at the end is the last constant.
    """
    fields = len(COLUMNS.split(","))
    constants: list[bytes] = []
    layout = "!"
    pending = pack("!h", fields)
    required = len(_FORMATS) - len(absent)
    for code, is_absent in zip(_FORMATS, (False,) * required + absent, strict=True):
        if is_absent:
            pending += _NULL
            continue
        pending += pack("!i", _LENGTHS[code])
        layout += f"{len(pending)}s{code}"
        constants.append(pending)
        pending = b""
    return Struct(f"{layout}{len(pending)}s").pack, constants, pending


def _microseconds(instants: Iterable[datetime]) -> list[int]:
    """Microseconds since 2000, as PostgreSQL keeps an instant."""
    return [
        (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        for since in map(sub, instants, repeat(_EPOCH))
    ]


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

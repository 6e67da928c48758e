"""Rows as bytes of binary COPY, against a plain writer of one value after the other."""

from datetime import UTC, datetime, timedelta
from struct import pack
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.core.storage.copying import (
    COLUMNS,
    HEADER,
    TRAILER,
    NewReading,
    Row,
    copy_bytes,
    row_bytes,
)

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
CODES = dict(zip(COLUMNS.split(", "), "iiqqqqhqdffddff?fffttjj", strict=True))

instants = st.integers(-(10**15), 4 * 10**15).map(lambda us: EPOCH + timedelta(microseconds=us))
floats = st.floats(-1e6, 1e6, width=32)
FLOATS = (
    *("temp_c", "ambient_c", "pressure_hpa", "lat", "lon", "acc_m", "battery_pct"),
    *("tilt_deg", "shock_g", "rh_pct"),
)
texts = st.none() | st.text(max_size=4)
readings = st.builds(
    NewReading,
    seq=st.integers(0, 2**62),
    device_at=instants,
    clock=st.integers(0, 3),
    mono_ms=st.none() | st.integers(0, 2**40),
    **{name: st.none() | floats for name in FLOATS},
    lid_open=st.none() | st.booleans(),
    event=texts,
    probe=texts,
    channels=texts,
    extra=texts,
)


@st.composite
def some_rows(draw: st.DrawFn) -> list[Row]:
    received = draw(instants)
    rows = []
    for one in draw(st.lists(readings, min_size=1, max_size=6)):
        bucket_at = draw(st.sampled_from([one.device_at, received]))
        rows.append(Row(draw(st.integers(1, 9)), 7, bucket_at, received, one))
    return rows


def plain(row: Row) -> bytes:
    said: dict[str, Any] = {**row._asdict(), **row.reading._asdict()}
    parts = [pack("!h", len(CODES))]
    for name, code in CODES.items():
        value = said[name]
        if isinstance(value, datetime):
            value = (value - EPOCH) // timedelta(microseconds=1)
        if value is None:
            parts.append(pack("!i", -1))
            continue
        if code in "tj":
            told = (b"\x01" if code == "j" else b"") + value.encode()
        else:
            told = pack(f"!{code}", value)
        parts.append(pack("!i", len(told)) + told)
    return b"".join(parts)


@given(some_rows())
def test_every_row_comes_out_once_as_the_database_reads_it(rows: list[Row]) -> None:
    patterns: dict[tuple[bool, ...], list[Row]] = {}
    for row in rows:
        numbers: tuple[Any, ...] = row.reading
        patterns.setdefault(tuple(n is None for n in numbers[3:15]), []).append(row)
    expected = b"".join(plain(row) for alike in patterns.values() for row in alike)
    assert row_bytes(rows) == expected
    assert copy_bytes(rows) == HEADER + expected + TRAILER


def test_no_rows_are_no_bytes() -> None:
    assert row_bytes([]) == b""

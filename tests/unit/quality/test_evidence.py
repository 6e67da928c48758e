"""The evidence pack: bytes that anybody can make again, and minutes over the whole journey."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.quality.evidence import (
    Outside,
    Stretch,
    canonical,
    digest,
    out_of_label_by_leg,
    readings_digest,
)

T0 = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def stay(start: datetime, end: datetime) -> Outside:
    """Beyond the label all the while."""
    return Outside(start=start, end=end, length=end - start)


def _at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def test_a_pack_is_the_same_bytes_whatever_the_order_of_its_parts() -> None:
    one = {"b": [T0, UUID(int=7)], "a": {"y": 1.5, "x": "冷"}}
    other = {"a": {"x": "冷", "y": 1.5}, "b": [T0, UUID(int=7)]}
    assert canonical(one) == canonical(other)
    assert canonical(one).decode() == (
        '{"a":{"x":"冷","y":1.5},"b":["2026-11-22T10:00:00Z",'
        '"00000000-0000-0000-0000-000000000007"]}'
    )
    assert digest(canonical(one)) == hashlib.sha256(canonical(one)).digest()


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="timezone has no place"):
        canonical({"zone": timezone(timedelta(hours=8))})


def test_the_readings_digest_can_be_computed_by_hand() -> None:
    rows = [("CB-0007", "aaaa0001", 1, T0, 4.81, None, None)]
    line = '"CB-0007"\t"aaaa0001"\t1\t"2026-11-22T10:00:00Z"\t4.81\tnull\tnull\n'
    assert readings_digest(rows) == (hashlib.sha256(line.encode()).hexdigest(), 1)


def test_minutes_are_counted_in_each_leg_between_them_and_in_all() -> None:
    legs = [
        Stretch(name="1 road", start=_at(0), end=_at(60)),
        Stretch(name="2 air", start=_at(90), end=_at(300)),
    ]
    excursions = [(_at(50), _at(100)), (_at(290), _at(320)), (_at(-30), _at(-20))]
    assert out_of_label_by_leg([stay(*one) for one in excursions], legs) == {
        "1 road": 10.0,
        "2 air": 20.0,
        "elsewhere": 60.0,
        "brief": 0.0,
        "total": 90.0,
    }


def test_the_total_is_the_time_beyond_the_label_also_of_what_was_too_short_to_count() -> None:
    """Of 20 min until it is inside again 16 are beyond the label: half of them on each side."""
    legs = [Stretch(name="1 road", start=_at(0), end=_at(60))]
    shared = Outside(start=_at(50), end=_at(70), length=timedelta(minutes=16))
    assert out_of_label_by_leg([shared], legs, timedelta(minutes=3)) == {
        "1 road": 8.0,
        "elsewhere": 8.0,
        "brief": 3.0,
        "total": 19.0,
    }


minutes = st.integers(min_value=0, max_value=2000)


@given(
    excursions=st.lists(st.tuples(minutes, minutes).map(sorted), max_size=6),
    borders=st.lists(minutes, min_size=2, max_size=6, unique=True).map(sorted),
)
def test_no_minute_is_lost_or_counted_twice(
    excursions: list[list[int]], borders: list[int]
) -> None:
    legs = [
        Stretch(name=str(n), start=_at(start), end=_at(end))
        for n, (start, end) in enumerate(zip(borders[::2], borders[1::2], strict=False))
    ]
    found = out_of_label_by_leg([stay(_at(a), _at(b)) for a, b in excursions], legs)
    assert found.pop("total") == sum(b - a for a, b in excursions)
    assert sum(found.values()) == pytest.approx(sum(b - a for a, b in excursions))

"""What the decoder keeps, counts and refuses beyond the golden payloads."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.wire.payload import (
    MAX_BYTES,
    MAX_READINGS,
    Refused,
    TelemetryReading,
    decode_event,
    decode_telemetry,
    encode_telemetry,
    split_batches,
)
from tests.support.effort import examples

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
BOOT = "9f3c21aa"


def message(**fields: object) -> bytes:
    """A single reading with fields changed or added."""
    whole = {"v": 1, "boot": BOOT, "seq": 1, "t": "2026-11-22T01:02:03Z", "temp_c": 4.2}
    return json.dumps({**whole, **fields}).encode()


def batch_of(**fields: object) -> bytes:
    """The same reading as a batch of one."""
    single = json.loads(message(**fields))
    envelope = {"v": single.pop("v"), "boot": single.pop("boot")}
    return json.dumps({**envelope, "readings": [single]}).encode()


def test_unknown_fields_are_kept_and_counted() -> None:
    decoded = decode_telemetry(message(co2_ppm=412, fan={"rpm": 1200}))
    assert json.loads(decoded.extras[0]) == {"co2_ppm": 412, "fan": {"rpm": 1200}}
    assert decoded.unknown_fields == 2


@pytest.mark.parametrize("value", ["x" * 3000, "a\x00b"], ids=["too long", "not storable"])
def test_unknown_field_that_cannot_be_kept_is_only_counted(value: str) -> None:
    decoded = decode_telemetry(message(new=value))
    assert (decoded.extras, decoded.unknown_fields) == ({}, 1)


def test_text_that_looks_like_a_key_is_no_double_key() -> None:
    raw = message(note='a " : and "seq": too')
    assert decode_telemetry(raw).unknown_fields == 1


def test_null_for_an_optional_field_is_the_same_as_leaving_it_out() -> None:
    assert decode_telemetry(message(probe=None)).message.readings[0].probe is None


def test_good_readings_of_a_batch_survive_the_bad_ones() -> None:
    good = {"seq": 1, "t": "2026-11-22T01:02:03Z", "temp_c": 4.2}
    items = [good, {**good, "seq": 2, "t": "yesterday"}, {**good, "seq": 3, "new": 1}, 7]
    decoded = decode_telemetry(json.dumps({"v": 1, "boot": BOOT, "readings": items}).encode())
    assert [reading.seq for reading in decoded.message.readings] == [1, 3]
    assert decoded.extras == {1: '{"new":1}'}
    assert [one.field for one in decoded.refused] == ["readings[1].t", "readings[3]"]


def test_batch_without_one_good_reading_is_refused() -> None:
    items = [{"seq": 2, "t": "yesterday", "temp_c": 1}]
    with pytest.raises(Refused) as caught:
        decode_telemetry(json.dumps({"v": 1, "boot": BOOT, "readings": items}).encode())
    assert caught.value.field == "readings[0].t"


@pytest.mark.parametrize(("count", "reason"), [(500, None), (501, "too_many_readings")])
def test_batch_ends_at_five_hundred(count: int, reason: str | None) -> None:
    readings = [TelemetryReading(seq=n, t=AT, temp_c=1) for n in range(count)]
    raw = encode_telemetry(BOOT, readings)
    if reason is None:
        assert len(decode_telemetry(raw).message.readings) == count
    else:
        with pytest.raises(Refused) as caught:
            decode_telemetry(raw)
        assert caught.value.reason == reason


def test_message_longer_than_allowed_is_refused_unread() -> None:
    with pytest.raises(Refused) as caught:
        decode_telemetry(b"x" * (MAX_BYTES + 1))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 50_000], ids=["lists", "objects"])
def test_bottomless_nesting_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode_telemetry(raw[:MAX_BYTES])
    assert caught.value.reason == "too_deep"


def test_thousands_of_double_keys_are_left_out_quickly() -> None:
    raw = message()[:-1] + b"," + b",".join(b'"k%d":1' % (n % 5000) for n in range(12_000)) + b"}"
    decoded = decode_telemetry(raw)
    assert len(decoded.refused) == 5000
    assert {one.reason for one in decoded.refused} == {"duplicate_key"}


def test_event_of_an_unknown_kind_is_refused() -> None:
    raw = message(kind="exploded").replace(b'"temp_c": 4.2, ', b"")
    with pytest.raises(Refused) as caught:
        decode_event(raw)
    assert caught.value.field == "kind"


def test_event_is_kept_without_a_detail_that_is_too_long() -> None:
    decoded = decode_event(message(kind="tilt", detail={"why": "x" * 5000}))
    assert (decoded.message.kind, decoded.message.detail) == ("tilt", None)
    assert [one.field for one in decoded.refused] == ["detail"]


def test_nesting_near_the_limit_of_the_reader_is_read_or_refused() -> None:
    found = []
    for depth in range(400, 1100, 50):
        raw = message()[:-1] + b',"new":' + b"[" * depth + b"]" * depth + b"}"
        with suppress(Refused):
            found.append(decode_telemetry(raw).message.readings[0].temp_c)
    assert set(found) == {4.2}


@pytest.mark.parametrize(
    ("fields", "left_out"),
    [
        ({"battery_pct": 130}, ["battery_pct"]),
        ({"lat": float("nan"), "lon": float("nan"), "acc_m": 9}, ["lat", "lon"]),
        ({"lat": 31.1, "lon": 359, "acc_m": 9}, ["lon"]),
        ({"probe": "a b", "clock": "gps", "rh_pct": "wet"}, ["clock", "probe", "rh_pct"]),
        ({"channels": [{"probe": "x", "temp_c": 900000}, {"probe": "y", "temp_c": 5}]},
         ["channels[0].temp_c"]),
    ],
    ids=["battery", "no fix", "half a position", "three", "channel"],
)  # fmt: skip
def test_temperature_is_not_lost_for_a_field_beside_it(
    fields: dict[str, object], left_out: list[str]
) -> None:
    for raw in (message(**fields), batch_of(**fields)):
        decoded = decode_telemetry(raw)
        (reading,) = decoded.message.readings
        assert (reading.seq, reading.temp_c) == (1, 4.2)
        assert (reading.lat, reading.lon, reading.acc_m) == (None, None, None)
        found = [str(one.field).removeprefix("readings[0].") for one in decoded.refused]
        assert sorted(found) == left_out


def test_channels_that_are_good_stay_beside_a_bad_one() -> None:
    channels = [{"probe": "x", "temp_c": "warm"}, {"probe": "y", "temp_c": 5}]
    reading = decode_telemetry(message(channels=channels)).message.readings[0]
    assert [one.probe for one in reading.channels or ()] == ["y"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for decoder in (decode_telemetry, decode_event):
        with suppress(Refused):
            decoder(raw)


readings_strategy = st.lists(
    st.builds(
        TelemetryReading,
        seq=st.integers(0, 2**53 - 1),
        t=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        temp_c=st.floats(-273.15, 1000),
        mono_ms=st.none() | st.integers(0, 2**53 - 1),
        clock=st.sampled_from([None, "synced", "free", "unset"]),
        lid_open=st.none() | st.booleans(),
        lat=st.none() | st.floats(-90, 90),
        probe=st.none() | st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=examples(25))
@given(readings_strategy)
def test_what_is_encoded_is_decoded_again(readings: list[TelemetryReading]) -> None:
    decoded = decode_telemetry(encode_telemetry(BOOT, readings))
    assert decoded.unknown_fields == 0
    for found, given_one in zip(decoded.message.readings, readings, strict=True):
        names = TelemetryReading.__struct_fields__
        assert [getattr(found, one) for one in names] == [getattr(given_one, one) for one in names]


def test_split_batches_keeps_every_reading_within_both_limits() -> None:
    readings = [TelemetryReading(seq=n, t=AT, temp_c=1, probe="p" * 64) for n in range(2600)]
    messages = split_batches(BOOT, readings, start_seq=0)
    found = [one.seq for raw in messages for one in decode_telemetry(raw).message.readings]
    assert found == list(range(2600))
    assert all(len(raw) <= MAX_BYTES for raw in messages)
    assert len(messages) == -(-2600 // MAX_READINGS)

"""SenML packs, against what was worked out by hand."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.wire.decoding import DecodedTelemetry
from services.core.wire.formats.senml import decode
from services.core.wire.messages import TelemetryReading
from services.core.wire.refusals import Refused
from tests.support.effort import examples

GOLDEN = Path(__file__).parents[2] / "golden" / "formats" / "senml.toml"
CASES: list[dict[str, Any]] = tomllib.loads(GOLDEN.read_text())["case"]
AT = datetime(2025, 11, 24, 16, 30, tzinfo=UTC)


def read(pack: str, received_at: datetime = AT) -> list[DecodedTelemetry]:
    return list(decode(pack.encode(), received_at))


def said(parts: list[DecodedTelemetry]) -> list[dict[str, Any]]:
    """The readings by time, without the numbers that were given to them."""
    found = [reading for part in parts for reading in part.message.readings]
    plain = [
        {name: value for name, value in msgspec.structs.asdict(one).items() if value is not None}
        for one in sorted(found, key=lambda one: one.t)
    ]
    for one in plain:
        one.pop("seq")
        if "channels" in one:
            one["channels"] = [{"probe": c.probe, "temp_c": c.temp_c} for c in one["channels"]]
    return plain


@pytest.mark.parametrize(
    "case", [one for one in CASES if "readings" in one], ids=lambda one: one["name"]
)
def test_pack_becomes_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    parts = read(case["pack"], case.get("received_at", AT))
    assert said(parts) == case["readings"]
    assert {part.grade.name for part in parts} == {case["grade"]}
    refused = [[one.reason, one.field] for part in parts for one in part.refused]
    assert refused == case.get("refused", [])
    assert all(one.remedy for part in parts for one in part.refused)
    assert sum(part.unknown_fields for part in parts) == case.get("unknown", 0)
    assert dict(parts[0].extras) == ({0: case["extra"]} if "extra" in case else {})


@pytest.mark.parametrize(
    "case", [one for one in CASES if "whole" in one], ids=lambda one: one["name"]
)
def test_pack_of_no_use_is_refused_with_field_and_remedy(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read(case["pack"])
    assert [refused.value.reason, refused.value.field or ""] == case["whole"]
    assert refused.value.remedy


def keys(parts: list[DecodedTelemetry]) -> dict[tuple[str, int], TelemetryReading]:
    return {(p.message.boot, one.seq): one for p in parts for one in p.message.readings}


@given(
    st.lists(st.integers(0, 200_000), min_size=1, max_size=30, unique=True),
    st.randoms(use_true_random=False),
)
@settings(max_examples=examples(100), deadline=None)
def test_same_measurements_have_the_same_keys_however_they_are_packed(
    seconds: list[int], random: Random
) -> None:
    records: list[dict[str, Any]] = [
        {"n": "urn:dev:a:temp", "u": "Cel", "t": 1764000000 + s, "v": random.randrange(800) / 100}
        for s in seconds
    ]
    whole = keys(read(json.dumps(records)))
    shuffled = random.sample(records, len(records)) + random.choices(records, k=3)
    again: dict[tuple[str, int], TelemetryReading] = {}
    while shuffled:  # other packs, another order, some twice, received at any time
        size = random.randint(1, len(shuffled))
        pack, shuffled = shuffled[:size], shuffled[size:]
        unique = [dict(one) for one in {tuple(one.items()) for one in pack}]
        for one in unique:  # the same time in another spelling
            one |= {"bt": 1764000000, "t": one["t"] - 1764000000}
        later = AT + timedelta(seconds=random.randrange(10_000))
        again |= keys(read(json.dumps(unique), later))
    assert again == whole
    assert len(whole) == len(seconds)


def test_equal_pack_without_time_is_one_within_its_minute_and_two_beyond() -> None:
    pack = '[{"n":"temp","u":"Cel","v":4.5}]'
    first, same, later = (keys(read(pack, AT + timedelta(seconds=s))) for s in (0, 59, 60))
    assert first == same
    assert not first.keys() & later.keys()
    assert not first.keys() & keys(read('[{"n":"temp","u":"Cel","v":4.6}]')).keys()


@given(st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["bn", "bt", "bu", "n", "u", "v", "t", "vs"]), inner),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=examples(200), deadline=None)
def test_any_json_is_read_or_refused(document: Any) -> None:
    with suppress(Refused):
        read(json.dumps([document, document]))

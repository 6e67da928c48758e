"""Mapping files: what is wrong in one is told with its line, and what one makes of messages."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, shard_of
from services.core.wire.mapping.decoding import decoder_of
from services.core.wire.mapping.file import MappingFileInvalid, read_mapping
from services.core.wire.messages import TelemetryReading
from services.ingest.decode import TopicReader, decode
from tests.support.effort import examples

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"
TEXT = (GOLDEN / "acme.toml").read_text()
RULES = read_mapping(TEXT)
CASES: list[dict[str, Any]] = tomllib.loads((GOLDEN / "mapped.toml").read_text())["case"]
TOPIC = "acme/TR7-000123/up"
AT = datetime(2025, 11, 24, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda one: one["name"])
def test_message_becomes_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    matched = RULES.match(case["topic"])
    assert matched is not None
    assert matched.rule.box_of(matched.device) == case["box_id"]
    parts = decoder_of(matched.rule)(case["message"].encode(), case.get("received_at", AT))
    found = [one for part in parts for one in part.message.readings]
    said = [
        {k: v for k, v in msgspec.structs.asdict(one).items() if v is not None and k != "seq"}
        for one in found
    ]
    assert said == case["readings"]
    assert {part.grade.name for part in parts} == {case["grade"]}
    refused = [one for part in parts for one in part.refused]
    assert [[one.reason, one.field] for one in refused] == case.get("refused", [])
    assert all(one.remedy for one in refused)


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("version = 1", "version = 2", 2, "version"),
        ("version = 1", "version = ", 2, "file"),
        ('name = "acme-tr7"', 'name = "Acme TR7"', 5, "device[0].name"),
        ('"acme/{device}/up"', '"acme/{box}/up"', 6, "device[0].topic"),
        ('"acme/{device}/up"', '"+/{device}/up"', 6, "device[0].topic"),
        ('"acme/{device}/up"', '"acme/{device}/#"', 6, "device[0].topic"),
        ('"acme/{device}/up"', '"cl/v1/{device}"', 6, "device[0].topic"),
        ('"acme/{device}/up"', '"sensors/{device}/up"', 22, "device[1].topic"),
        ("boxes =", "boxs =", 7, "device[0].boxs"),
        ('"BOX-0042"', '"box 42"', 7, "device[0].boxes.TR7-000123"),
        ('"BOX-0042"', '"BOX-0043"', 7, "device[0].boxes"),
        ('"unix_s"', '"unix"', 9, "device[0].time.as"),
        ('time = "receipt"', "", 20, "device[1].time"),
        ('"sensor.serial"', '"sensor..serial"', 10, "device[0].probe"),
        ('unit = "F"', 'unit = "Fahrenheit"', 13, "device[0].fields.temp_c.unit"),
        (', unit = "K"', "", 26, "device[1].fields.temp_c.unit"),
        ("none = [-999", "none = [true", 13, "device[0].fields.temp_c.none"),
        ("battery_pct", "battery", 15, "device[0].fields.battery"),
        ('lon = "gps.1"', "", 16, "device[0].fields.lat"),
        ("text = true", 'text = "yes"', 26, "device[1].fields.temp_c.text"),
    ],
)
def test_fault_is_told_with_line_field_and_remedy(
    old: str, new: str, line: int, field: str
) -> None:
    assert old in TEXT
    with pytest.raises(MappingFileInvalid) as invalid:
        read_mapping(TEXT.replace(old, new, 1))
    (fault,) = invalid.value.faults
    assert (fault.line, fault.field) == (line, field)
    assert fault.remedy


def test_every_fault_is_told_at_once() -> None:
    broken = TEXT.replace('unit = "F"', 'unit = "X"').replace('"unix_s"', '"x"')
    with pytest.raises(MappingFileInvalid) as invalid:
        read_mapping(broken)
    assert [fault.line for fault in invalid.value.faults] == [9, 13]
    with pytest.raises(MappingFileInvalid, match="no device"):
        read_mapping("version = 1")


@given(st.text(max_size=60) | st.recursive(
    st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "topic", "time", "fields", "temp_c", "field"]),
                      inner),
    max_leaves=8,
).map(lambda value: f"version = 1\n[[device]]\nfields = {json.dumps(value)}"))  # fmt: skip
@settings(max_examples=examples(150), deadline=None)
def test_no_text_is_a_file_without_being_one(text: str) -> None:
    with pytest.raises(MappingFileInvalid):
        read_mapping(text)


def test_unknown_device_is_refused_and_named() -> None:
    decoded = decode(TopicReader(RULES), "acme/TR7-9/up", b"{}", AT)
    assert decoded.rejected is not None
    assert "TR7-9" in decoded.rejected.detail
    assert "boxes" in decoded.rejected.remedy


def test_device_is_read_by_the_process_that_has_its_box_and_by_no_other() -> None:
    message = b'{"data":[{"ts":1764000000,"t":40.1}]}'
    mine = shard_of(BoxId("BOX-0042"))
    ours = decode(TopicReader(RULES, {mine}), TOPIC, message, AT)
    others = decode(TopicReader(RULES, set(range(64)) - {mine}), TOPIC, message, AT)
    assert len(ours.readings) == 1
    assert (others.readings, others.rejected) == ((), None)
    halves = [TopicReader(RULES, range(32)), TopicReader(RULES, range(32, 64))]
    told = [decode(half, "acme/who/up", message, AT).rejected for half in halves]
    assert sum(one is not None for one in told) == 1


def test_topic_of_nobody_stays_refused() -> None:
    with pytest.raises(Invalid):
        TopicReader(RULES).find("acme/TR7-000123/down")


def keys(message: dict[str, Any]) -> dict[tuple[str, int], TelemetryReading]:
    matched = RULES.match(TOPIC)
    assert matched is not None
    parts = decoder_of(matched.rule)(json.dumps(message).encode(), AT)
    return {(p.message.boot, one.seq): one for p in parts for one in p.message.readings}


@given(
    st.lists(st.integers(0, 10**8), min_size=1, max_size=25, unique=True),
    st.randoms(use_true_random=False),
)
@settings(max_examples=examples(100), deadline=None)
def test_same_readings_have_the_same_keys_in_any_order_and_split(
    milliseconds: list[int], random: Random
) -> None:
    items = [{"ts": 1764000000 + ms / 1000, "t": random.randrange(100)} for ms in milliseconds]
    whole = keys({"data": items})
    assert len(whole) == len(items)
    rest = random.sample(items, len(items)) + random.choices(items, k=3)
    again: dict[tuple[str, int], TelemetryReading] = {}
    while rest:
        size = random.randint(1, len(rest))
        part, rest = rest[:size], rest[size:]
        # What the device tells about itself may differ with each repeat.
        again |= keys({"rssi": random.random(), "data": part})
    assert again == whole


def test_pieces_of_one_instant_stand_side_by_side() -> None:
    pieces: list[dict[str, Any]] = [{"t": 40.1}, {"gps": [31, 121]}, {"bat": 0.5}, {"bat": 0.6}]
    found = [keys({"data": [{"ts": 1764000000} | piece]}) for piece in pieces]
    assert len(found[0] | found[1] | found[2]) == 3
    # The same gauge again with another value is no other measurement.
    assert found[2].keys() == found[3].keys()

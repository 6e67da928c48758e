"""Payloads written by hand against the decoder and against the published schemas."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import (
    decode_command,
    decode_event,
    decode_receipt,
    decode_status,
    decode_telemetry,
    encode_command,
    encode_receipt,
)
from services.core.wire.schemas import schemas
from services.core.wire.topics import telemetry_topic
from services.ingest.decode import TopicReader, decode

GOLDEN = Path(__file__).parents[1] / "golden" / "wire"
PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "schemas"
AT = datetime(2026, 11, 22, 1, 2, 4, tzinfo=UTC)
TOPIC = telemetry_topic(BoxId("CB-0007"))
FIELDS = {
    "v": '"v":1',
    "boot": '"boot":"9f3c21aa"',
    "seq": '"seq":1042',
    "t": '"t":"2026-11-22T01:02:03.250Z"',
    "temp_c": '"temp_c":4.81',
}
DECODERS = {
    "telemetry": decode_telemetry,
    "event": decode_event,
    "status": decode_status,
    "receipt": decode_receipt,
    "command": decode_command,
}
GOOD = sorted((GOLDEN / "good").glob("*.json"))
REFUSED: list[dict[str, Any]] = json.loads((GOLDEN / "refused.json").read_text())


def _object(*fields: str) -> str:
    return "{" + ",".join(fields) + "}"


def _bytes(case: dict[str, Any]) -> bytes:
    """The message of a case: as it stands, or the good one with a field more, less or changed."""
    if "raw" in case:
        text = str(case["raw"]).replace("{GOOD}", _object(*FIELDS.values()))
    elif "with" in case:
        text = _object(*FIELDS.values(), case["with"])
    else:
        name, field = case.get("swap", (case.get("without"), None))
        changed = {**FIELDS, name: field}
        text = _object(*(one for one in changed.values() if one))
    return text.encode()


@pytest.mark.parametrize("name", sorted(schemas()))
def test_published_schema_is_current(name: str) -> None:
    published = (PUBLISHED / name).read_text()
    assert published == schemas()[name], (
        "run: python -m services.core.wire.schemas docs/reference/schemas"
    )


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_golden_payload_fits_its_schema(path: Path) -> None:
    schema = json.loads((PUBLISHED / f"{path.stem.partition('-')[0]}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(path.read_text()))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_golden_payload_decodes(path: Path) -> None:
    assert DECODERS[path.stem.partition("-")[0]](path.read_bytes().strip()) is not None


@pytest.mark.parametrize("name", ["receipt-two-boots", "command-backfill", "command-identify"])
def test_downlink_is_encoded_as_written_by_hand(name: str) -> None:
    raw = (GOLDEN / "good" / f"{name}.json").read_bytes().strip()
    if name.startswith("receipt"):
        assert encode_receipt(decode_receipt(raw)) == raw.replace(b".000000Z", b"Z")
    else:
        assert encode_command(decode_command(raw)) == raw


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["case"])
def test_bad_message_is_refused_with_reason_field_and_remedy(case: dict[str, Any]) -> None:
    rejected = decode(TopicReader(), TOPIC, _bytes(case), AT).rejected
    assert rejected is not None
    assert (rejected.reason, rejected.field) == (case["reason"], case.get("field"))
    assert rejected.detail
    assert rejected.remedy


def test_message_cut_short_anywhere_is_refused() -> None:
    whole = (GOLDEN / "good" / "telemetry-full.json").read_bytes().strip()
    for length in range(1, len(whole)):
        assert decode(TopicReader(), TOPIC, whole[:length], AT).rejected is not None

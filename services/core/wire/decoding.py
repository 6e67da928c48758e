"""Bytes to messages: fast for what is in order, exact about what is not.

A message in order is decoded once by msgspec, and the number of keys in its bytes is compared
with the number of fields found. When they differ, or decoding fails, a slower reader finds out
whether a key stands twice, which extra fields there are, and what of the message can be used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import msgspec

from services.core.domain.grade import Grade
from services.core.wire import refusals
from services.core.wire.documents import (
    Doubled,
    compact_json,
    find_flaw,
    read_document,
    refusal_of,
)
from services.core.wire.messages import (
    MAX_BYTES,
    MAX_DETAIL_BYTES,
    MAX_READINGS,
    BatchTelemetry,
    Command,
    EventMessage,
    Receipt,
    SingleTelemetry,
    StatusMessage,
    TelemetryMessage,
    TelemetryReading,
)
from services.core.wire.refusals import Refused
from services.core.wire.salvage import Salvaged, Shape, convert, salvage

MAX_EXTRA_BYTES = 2048
FIRST_YEAR, LAST_YEAR = 1900, 2999

Message = TypeVar("Message")

_single = msgspec.json.Decoder(SingleTelemetry)
_batch = msgspec.json.Decoder(BatchTelemetry)
_receipt = msgspec.json.Decoder(Receipt)
_command: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_astuple = msgspec.structs.astuple

_SINGLE_FIELDS = frozenset(SingleTelemetry.__struct_fields__)
_BATCH_FIELDS = frozenset(BatchTelemetry.__struct_fields__)
_READING_FIELDS = frozenset(TelemetryReading.__struct_fields__)
_EVENT_FIELDS = frozenset(EventMessage.__struct_fields__)

_SENDER = {"v", "boot", "box_id"}
_READING = Shape(TelemetryReading, frozenset({"seq", "t", "temp_c"}))
_SINGLE = Shape(SingleTelemetry, _READING.needed | _SENDER)
_BATCH = Shape(BatchTelemetry, frozenset(_SENDER | {"readings"}))
_EVENT = Shape(EventMessage, frozenset(_SENDER | {"seq", "t", "kind"}))


class DecodedTelemetry(NamedTuple):
    """A telemetry message and what the contract does not know about it.

    `extras`: JSON text of the unknown fields, by position of the reading. `refused`: readings
    and fields that are not good; the rest stands. `grade`: what this way of speaking promises.
    """

    message: TelemetryMessage
    extras: Mapping[int, str] = MappingProxyType({})
    unknown_fields: int = 0
    refused: tuple[Refused, ...] = ()
    grade: Grade = Grade.RECEIPTED


@dataclass(frozen=True, slots=True)
class DecodedEvent:
    """An event; `detail_json` is its detail as it is stored, `refused` what was left out of it."""

    message: EventMessage
    detail_json: str | None
    unknown_fields: int = 0
    refused: tuple[Refused, ...] = ()


def decode_telemetry(raw: bytes) -> DecodedTelemetry:
    """Read one telemetry message; raises Refused when nothing in it can be used."""
    check_size(raw)
    try:
        if b'"readings"' in raw:
            message, keys = _from_batch(_batch.decode(raw))
        else:
            message, keys = _from_single(_single.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_carefully(raw)
    if _has_keys(raw, keys) and _are_plausible(message.readings):
        return DecodedTelemetry(message)
    return _decode_carefully(raw)


def decode_event(raw: bytes) -> DecodedEvent:
    """Read one event; raises Refused."""
    check_size(raw)
    found = salvage(read_document(raw), _EVENT)
    event, refused = found.value, found.refused
    _check_time(event.t)
    detail = None if event.detail is None else compact_json(event.detail, MAX_DETAIL_BYTES)
    if event.detail is not None and detail is None:
        refused.append(refusals.detail_unfit(MAX_DETAIL_BYTES))
        event = msgspec.structs.replace(event, detail=None)
    return DecodedEvent(event, detail, len(found.fields.keys() - _EVENT_FIELDS), tuple(refused))


def decode_status(raw: bytes) -> StatusMessage:
    """Read one status message; raises Refused."""
    check_size(raw)
    document = read_document(raw)
    if flaw := find_flaw(document):
        raise refusal_of(flaw, "")
    return convert(document, StatusMessage)


def decode_receipt(raw: bytes) -> Receipt:
    """What a box reads from its receipt topic; raises Refused."""
    return _decode_downlink(_receipt, raw)


def decode_command(raw: bytes) -> Command:
    """What a box reads from its command topic; raises Refused."""
    return _decode_downlink(_command, raw)


def check_size(raw: bytes) -> None:
    """Raises Refused when there are no bytes, or too many."""
    if not raw:
        raise refusals.empty()
    if len(raw) > MAX_BYTES:
        raise refusals.too_large(len(raw))


def _decode_downlink(decoder: msgspec.json.Decoder[Message], raw: bytes) -> Message:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise refusals.from_validation(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusals.not_json(error) from None


def _from_single(single: SingleTelemetry) -> tuple[TelemetryMessage, int]:
    """The message, and how many keys its bytes must have if none is unknown or doubled."""
    message = TelemetryMessage(single.boot, (single,), single.start_seq, single.box_id)
    return message, _fields_in(single)


def _from_batch(batch: BatchTelemetry) -> tuple[TelemetryMessage, int]:
    message = TelemetryMessage(batch.boot, batch.readings, batch.start_seq, batch.box_id)
    envelope = 3 + (batch.start_seq is not None) + (batch.box_id is not None)
    return message, envelope + sum(map(_fields_in, batch.readings))


def _fields_in(reading: TelemetryReading) -> int:
    values = _astuple(reading)
    count = len(values) - values.count(None)
    if reading.channels:
        count += sum(2 + (channel.kind is not None) for channel in reading.channels)
    return count


def _has_keys(raw: bytes, keys: int) -> bool:
    """True only if the bytes have exactly this many keys.

    Every key is followed by a colon. Written without space between, that is the pattern `":`;
    texts can only add to its count, so with no space before any colon the count is never less
    than the number of keys, and the number of keys never less than that of the fields found.
    """
    if raw.count(b'":') != keys:
        return False
    # Looking for one byte costs a fifth of looking for two, and most boxes send no space at all.
    if not (b" " in raw or b"\n" in raw or b"\t" in raw or b"\r" in raw):
        return True
    return not (b" :" in raw or b"\n:" in raw or b"\t:" in raw or b"\r:" in raw)


def _decode_carefully(raw: bytes) -> DecodedTelemetry:
    document = read_document(raw)
    if "readings" in document:
        return _batch_carefully(document)
    found = salvage(document, _SINGLE)
    _check_time(found.value.t)
    extra, unknown = _unknown(found.fields, _SINGLE_FIELDS)
    message = _from_single(found.value)[0]
    return DecodedTelemetry(message, {0: extra} if extra else {}, unknown, tuple(found.refused))


def _batch_carefully(document: dict[str, Any]) -> DecodedTelemetry:
    """Every good reading of a batch, and why the others are refused."""
    items = document["readings"]
    envelope = _envelope(document, items)
    readings: list[TelemetryReading] = []
    refused = envelope.refused
    extras: dict[int, str] = {}
    unknown = len(envelope.fields.keys() - _BATCH_FIELDS)
    for position, item in enumerate(items):
        try:
            found = _reading(item, f"readings[{position}]")
        except Refused as refusal:
            refused.append(refusal)
            continue
        refused += found.refused
        readings.append(found.value)
        extra, more = _unknown(found.fields, _READING_FIELDS)
        unknown += more
        if extra:
            extras[len(readings) - 1] = extra
    if not readings:
        raise refused[0]
    batch = envelope.value
    message = TelemetryMessage(batch.boot, tuple(readings), batch.start_seq, batch.box_id)
    return DecodedTelemetry(message, extras, unknown, tuple(refused))


def _envelope(document: dict[str, Any], items: Any) -> Salvaged[BatchTelemetry]:
    """All of the batch but its readings; an empty list or one too long is refused here."""
    if isinstance(items, list) and len(items) > MAX_READINGS:
        raise Refused(
            "too_many_readings",
            f"readings: {len(items)} in one message, {MAX_READINGS} are allowed",
            field="readings",
            remedy=refusals.remedy_for("readings"),
        )
    bare = type(document)(document)
    if isinstance(document, Doubled) and isinstance(bare, Doubled):
        bare.names = document.names
    if isinstance(items, list) and items:
        bare["readings"] = [{"seq": 0, "t": "2026-01-01T00:00:00Z", "temp_c": 0}]
    envelope = salvage(bare, _BATCH)
    if mixed := sorted((_SINGLE_FIELDS - _BATCH_FIELDS) & document.keys()):
        raise Refused(
            "bad_value",
            f"{mixed[0]} stands beside readings: it is not clear which reading is meant",
            field=mixed[0],
            remedy="send either one reading or a list of readings",
        )
    return envelope


def _reading(item: Any, path: str) -> Salvaged[TelemetryReading]:
    found = salvage(item, _READING, path)
    _check_time(found.value.t, path)
    return found


def _are_plausible(readings: Sequence[TelemetryReading]) -> bool:
    for reading in readings:  # noqa: SIM110  half the cost of all()
        if not FIRST_YEAR <= reading.t.year <= LAST_YEAR:
            return False
    return True


def is_plausible(instant: datetime) -> bool:
    """Whether a clock can mean this year, and the database hand it back."""
    return FIRST_YEAR <= instant.year <= LAST_YEAR


def _check_time(instant: datetime, path: str = "") -> None:
    if not is_plausible(instant):
        raise refusals.time_out_of_bounds(path)


def _unknown(item: dict[str, Any], known: frozenset[str]) -> tuple[str | None, int]:
    """The unknown fields as JSON text, if they can be kept, and how many there are."""
    unknown = {name: value for name, value in item.items() if name not in known}
    if not unknown:
        return None, 0
    return compact_json(unknown, MAX_EXTRA_BYTES), len(unknown)

"""From a topic and bytes to what is stored: never raises, whatever a box sends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

import msgspec

from services.core.domain.errors import Invalid
from services.core.domain.grade import Grade
from services.core.domain.identifiers import SHARDS, BoxId, shard_of
from services.core.domain.telemetry import ClockState
from services.core.storage.copying import NewReading
from services.core.wire.format import Decode
from services.core.wire.formats import FORMATS
from services.core.wire.mapping.decoding import decoder_of
from services.core.wire.mapping.rules import MappingRules
from services.core.wire.payload import (
    MAX_SEQ,
    DecodedTelemetry,
    EventMessage,
    Refused,
    StatusMessage,
    TelemetryReading,
    decode_event,
    decode_status,
)
from services.core.wire.topics import EVENT, STATUS, ParsedTopic, parse_topic

_CLOCKS = {
    None: int(ClockState.UNSAID),
    "synced": int(ClockState.SYNCED),
    "free": int(ClockState.FREE),
    "unset": int(ClockState.UNSET),
}
BOX_MISMATCH = "box_mismatch"
_encode_json = msgspec.json.Encoder().encode

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Why a message, or a part of it, cannot be taken in."""

    reason: str
    field: str | None
    detail: str
    remedy: str


_READER_FAILED = Rejected(
    reason="reader_failed",
    field=None,
    detail="reading this message failed for a reason of ours",
    remedy="send us reader_failed from the log of ingest; have it read again when that is mended",
)


class Part(NamedTuple):
    """The readings of one boot."""

    boot: str
    readings: Sequence[NewReading]


class Decoded(NamedTuple):
    """What a message says. `rejected` may stand beside readings: what was good of the message.

    `more`: readings of further boots, which only formats without boots of their own have.
    """

    topic: ParsedTopic | None = None
    boot: str = ""
    readings: Sequence[NewReading] = ()
    start_seq: int | None = None
    status: StatusMessage | None = None
    unknown_fields: int = 0
    rejected: Rejected | None = None
    grade: Grade = Grade.RECEIPTED
    more: Sequence[Part] = ()


Read = Callable[[ParsedTopic, bytes, datetime], Decoded]


class Route(NamedTuple):
    """What a topic says, and how the messages on it are read."""

    topic: ParsedTopic
    read: Read


class TopicReader:
    """Finds the route of a topic, remembering it: boxes repeat theirs with every message.

    `mapping` has the topics of devices that do not speak the contract. Their topics name no shard,
    so they come to every process: `shards` are those of this one (None: all).
    """

    def __init__(
        self,
        mapping: MappingRules = MappingRules(),  # noqa: B008  it is frozen
        shards: Collection[int] | None = None,
        most: int = 100_000,
    ):
        self._mapping = mapping
        self._shards = shards
        self._most = most
        self._known: dict[str, Route] = {}
        self._readers = {rule.name: _telemetry(decoder_of(rule)) for rule in mapping.devices}

    def find(self, topic: str) -> Route:
        """Raises Invalid; a topic of which that is true is not remembered."""
        found = self._known.get(topic)
        if found is None:
            found = self._mapped(topic)
            if found is None:
                parsed = parse_topic(topic)
                found = Route(parsed, _READERS[parsed.leaf])
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[topic] = found
        return found

    def _mapped(self, topic: str) -> Route | None:
        """The route of a device's topic; of a device that another process takes, one to nowhere."""
        matched = self._mapping.match(topic)
        if matched is None:
            return None
        rule, device = matched
        try:
            box_id = rule.box_of(device)
        except Invalid:
            # Told by one process only: that which would take a box of this name.
            if self._is_ours(crc32(device.encode()) % SHARDS):
                raise
            return _NOWHERE
        topic_of_box = ParsedTopic(shard=shard_of(box_id), box_id=box_id, leaf=rule.name)
        if not self._is_ours(topic_of_box.shard):
            return _NOWHERE
        return Route(topic_of_box, self._readers[rule.name])

    def _is_ours(self, shard: int) -> bool:
        return self._shards is None or shard in self._shards


def decode(topics: TopicReader, topic: str, payload: bytes, received_at: datetime) -> Decoded:
    """Read one message."""
    try:
        parsed, read = topics.find(topic)
    except Invalid as error:
        return Decoded(rejected=_rejected("topic", error))
    try:
        return read(parsed, payload, received_at)
    except Refused as error:
        return Decoded(topic=parsed, rejected=_rejected(error.reason, error))
    except Exception:  # it would come again, and end the process again
        logger.exception("A message made its reader fail.", extra={"event": "reader_failed"})
        return Decoded(topic=parsed, rejected=_READER_FAILED)


def _telemetry(form: Decode) -> Read:
    def read(topic: ParsedTopic, payload: bytes, received_at: datetime) -> Decoded:
        parts = form(payload, received_at)
        first = parts[0]
        message = first.message
        _check_box(topic, message.box_id)
        others = parts[1:]
        # By position, because there is one for each message.
        return Decoded(
            topic,
            message.boot,
            _readings(first),
            message.start_seq,
            None,
            first.unknown_fields,
            _left_out(first.refused) if first.refused else None,
            first.grade,
            [Part(one.message.boot, _readings(one)) for one in others] if others else (),
        )

    return read


def _readings(found: DecodedTelemetry) -> list[NewReading]:
    if found.extras:
        extras = found.extras
        return [_reading(one, extras.get(n)) for n, one in enumerate(found.message.readings)]
    return [_reading(one, None) for one in found.message.readings]


def _event(topic: ParsedTopic, payload: bytes, _received_at: datetime) -> Decoded:
    found = decode_event(payload)
    event = found.message
    _check_box(topic, event.box_id)
    reading = NewReading(
        event.seq,
        event.t,
        _CLOCKS[event.clock],
        event.mono_ms,
        event=event.kind,
        extra=found.detail_json,
    )
    return Decoded(
        topic=topic,
        boot=event.boot,
        readings=(reading,),
        start_seq=_start_of_log(event),
        unknown_fields=found.unknown_fields,
        rejected=_left_out(found.refused),
    )


def _status(topic: ParsedTopic, payload: bytes, _received_at: datetime) -> Decoded:
    status = decode_status(payload)
    _check_box(topic, status.box_id)
    return Decoded(topic=topic, status=status)


_READERS: dict[str, Read] = {
    **{leaf: _telemetry(form.decode) for leaf, form in FORMATS.items()},
    EVENT: _event,
    STATUS: _status,
}


def _reading(one: TelemetryReading, extra: str | None) -> NewReading:
    channels = None if one.channels is None else _encode_json(one.channels).decode()
    return NewReading(
        one.seq,
        one.t,
        _CLOCKS[one.clock],
        one.mono_ms,
        one.temp_c,
        one.ambient_c,
        one.pressure_hpa,
        one.lat,
        one.lon,
        one.acc_m,
        one.battery_pct,
        one.lid_open,
        one.tilt_deg,
        one.shock_g,
        one.rh_pct,
        None,
        one.probe,
        channels,
        extra,
    )


def _start_of_log(event: EventMessage) -> int | None:
    """A log that rolled over says where it begins now; else its gap would never close."""
    first = event.detail.get("first_seq") if event.detail else None
    if event.kind == "log_truncated" and type(first) is int and 0 <= first <= MAX_SEQ:
        return first
    return event.start_seq


def _check_box(topic: ParsedTopic, box_id: str | None) -> None:
    if box_id is not None and box_id != topic.box_id:
        raise Refused(
            BOX_MISMATCH,
            f"the message says it is from {box_id}, its topic says {topic.box_id}",
            field="box_id",
            remedy="publish on the box's own topic; box_id may be left out",
        )


def _not_ours(_topic: ParsedTopic, _payload: bytes, _received_at: datetime) -> Decoded:
    """Neither stored nor refused: another process has this device."""
    return Decoded()


_NOWHERE = Route(ParsedTopic(shard=0, box_id=BoxId(""), leaf=""), _not_ours)


def _left_out(refused: Sequence[Refused]) -> Rejected | None:
    """One rejection for all that was left out of a message whose good readings are stored."""
    if not refused:
        return None
    first = refused[0]
    more = f"; {len(refused) - 1} more faults in this message" if len(refused) > 1 else ""
    return Rejected(
        reason=first.reason, field=first.field, detail=first.detail + more, remedy=first.remedy
    )


def _rejected(reason: str, error: Invalid) -> Rejected:
    return Rejected(
        reason=reason, field=error.field, detail=error.detail, remedy=error.remedy or ""
    )

"""The only place that knows the grammar of the topics: `cl/v1/{shard}/{box_id}/{leaf}`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import SHARDS, BoxId, parse_box_id, shard_of
from services.core.wire.formats import FORMATS

ROOT = "cl/v1"
TELEMETRY = "telemetry"
SENML = "senml"
EVENT = "event"
STATUS = "status"
RECEIPT = "receipt"
COMMAND = "command"
UPLINK_LEAVES = (*FORMATS, EVENT, STATUS)

_SHARD = re.compile(r"[0-9a-f]{2}", re.ASCII)
_LEVELS = 5
_SHAPE_REMEDY = "publish on cl/v1/<shard>/<box id>/telemetry, /senml, /event or /status"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTopic:
    """What a topic says: the shard, the box and what kind of message it carries."""

    shard: int
    box_id: BoxId
    leaf: str


def telemetry_topic(box_id: BoxId) -> str:
    """Where a box publishes its readings."""
    return _topic(box_id, TELEMETRY)


def senml_topic(box_id: BoxId) -> str:
    """Where a box publishes its readings if it speaks SenML."""
    return _topic(box_id, SENML)


def event_topic(box_id: BoxId) -> str:
    """Where a box publishes its events and the replies to commands."""
    return _topic(box_id, EVENT)


def status_topic(box_id: BoxId) -> str:
    """Where a box says that it is online, and its last will that it is not."""
    return _topic(box_id, STATUS)


def receipt_topic(box_id: BoxId) -> str:
    """Where a box learns what is stored and may be deleted from its log."""
    return _topic(box_id, RECEIPT)


def command_topic(box_id: BoxId) -> str:
    """Where a box takes commands."""
    return _topic(box_id, COMMAND)


def parse_topic(topic: str) -> ParsedTopic:
    """Read an uplink topic; raises Invalid with field `topic` when it is not one of ours."""
    levels = topic.split("/")
    if len(levels) != _LEVELS or not topic.startswith(f"{ROOT}/"):
        raise _invalid("the topic does not have the five levels of the contract")
    shard, box, leaf = levels[2:]
    if _SHARD.fullmatch(shard) is None or int(shard, 16) >= SHARDS:
        raise _invalid("the shard is not two hexadecimal digits from 00 to 3f")
    if leaf not in UPLINK_LEAVES:
        raise _invalid(f"the last level is none of {', '.join(UPLINK_LEAVES)}")
    return ParsedTopic(shard=int(shard, 16), box_id=parse_box_id(box, "topic"), leaf=leaf)


def uplink_filters(shards: Iterable[int] | None) -> list[str]:
    """The subscriptions that bring every message of these shards; None means all shards."""
    levels = ["+"] if shards is None else [f"{shard:02x}" for shard in sorted(set(shards))]
    return [f"{ROOT}/{level}/+/{leaf}" for level in levels for leaf in UPLINK_LEAVES]


def _topic(box_id: BoxId, leaf: str) -> str:
    return f"{ROOT}/{shard_of(box_id):02x}/{box_id}/{leaf}"


def _invalid(detail: str) -> Invalid:
    return Invalid(detail, field="topic", remedy=_SHAPE_REMEDY)

"""What becomes of records on their way to the broker: the messages a box sends, good and bad.

A struck record travels in a message of its own; the others share batches. Copies that a fault adds
are nobody's concern after they are sent: only the good message moves the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from services.core.domain.identifiers import SHARDS, BoxId
from services.core.wire.payload import (
    EventMessage,
    TelemetryReading,
    encode_event,
    encode_telemetry,
    split_batches,
)
from services.core.wire.topics import event_topic, telemetry_topic
from simulators.devicelog import DeviceLog, Record, Unreadable
from simulators.faults.fault import Fault

_NOBODY = BoxId("SIM-GHOST-000")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One PUBLISH."""

    topic: str
    raw: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Records that go out together: in `messages`, which count, and `extras`, which do not."""

    seqs: list[int]
    messages: list[Outgoing]
    extras: tuple[Outgoing, ...] = ()


class Wire:
    """The way out of one box."""

    def __init__(self, box_id: BoxId, neighbour: BoxId, faults: Sequence[Fault] = ()) -> None:
        """`neighbour`: whose topic it takes when it spoofs one."""
        self._box_id, self._neighbour = box_id, neighbour
        self._faults = [fault for fault in faults if fault.nature.acts_on == "wire"]

    def bundles(self, log: DeviceLog, records: Sequence[Record]) -> list[Bundle]:
        """What to send for these records, in the order of sending."""
        struck = {record.seq: self._strikes(log, record) for record in records}
        whole = [record for record in records if not struck[record.seq]]
        found = list(self._in_batches(log, whole))
        broken = [record for record in records if struck[record.seq]]
        for record in sorted(broken, key=lambda record: _rank(struck[record.seq], record)):
            found.append(self._alone(log, record, struck[record.seq]))
        return found

    def _strikes(self, log: DeviceLog, record: Record) -> list[Fault]:
        at = log.booted_at + timedelta(milliseconds=record.mono_ms or 0)
        return [fault for fault in self._faults if fault.strikes(at)]

    def _in_batches(self, log: DeviceLog, records: Sequence[Record]) -> Iterator[Bundle]:
        readings = [record for record in records if isinstance(record, TelemetryReading)]
        if readings:
            topic = telemetry_topic(self._box_id)
            batches = split_batches(log.boot, readings, log.start_seq or None)
            yield Bundle(
                seqs=[reading.seq for reading in readings],
                messages=[Outgoing(topic, raw) for raw in batches],
            )
        for record in records:
            if not isinstance(record, TelemetryReading):
                yield Bundle(seqs=[record.seq], messages=[self._message(log, record)])

    def _message(self, log: DeviceLog, record: Record) -> Outgoing:
        if isinstance(record, EventMessage):
            event = record
            if log.start_seq:
                event = msgspec.structs.replace(record, start_seq=log.start_seq)
            return Outgoing(event_topic(self._box_id), encode_event(event))
        topic = telemetry_topic(self._box_id)
        if isinstance(record, Unreadable):
            return Outgoing(topic, record.raw(log.boot))
        return Outgoing(topic, encode_telemetry(log.boot, [record], log.start_seq or None))

    def _alone(self, log: DeviceLog, record: Record, faults: Sequence[Fault]) -> Bundle:
        good = self._message(log, record)
        extras: list[Outgoing] = []
        retain = False
        for fault in faults:
            about = (log.boot, record.seq)
            match fault.kind:
                case "duplicate":
                    extras.append(good)
                case "flood":
                    extras += [good] * int(fault.value)
                case "malformed":
                    extras.append(_torn(good, fault.chance(*about, "how")))
                case "spoofed_topic":
                    extras.append(self._spoofed(good, fault.chance(*about, "whose")))
                case "retained":
                    retain = True
                case _:  # reorder: being alone and in another place is all of it
                    pass
        sent = Outgoing(good.topic, good.raw, retain)
        return Bundle(seqs=[record.seq], messages=[sent], extras=tuple(extras))

    def _spoofed(self, good: Outgoing, chance: float) -> Outgoing:
        root, version, shard, _, leaf = good.topic.split("/")
        if chance < 1 / 3:
            other = (int(shard, 16) + 1) % SHARDS
            return Outgoing(f"{root}/{version}/{other:02x}/{self._box_id}/{leaf}", good.raw)
        whose, raw = _NOBODY, good.raw
        if chance >= 2 / 3:
            whose = self._neighbour
            raw = b'{"box_id":"%s",' % self._box_id.encode() + good.raw[1:]
        topic = event_topic(whose) if leaf == "event" else telemetry_topic(whose)
        return Outgoing(topic, raw)


def _rank(faults: Sequence[Fault], record: Record) -> tuple[float, int]:
    """Where a struck record stands: overtaken ones by chance, others by their number."""
    shuffled = next((fault for fault in faults if fault.kind == "reorder"), None)
    return (shuffled.chance(record.seq, "rank") if shuffled else -1.0, record.seq)


def _torn(good: Outgoing, chance: float) -> Outgoing:
    """Cut short, or with a byte that no text has."""
    middle = max(1, int(len(good.raw) * (0.2 + 0.6 * chance)))
    raw = good.raw[:middle] if chance < 0.5 else good.raw[:middle] + b"\xff" + good.raw[middle:]
    return Outgoing(good.topic, raw)

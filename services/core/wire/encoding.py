"""Messages to bytes, as boxes and ingest publish them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.core.wire.messages import (
    MAX_BYTES,
    MAX_READINGS,
    VERSION,
    BatchTelemetry,
    Command,
    EventMessage,
    Receipt,
    SingleTelemetry,
    StatusMessage,
    TelemetryReading,
)

_encoder = msgspec.json.Encoder()


def encode_telemetry(
    boot: str, readings: Sequence[TelemetryReading], start_seq: int | None = None
) -> bytes:
    """One message: the single form for one reading, the batch form for more."""
    if len(readings) == 1:
        values = {name: getattr(readings[0], name) for name in TelemetryReading.__struct_fields__}
        return _encoder.encode(SingleTelemetry(v=VERSION, boot=boot, start_seq=start_seq, **values))
    return _encoder.encode(
        BatchTelemetry(v=VERSION, boot=boot, readings=tuple(readings), start_seq=start_seq)
    )


def split_batches(
    boot: str, readings: Sequence[TelemetryReading], start_seq: int | None = None
) -> list[bytes]:
    """As few messages as the limits on count and bytes allow, in the order given."""
    encoded = [(reading, len(_encoder.encode(reading)) + 1) for reading in readings]
    messages: list[bytes] = []
    group: list[TelemetryReading] = []
    # Room for the envelope: v, boot, start_seq and the brackets.
    room = MAX_BYTES - 256
    size = 0
    for reading, length in encoded:
        if group and (len(group) == MAX_READINGS or size + length > room):
            messages.append(encode_telemetry(boot, group, start_seq))
            group, size = [], 0
        group.append(reading)
        size += length
    if group:
        messages.append(encode_telemetry(boot, group, start_seq))
    return messages


def encode_event(event: EventMessage) -> bytes:
    """One event."""
    return _encoder.encode(event)


def encode_status(status: StatusMessage) -> bytes:
    """Presence, or the last will that denies it."""
    return _encoder.encode(status)


def encode_receipt(receipt: Receipt) -> bytes:
    """What ingest has stored of a box."""
    return _encoder.encode(receipt)


def encode_command(command: Command) -> bytes:
    """What a box is asked to do."""
    return _encoder.encode(command)

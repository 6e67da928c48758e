"""Our own contract, version 1: one reading or a batch of one boot, as JSON."""

from __future__ import annotations

from datetime import datetime

from services.core.wire.decoding import DecodedTelemetry, decode_telemetry
from services.core.wire.format import Format


def decode(payload: bytes, _received_at: datetime) -> tuple[DecodedTelemetry, ...]:
    """The box says boot, sequence number and time itself."""
    return (decode_telemetry(payload),)


FORMAT = Format(leaf="telemetry", decode=decode)

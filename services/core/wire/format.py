"""What every format of telemetry offers: from bytes to readings, one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.core.wire.decoding import DecodedTelemetry

Decode = Callable[[bytes, datetime], Sequence[DecodedTelemetry]]
"""Payload and instant of receipt to what they say, one part for each boot; raises Refused.

The same payload gives the same boots and sequence numbers whenever it comes; the instant of
receipt is for formats that leave the time of measurement out.
"""


class Format(NamedTuple):
    """One way of writing readings. `leaf`: the last level of the topics it is published on."""

    leaf: str
    decode: Decode

"""Moves a recording to another time: every instant by the same step, every boot to a new one.

A boot says one thing once. Readings at other times must not come under the old boot, or the
service would see a box that contradicts itself; the new boot follows from the old and the step.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from simulators.record.tape import Message


@dataclass(frozen=True, slots=True)
class Shift:
    """The same file and the same step give the same bytes."""

    step: timedelta

    def apply(self, message: Message) -> Message:
        """The message at its new time; what cannot be read as one of ours keeps its bytes."""
        if not self.step:
            return message
        return replace(message, at=message.at + self.step, payload=self._payload(message.payload))

    def _payload(self, raw: bytes) -> bytes:
        try:
            document = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return raw
        if not isinstance(document, dict):
            return raw
        self._move(document)
        readings = document.get("readings")
        for reading in readings if isinstance(readings, list) else ():
            if isinstance(reading, dict):
                self._move(reading)
        if isinstance(boot := document.get("boot"), str):
            document["boot"] = self._boot(boot)
        return msgspec.json.encode(document)

    def _move(self, record: dict[str, Any]) -> None:
        try:
            instant = datetime.fromisoformat(record["t"])
            if instant.tzinfo is None:
                return
            moved = instant.astimezone(UTC) + self.step
        except (KeyError, TypeError, ValueError, OverflowError):
            return
        record["t"] = moved.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def _boot(self, boot: str) -> str:
        step_us = self.step // timedelta(microseconds=1)
        return hashlib.sha256(f"{boot}:{step_us}".encode()).hexdigest()[:16]

"""The file of a recording: a header, then one JSON line per message in order of arrival."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
from msgspec import Struct

from services.core.domain.errors import Invalid, NotFound

_FORMAT: Literal["coldlane-recording-1"] = "coldlane-recording-1"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it arrived, or as it would have."""

    at: datetime
    topic: str
    payload: bytes


class _Header(Struct, frozen=True):
    format: Literal["coldlane-recording-1"]


class _Line(Struct, frozen=True):
    at: datetime
    topic: str
    payload: str


_header = msgspec.json.Decoder(_Header)
_line = msgspec.json.Decoder(_Line)


class TapeWriter:
    """Writes a recording; every line is with the system before the next is taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._put(_Header(_FORMAT))

    def write(self, message: Message) -> None:
        payload = base64.b64encode(message.payload).decode("ascii")
        self._put(_Line(message.at, message.topic, payload))

    def _put(self, line: Struct) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()


def read_tape(path: Path) -> Iterator[Message]:
    """Every message of a recording, in order; raises NotFound, or Invalid naming the line."""
    if not path.is_file():
        raise NotFound(f"there is no file {path}", field="file", remedy="give a recording")
    with path.open("rb") as file:
        _check_header(path, file.readline())
        for number, raw in enumerate(file, start=2):
            yield _message(path, number, raw)


def _check_header(path: Path, raw: bytes) -> None:
    try:
        _header.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(
            f"{path}:1: not the header of a recording",
            field="file",
            remedy="give a file of `simulate record`, or a CSV file with --map",
        ) from None


def _message(path: Path, number: int, raw: bytes) -> Message:
    try:
        line = _line.decode(raw)
        if line.at.tzinfo is None:
            raise ValueError("at: the offset from UTC is missing")
        return Message(line.at, line.topic, base64.b64decode(line.payload, validate=True))
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise Invalid(
            f"{path}:{number}: {error}",
            field="file",
            remedy="remove the line; the last one is cut off when a recording was killed",
        ) from None

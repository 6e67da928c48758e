"""The file of a truth: JSON lines, one header and one line a box, read and written here only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from services.core.domain.errors import Invalid, NotFound
from simulators.truth.limits import Side

Line = TypeVar("Line")


class Header(Struct, frozen=True, kw_only=True):
    """What the truth is of; `profiles` holds the documents whose numbers were used."""

    format: Literal["coldlane-truth"] = "coldlane-truth"
    version: Literal[1] = 1
    scenario: str
    seed: int
    start: str
    ended_at: str
    software: str
    boxes: int
    profiles: dict[str, dict[str, Any]]


class TrueStay(Struct, frozen=True, kw_only=True):
    """A stay outside the label. `certain`: no sampling, noise or rounding can hide it."""

    side: Side
    began_at: str
    inside_at: str | None
    over_at: str | None
    peak_c: float
    certain: bool


class Passage(Struct, frozen=True, kw_only=True):
    """When the payload truly passes a limit: `at` None when it does not before the hold ends."""

    limit: str
    side: Side
    level_c: float
    at: str | None
    happened: bool


class TrueLog(Struct, frozen=True, kw_only=True):
    """The records of one boot that must be stored, and those that may be.

    A reading is [seq, time it said in ms, temperature, true time in ms];
    an event is [seq, ms, kind]. `undelivered`: numbers the broker never answered for.
    """

    boot: str
    readings: list[tuple[int, int, float | None, int]]
    events: list[tuple[int, int, str]]
    undelivered: list[int]


class BoxTruth(Struct, frozen=True, kw_only=True):
    """Everything that is true of one box."""

    box_id: str
    shipment: str
    payload: str
    profile: str
    container: str
    sampling_s: int
    margin_k: float
    judged_from: str
    judged_until: str
    hold_until: str | None
    viable_until: str | None
    out_of_label_s: float
    min_c: float
    max_c: float
    payload_c: list[tuple[int, float, float, float]]
    excursions: list[TrueStay]
    possible: list[TrueStay]
    payload_excursions: list[TrueStay]
    passages: list[Passage]
    logs: list[TrueLog]


def write_truth(path: Path, header: Header, boxes: Iterable[BoxTruth]) -> None:
    """Write the file whole, or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as stream:
        stream.write(msgspec.json.encode(header) + b"\n")
        for box in boxes:
            stream.write(msgspec.json.encode(box) + b"\n")
    fresh.replace(path)


def read_truth(path: Path) -> tuple[Header, list[BoxTruth]]:
    """Read a file; raises NotFound, or Invalid naming the line."""
    if not path.is_file():
        raise NotFound(
            f"there is no file {path}",
            field="file",
            remedy="write one with `coldlane simulate NAME --truth FILE`",
        )
    lines = _lines(path)
    number, first = next(lines, (1, b""))
    header = _decode(first, Header, path, number)
    boxes = [_decode(line, BoxTruth, path, number) for number, line in lines]
    if len(boxes) != header.boxes:
        raise Invalid(
            f"{path} says {header.boxes} boxes and holds {len(boxes)}",
            field="file",
            remedy="it was cut off: write it again",
        )
    return header, boxes


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line


def _decode(line: bytes, kind: type[Line], path: Path, number: int) -> Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"{path}:{number}: {error}",
            field="file",
            remedy="give a file that `--truth` of this version wrote",
        ) from None

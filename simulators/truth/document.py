"""The file of a truth, JSON lines: a header, boxes, payloads; read and written here only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal

import msgspec
from msgspec import Struct

from services.core.domain.errors import Invalid, NotFound
from simulators.tables import BoundsTable
from simulators.truth.limits import Side


class Header(Struct, frozen=True, kw_only=True):
    """What the truth is of; `profiles` holds the documents whose numbers were used."""

    format: Literal["coldlane-truth"] = "coldlane-truth"
    version: Literal[2] = 2
    scenario: str
    seed: int
    start: str
    ended_at: str
    software: str
    boxes: int
    payloads: int
    clock_rate: float
    bounds: BoundsTable | None
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


class BoxTruth(Struct, frozen=True, kw_only=True, tag="box", tag_field="is"):
    """What one box is and has written."""

    box_id: str
    container: str
    logs: list[TrueLog]


class TrueInside(Struct, frozen=True, kw_only=True):
    """The time that a payload was in a box."""

    box_id: str
    begins: str
    ends: str


class PayloadTruth(Struct, frozen=True, kw_only=True, tag="payload", tag_field="is"):
    """Everything that is true of one payload, through all boxes that it was in.

    `on_paper`: as it was entered at first; `righted_at`: when wrong papers were put right.
    """

    payload: str
    shipment: str
    profile: str
    truly: list[TrueInside]
    on_paper: list[TrueInside]
    righted_at: str | None
    sampling_s: int
    margin_k: float
    judged_from: str
    judged_until: str
    hold_until: str | None
    viable_until: str | None
    hold_left_s: float | None
    out_of_label_s: float
    min_c: float | None
    max_c: float | None
    payload_c: list[tuple[int, float, float, float]]
    excursions: list[TrueStay]
    possible: list[TrueStay]
    payload_excursions: list[TrueStay]
    passages: list[Passage]

    @property
    def last_box(self) -> str:
        """Where it is now, or was at its end."""
        return self.truly[-1].box_id


class Truth(Struct, frozen=True, kw_only=True):
    """A whole file."""

    header: Header
    boxes: list[BoxTruth]
    payloads: list[PayloadTruth]


def write_truth(path: Path, header: Header, things: Iterable[BoxTruth | PayloadTruth]) -> None:
    """Write the file whole, or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as stream:
        stream.write(msgspec.json.encode(header) + b"\n")
        for thing in things:
            stream.write(msgspec.json.encode(thing) + b"\n")
    fresh.replace(path)


def read_truth(path: Path) -> Truth:
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
    things = [_decode(line, BoxTruth | PayloadTruth, path, number) for number, line in lines]
    boxes = [one for one in things if isinstance(one, BoxTruth)]
    payloads = [one for one in things if isinstance(one, PayloadTruth)]
    if (len(boxes), len(payloads)) != (header.boxes, header.payloads):
        raise Invalid(
            f"{path} says {header.boxes} boxes with {header.payloads} payloads"
            f" and holds {len(boxes)} with {len(payloads)}",
            field="file",
            remedy="it was cut off: write it again",
        )
    return Truth(header=header, boxes=boxes, payloads=payloads)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line


def _decode(line: bytes, kind: type[Any] | UnionType, path: Path, number: int) -> Any:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"{path}:{number}: {error}",
            field="file",
            remedy="give a file that `--truth` of this version wrote",
        ) from None

"""A commercial logger's CSV export as the messages that a box of ours would have sent.

Boot and sequence come from the file alone: the boot is a hash of its bytes and the box, the
sequence counts the rows of a box. The same file is the same messages, however often it is read.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from services.core.domain.errors import ColdlaneError, Invalid, NotFound
from services.core.domain.identifiers import BoxId, parse_box_id, parse_probe_id
from services.core.wire.payload import TelemetryReading, split_batches
from services.core.wire.topics import telemetry_topic
from simulators.record.mapping import Mapping
from simulators.record.tape import Message


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which file something stands."""

    path: Path
    line: int

    def refuse(self, column: str, what: str, remedy: str) -> Invalid:
        return Invalid(
            f"{self.path}:{self.line}: column {column!r}: {what}", field=column, remedy=remedy
        )


def read_export(path: Path, mapping: Mapping) -> list[Message]:
    """The messages in order of time; raises NotFound, or Invalid naming line, column, remedy."""
    if not path.is_file():
        raise NotFound(f"there is no file {path}", field="file", remedy="give a CSV file")
    content = path.read_bytes()
    logs: dict[BoxId, list[TelemetryReading]] = {}
    for place, row in _rows(path, content, mapping):
        box_id = _box_id(place, row, mapping)
        log = logs.setdefault(box_id, [])
        reading = _reading(place, row, mapping, len(log))
        if reading is not None:
            log.append(reading)
    messages = [
        message
        for box_id, log in logs.items()
        for message in _messages(box_id, log, content, mapping.batch)
    ]
    return sorted(messages, key=lambda message: (message.at, message.topic))


def boot_of(content: bytes, box_id: BoxId) -> str:
    """16 hexadecimal digits from the file's bytes and the box."""
    return hashlib.sha256(box_id.encode("ascii") + b"\n" + content).hexdigest()[:16]


def _messages(
    box_id: BoxId, log: list[TelemetryReading], content: bytes, batch: int
) -> Iterator[Message]:
    """A message arrives when its last reading was taken."""
    boot, topic = boot_of(content, box_id), telemetry_topic(box_id)
    for start in range(0, len(log), batch):
        readings = log[start : start + batch]
        at = max(reading.t for reading in readings)
        for payload in split_batches(boot, readings):
            yield Message(at, topic, payload)


def _rows(path: Path, content: bytes, mapping: Mapping) -> Iterator[tuple[_Place, dict[str, str]]]:
    """Every row as our names and the file's text."""
    try:
        lines = content.decode(mapping.file.encoding).splitlines()[mapping.file.skip_lines :]
    except (UnicodeDecodeError, LookupError) as error:
        raise Invalid(
            f"{path}: {error}", field="file.encoding", remedy="name its encoding in [file]"
        ) from None
    reader = csv.reader(lines, delimiter=mapping.file.delimiter)
    names = [name.strip() for name in next(reader, [])]
    where = _columns(_Place(path, mapping.file.skip_lines + 1), names, mapping)
    for cells in reader:
        place = _Place(path, mapping.file.skip_lines + reader.line_num)
        if any(cell.strip() for cell in cells[len(names) :]):
            remedy = "put quotes around a value that holds the delimiter, or correct the line"
            raise place.refuse(names[-1], "the row goes on behind it", remedy)
        if any(cell.strip() for cell in cells):
            yield place, {field: _cell(place, cells, names, n) for field, n in where.items()}


def _columns(place: _Place, names: list[str], mapping: Mapping) -> dict[str, int]:
    where = {}
    for field, name in mapping.columns.present().items():
        if name not in names:
            remedy = f"the file has: {', '.join(names) or 'nothing'}; see skip_lines and delimiter"
            raise place.refuse(name, "it does not stand in this line", remedy)
        where[field] = names.index(name)
    return where


def _cell(place: _Place, cells: list[str], names: list[str], number: int) -> str:
    if number >= len(cells):
        raise place.refuse(
            names[number], "the row ends before it", "complete the row, or remove the line"
        )
    return cells[number].strip()


def _box_id(place: _Place, row: dict[str, str], mapping: Mapping) -> BoxId:
    if mapping.box_id:
        return BoxId(mapping.box_id)
    try:
        return parse_box_id(row["box_id"])
    except ColdlaneError as error:
        name = mapping.columns.box_id or ""
        raise place.refuse(name, f"{row['box_id']!r} is no box", error.remedy or "") from None


def _reading(
    place: _Place, row: dict[str, str], mapping: Mapping, seq: int
) -> TelemetryReading | None:
    """None where the file says that there is no value."""
    temperature = _number(place, row, "temperature", mapping)
    if temperature is None:
        return None
    ambient = _number(place, row, "ambient", mapping)
    reading = TelemetryReading(
        seq=seq,
        t=_instant(place, row["time"], mapping),
        temp_c=mapping.to_celsius(temperature),
        clock=mapping.time.clock,
        probe=_probe(place, row, mapping),
        ambient_c=None if ambient is None else mapping.to_celsius(ambient),
        rh_pct=_number(place, row, "humidity", mapping),
        battery_pct=_number(place, row, "battery", mapping),
    )
    try:
        msgspec.convert(msgspec.to_builtins(reading), TelemetryReading)
    except msgspec.ValidationError as error:
        raise place.refuse(
            mapping.columns.temperature,
            f"the contract refuses the reading: {error}",
            "check the unit and the columns of the mapping, or remove the line",
        ) from None
    return reading


def _probe(place: _Place, row: dict[str, str], mapping: Mapping) -> str | None:
    if not row.get("probe"):
        return mapping.probe
    try:
        return parse_probe_id(row["probe"])
    except ColdlaneError as error:
        name = mapping.columns.probe or ""
        raise place.refuse(name, f"{row['probe']!r} is no probe", error.remedy or "") from None


def _number(place: _Place, row: dict[str, str], field: str, mapping: Mapping) -> float | None:
    text = row.get(field)
    if text is None or text in mapping.file.missing:
        return None
    try:
        value = float(text.replace(mapping.file.decimal, "."))
        if not isfinite(value):
            raise ValueError
    except ValueError:
        raise place.refuse(
            mapping.columns.present()[field],
            f"{text!r} is not a number",
            "correct it, or add it to missing in [file]; a decimal comma needs decimal = ','",
        ) from None
    return value


def _instant(place: _Place, text: str, mapping: Mapping) -> datetime:
    column, pattern = mapping.columns.time, mapping.time.format
    try:
        if pattern == "unix":
            return datetime.fromtimestamp(float(text), UTC)
        read = datetime.fromisoformat(text) if pattern == "iso" else _by_pattern(text, pattern)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        remedy = "correct it, or the format in [time] of the mapping"
        raise place.refuse(column, f"{text!r} is not a time as {pattern!r}", remedy) from None
    zone = ZoneInfo(mapping.time.zone)
    instant = read.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != read:
        what = f"{text!r} does not exist in {mapping.time.zone}: clocks were put forward"
        raise place.refuse(column, what, "correct it, or the zone in [time] of the mapping")
    return instant


def _by_pattern(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is put on by the caller

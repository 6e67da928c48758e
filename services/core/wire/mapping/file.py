"""Reads a mapping file; whatever is wrong in it is told with its line, its field and a remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from services.core.domain.errors import Invalid
from services.core.wire.mapping import values
from services.core.wire.mapping.rules import DeviceRule, FieldRule, MappingRules, overlap
from services.core.wire.mapping.values import Wrong

_DEVICE_KEYS = ("name", "topic", "boxes", "time", "readings", "probe", "fields")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `field` from the beginning of the file, such as device[0].topic."""

    line: int
    field: str
    detail: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.detail}; {self.remedy}"


class MappingFileInvalid(Invalid):
    """A mapping file that cannot be used; `faults` are all that were found."""

    def __init__(self, faults: list[Fault]):
        super().__init__("\n".join(map(str, faults)), field="mapping_file")
        self.faults = faults


def read_mapping(text: str) -> MappingRules:
    """Read the text of a file; raises MappingFileInvalid."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        fault = Fault(number, "file", f"not TOML: {error}", "see https://toml.io")
        raise MappingFileInvalid([fault]) from None
    return _Reading(text, document).result()


class _Reading:
    """The file while it is read: goes on after a fault, so that all are told at once."""

    def __init__(self, text: str, document: dict[str, Any]):
        self._lines = text.splitlines()
        self._document = document
        self._faults: list[Fault] = []

    def result(self) -> MappingRules:
        self._try(lambda: values.check_keys(self._document, ("version", "device"), ""))
        self._try(lambda: values.check_version(self._document))
        found = self._document.get("device")
        devices = found if isinstance(found, list) else []
        if not devices:
            self._note(Wrong("device", "no device is described", "write a [[device]] table"))
        rules = [rule for n, raw in enumerate(devices) if (rule := self._device(n, raw))]
        for one, other in combinations(rules, 2):
            if overlap(one, other) or one.name == other.name:
                what = f"shares name or topics with {one.name}"
                number = rules.index(other)
                self._note(Wrong(f"device[{number}].topic", what, "tell the two apart"))
        if self._faults:
            raise MappingFileInvalid(sorted(self._faults, key=lambda fault: fault.line))
        return MappingRules(tuple(rules))

    def _device(self, number: int, raw: Any) -> DeviceRule | None:
        at = f"device[{number}]"
        if not isinstance(raw, dict):
            self._note(Wrong(at, "is no table", "write [[device]]"))
            return None
        before = len(self._faults)
        self._try(lambda: values.check_keys(raw, _DEVICE_KEYS, at))
        name = self._try(lambda: values.name(raw, at))
        levels = self._try(lambda: values.levels(raw, at))
        boxes = self._try(lambda: values.boxes(raw, at))
        time = self._try(lambda: values.time(raw, at))
        readings = self._try(lambda: values.optional_path(raw, "readings", at))
        probe = self._try(lambda: values.optional_path(raw, "probe", at))
        fields = self._fields(raw, at)
        if len(self._faults) > before or name is None or levels is None:
            return None
        return DeviceRule(
            name=name,
            levels=levels,
            boxes=boxes,
            time=time,
            readings=readings,
            probe=probe,
            fields=fields,
        )

    def _fields(self, raw: dict[str, Any], at: str) -> dict[str, FieldRule]:
        given = raw.get("fields")
        if not isinstance(given, dict) or "temp_c" not in given:
            remedy = 'say where the temperature stands: temp_c = { field = "…", unit = "C" }'
            self._note(Wrong(f"{at}.fields.temp_c", "is missing", remedy))
            return {}
        found = {
            name: self._try(partial(values.field, name, value, f"{at}.fields.{name}"))
            for name, value in given.items()
        }
        if ("lat" in found) != ("lon" in found):
            self._note(
                Wrong(f"{at}.fields.lat", "stands without lon, or lon without it", "map both")
            )
        return {name: rule for name, rule in found.items() if rule is not None}

    def _try(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Wrong as wrong:
            self._note(wrong)
        except Invalid as error:
            self._note(Wrong(error.field or "file", error.detail, error.remedy or ""))
        return None

    def _note(self, wrong: Wrong) -> None:
        line = _line_of(self._lines, wrong.field)
        self._faults.append(Fault(line, wrong.field, wrong.detail, wrong.remedy))


def _line_of(lines: list[str], field: str) -> int:
    """The line a field stands on, or the nearest one above it that names it in part."""
    found, first, last = 1, 0, len(lines)
    if number := re.match(r"device\[(\d+)\]", field):
        heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*device\s*\]\]", line)]
        place = int(number[1])
        if place < len(heads):
            first = heads[place]
            last = heads[place + 1] if place + 1 < len(heads) else len(lines)
            found = first + 1
    for name in field.split(".")[1:] if number else [field]:
        key = re.compile(rf"""(^|[\s.{{,\[])["']?{re.escape(name)}["']?\s*(=|\])""")
        for n in range(first, last):
            if key.search(lines[n]):
                found, first = n + 1, n
                break
    return found

"""The values of a mapping file, each read by itself; what is wrong names field and remedy."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from services.core.domain.identifiers import BoxId, parse_box_id
from services.core.wire.mapping.rules import ANY_LEVEL, DEVICE_LEVEL, FieldRule, Path, TimeRule
from services.core.wire.quantities import UNITS
from services.core.wire.topics import ROOT

VERSION = 1
_FIELD_KEYS = ("field", "unit", "text", "none")
_TIME_KEYS = ("field", "as")
_TIME_FORMS = ("unix_s", "unix_ms", "rfc3339")
_FLAGS = ("lid_open",)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)


class Wrong(Exception):
    """A value that cannot be used; the line is looked for by whoever catches it."""

    def __init__(self, field: str, detail: str, remedy: str):
        self.field, self.detail, self.remedy = field, detail, remedy


def check_version(document: dict[str, Any]) -> None:
    if document.get("version") != VERSION or document["version"] is True:
        raise Wrong("version", "is not 1", "write version = 1 at the top")


def check_keys(table: dict[str, Any], known: tuple[str, ...], at: str) -> None:
    for name in table:
        if name not in known:
            near = get_close_matches(name, known, 1)
            remedy = f"write {near[0]}" if near else f"known are {', '.join(known)}"
            raise Wrong(f"{at}.{name}" if at else name, "is not known here", remedy)


def name(raw: dict[str, Any], at: str) -> str:
    name = raw.get("name")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        remedy = "give 1 to 32 of a-z, 0-9 and -; it goes into the keys: never change it"
        raise Wrong(f"{at}.name", "is missing or not a name", remedy)
    return name


def levels(raw: dict[str, Any], at: str) -> tuple[str, ...]:
    topic = raw.get("topic")
    remedy = f"write such as acme/{DEVICE_LEVEL}/up; + stands for any one level"
    if not isinstance(topic, str) or len(topic) > 200:
        raise Wrong(f"{at}.topic", "is missing or no text", remedy)
    levels = tuple(topic.split("/"))
    if levels.count(DEVICE_LEVEL) != 1:
        raise Wrong(f"{at}.topic", f"needs {DEVICE_LEVEL} as one level, once", remedy)
    if levels[0] in (ANY_LEVEL, DEVICE_LEVEL, "") or levels[0].startswith("$"):
        raise Wrong(f"{at}.topic", "must begin with a fixed level", remedy)
    if levels[0] == ROOT.split("/")[0]:
        raise Wrong(f"{at}.topic", f"lies in our own topics ({ROOT}/…)", remedy)
    for level in levels:
        if level not in (ANY_LEVEL, DEVICE_LEVEL) and re.search(r"[+#{}\x00]", level):
            raise Wrong(f"{at}.topic", f"the level {level!r} cannot be used", remedy)
    return levels


def boxes(raw: dict[str, Any], at: str) -> dict[str, BoxId] | None:
    given = raw.get("boxes")
    if given is None:
        return None
    if not isinstance(given, dict) or not given:
        raise Wrong(f"{at}.boxes", "is no table", 'write boxes = { "device" = "BOX-1" }')
    boxes = {}
    for device, box_id in given.items():
        if not isinstance(box_id, str):
            raise Wrong(f"{at}.boxes.{device}", "is no text", "give the box's name")
        boxes[device] = parse_box_id(box_id, f"{at}.boxes.{device}")
    if len(set(boxes.values())) < len(boxes):
        raise Wrong(f"{at}.boxes", "one box is named twice", "give each device a box of its own")
    return boxes


def time(raw: dict[str, Any], at: str) -> TimeRule | None:
    given = raw.get("time")
    if given == "receipt":
        return None
    remedy = 'write time = { field = "…", as = "unix_s" }, or time = "receipt"'
    if not isinstance(given, dict):
        raise Wrong(f"{at}.time", "is missing", remedy)
    check_keys(given, _TIME_KEYS, f"{at}.time")
    if given.get("as") not in _TIME_FORMS:
        raise Wrong(f"{at}.time.as", "is no form", f"write one of {', '.join(_TIME_FORMS)}")
    return TimeRule(path=_path(given.get("field"), f"{at}.time.field"), form=given["as"])


def field(name: str, given: Any, at: str) -> FieldRule:
    if name not in UNITS and name not in _FLAGS:
        known = (*UNITS, *_FLAGS)
        near = get_close_matches(name, known, 1)
        remedy = f"write {near[0]}" if near else f"known are {', '.join(known)}"
        raise Wrong(at, "is no field of a reading", remedy)
    table = {"field": given} if isinstance(given, str) else given
    if not isinstance(table, dict):
        raise Wrong(at, "is no table", f'write {name} = {{ field = "…", unit = "…" }}')
    check_keys(table, _FIELD_KEYS, at)
    path = _path(table.get("field"), f"{at}.field")
    none = table.get("none", [])
    if not isinstance(none, list) or not all(type(v) in (str, int, float) for v in none):
        raise Wrong(f"{at}.none", "is no list of values", "write none = [-999]")
    text = table.get("text", False)
    if not isinstance(text, bool):
        raise Wrong(f"{at}.text", "is neither true nor false", "write text = true")
    if name in _FLAGS:
        return FieldRule(path=path, conversion=None, none=frozenset(none))
    units = UNITS[name]
    unit = table.get("unit")
    if unit is None and isinstance(given, str) and name not in ("temp_c", "ambient_c"):
        unit = next(iter(units))
    if not isinstance(unit, str) or unit not in units:
        what = "is missing" if unit is None else f"{unit!r} is no unit of {name}"
        raise Wrong(f"{at}.unit", what, f"write one of {', '.join(units)}")
    return FieldRule(path=path, conversion=units[unit], text=text, none=frozenset(none))


def optional_path(raw: dict[str, Any], name: str, at: str) -> Path | None:
    if name not in raw:
        return None
    if name == "readings" and raw[name] == ".":
        return ()
    return _path(raw[name], f"{at}.{name}")


def _path(given: Any, at: str) -> Path:
    if not isinstance(given, str) or not given or "" in given.split("."):
        raise Wrong(at, "is no path", 'write the names of the message with dots: "data.temp"')
    return tuple(given.split("."))

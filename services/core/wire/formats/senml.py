"""SenML in JSON (RFC 8428): packs of records, resolved and put together by instant.

What a record means follows from its unit; among temperatures the name decides (see `_LABELS`).
Records of one instant are one reading. A record that cannot be used is refused alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.core.wire.decoding import DecodedTelemetry, check_size
from services.core.wire.documents import find_flaw, read_json, refusal_of
from services.core.wire.foreign import ForeignReading, checked, gather, instant_of
from services.core.wire.format import Format
from services.core.wire.keys import receipt_step
from services.core.wire.quantities import UNITS, Linear
from services.core.wire.refusals import Refused

MOST_RECORDS = 4096
VERSION = 10
RELATIVE_BELOW_S = 2**28
"""A smaller time counts from now (RFC 8428, 4.5.3)."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./_-]*", re.ASCII)
_PROBE = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_BASES = frozenset({"bn", "bt", "bu", "bv", "bs", "bver"})
_MEANING: dict[str, tuple[str, Linear]] = {
    "Cel": ("temp_c", UNITS["temp_c"]["C"]),
    "K": ("temp_c", UNITS["temp_c"]["K"]),
    "%RH": ("rh_pct", UNITS["rh_pct"]["%"]),
    "%EL": ("battery_pct", UNITS["battery_pct"]["%"]),
    "lat": ("lat", UNITS["lat"]["deg"]),
    "lon": ("lon", UNITS["lon"]["deg"]),
    "Pa": ("pressure_hpa", UNITS["pressure_hpa"]["Pa"]),
    "hPa": ("pressure_hpa", UNITS["pressure_hpa"]["hPa"]),
    "m/s2": ("shock_g", UNITS["shock_g"]["m/s2"]),
    "rad": ("tilt_deg", UNITS["tilt_deg"]["rad"]),
}
_PRODUCT = ("temp", "temperature", "payload")
_AMBIENT = ("ambient", "outside")
_LID = ("lid", "lid_open", "door")


@dataclass(slots=True)
class _Bases:
    """The base fields in force, up to the record that is read (RFC 8428, 4.1)."""

    name: str = ""
    time: float = 0.0
    unit: str | None = None
    value: float = 0.0


@dataclass(slots=True)
class _Moment:
    """Every record of one instant."""

    seconds: float
    path: str
    names: list[str] = field(default_factory=list)
    temperatures: dict[str, tuple[float, str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def decode(payload: bytes, received_at: datetime) -> Sequence[DecodedTelemetry]:
    """Read one pack; raises Refused when nothing in it can be used."""
    check_size(payload)
    records = read_json(payload)
    if not isinstance(records, list) or not 1 <= len(records) <= MOST_RECORDS:
        raise Refused(
            "wrong_type",
            f"the message is not a list of 1 to {MOST_RECORDS} records",
            remedy="send a SenML pack: a JSON array of objects",
        )
    moments: dict[int, _Moment] = {}
    refused: list[Refused] = []
    bases = _Bases()
    for number, record in enumerate(records):
        path = f"[{number}]"
        _take_bases(bases, record, path)
        try:
            _take(moments, bases, record, path)
        except Refused as refusal:
            refused.append(refusal)
    mark = sha256(payload).hexdigest()
    found: list[ForeignReading] = []
    for moment in moments.values():
        try:
            refused += _lone_position(moment)
            found.append(_reading(moment, received_at, mark))
        except Refused as refusal:
            refused.append(refusal)
    return gather(found, refused)


FORMAT = Format(leaf="senml", decode=decode)


def _take_bases(bases: _Bases, record: Any, path: str) -> None:
    """Base fields hold for all that follows, so a bad one makes the whole pack meaningless."""
    if not isinstance(record, dict):
        return
    if flaw := find_flaw({name: record[name] for name in record if name.startswith("b")}):
        raise refusal_of(flaw, path)
    if record.get("bver", VERSION) not in range(1, VERSION + 1):
        raise Refused(
            "version",
            f"{path}.bver: only versions up to {VERSION} are known",
            field=f"{path}.bver",
            remedy=f"leave bver out, or send {VERSION}",
        )
    bases.name = _text(record, "bn", path, bases.name)
    bases.unit = _text(record, "bu", path, bases.unit or "") or None
    bases.time = _number(record, "bt", path, bases.time)
    bases.value = _number(record, "bv", path, bases.value)


def _take(moments: dict[int, _Moment], bases: _Bases, record: Any, path: str) -> None:
    """Resolve one record and put it to the others of its instant; raises Refused."""
    if not isinstance(record, dict):
        raise _bad(path, "a record is a JSON object", "send objects in the pack")
    if flaw := find_flaw(record):
        raise refusal_of(flaw, path)
    for name in record:
        if name.endswith("_"):
            raise _bad(f"{path}.{name}", "must be understood and is not", "leave it out")
    if not record.keys() - _BASES:
        return
    name = bases.name + _text(record, "n", path, "")
    if _NAME.fullmatch(name) is None:
        raise _bad(f"{path}.n", "bn and n together are no SenML name", "send bn, n or both")
    seconds = bases.time + _number(record, "t", path, 0.0)
    moment = moments.setdefault(round(seconds * 1000), _Moment(seconds, path))
    _put(moment, name, _text(record, "u", path, bases.unit or ""), (record, bases.value, path))


def _put(moment: _Moment, name: str, unit: str, what: tuple[dict[str, Any], float, str]) -> None:
    record, base_value, path = what
    label = re.split(r"[:/.]", name)[-1] or name
    given = [one for one in ("v", "vs", "vb", "vd") if one in record]
    if len(given) > 1 or not (given or "s" in record):
        raise _bad(path, "a record has exactly one of v, vs, vb and vd", "send one value a record")
    value = record.get(given[0]) if given else record["s"]
    if given == ["v"] and unit in _MEANING:
        target, conversion = _MEANING[unit]
        theirs = base_value + _number(record, "v", path, 0.0)
        ours = checked(target, conversion.convert(theirs), f"{path}.v", _remedy(unit))
        if target == "temp_c" and label.lower() not in _AMBIENT:
            _once(moment.temperatures, label, (ours, path), path)
        else:
            _once(moment.values, "ambient_c" if target == "temp_c" else target, ours, path)
    elif given == ["vb"] and label.lower() in _LID:
        _once(moment.values, "lid_open", checked("lid_open", value, f"{path}.vb"), path)
    else:
        moment.extra[label] = value
        return
    moment.names.append(name)


def _once(into: dict[str, Any], name: str, value: Any, path: str) -> None:
    if name in into:
        raise _bad(path, f"{name} was said already for this instant", "send each value once")
    into[name] = value


def _reading(moment: _Moment, received_at: datetime, mark: str) -> ForeignReading:
    """The records of one instant as one reading; raises Refused."""
    said_time = moment.seconds >= RELATIVE_BELOW_S
    base = 0.0 if said_time else receipt_step(received_at).timestamp()
    instant = instant_of(base + moment.seconds, f"{moment.path}.t")
    source = " ".join(["senml", *sorted(moment.names), *([] if said_time else [mark])])
    values = {
        name: value
        for name, value in {**moment.values, **_temperatures(moment)}.items()
        if value is not None
    }
    return ForeignReading(
        instant=instant,
        source=source,
        path=moment.path,
        said_time=said_time,
        values=values,
        extra=moment.extra,
    )


def _lone_position(moment: _Moment) -> list[Refused]:
    """A position is one thing: half of it is left out, the rest of the reading stands."""
    values = moment.values
    if ("lat" in values) == ("lon" in values):
        return []
    values.pop("lat", None)
    values.pop("lon", None)
    return [_bad(moment.path, "latitude and longitude come together", "send both or none")]


def _temperatures(moment: _Moment) -> dict[str, Any]:
    """Which temperature is the product's, and which are further channels."""
    found = moment.temperatures
    if not found:
        return {}
    named = [label for label in found if label.lower() in _PRODUCT]
    if len(found) > 1 and len(named) != 1:
        raise _bad(
            moment.path,
            f"{len(found)} temperatures, and none is said to be the product's",
            "name the product's one temp, the others by their probes",
        )
    first = named[0] if named else next(iter(found))
    probe = first if not named and _PROBE.fullmatch(first) else None
    others = [
        {"probe": label, "temp_c": value} for label, (value, _) in sorted(found.items())
        if label != first
    ]  # fmt: skip
    channels = checked("channels", others or None, moment.path)
    return {"temp_c": found[first][0], "probe": probe, "channels": channels}


def _text(record: dict[str, Any], name: str, path: str, otherwise: str) -> str:
    value = record.get(name, otherwise)
    if not isinstance(value, str):
        raise _bad(f"{path}.{name}", "is not a text", "send a JSON string", "wrong_type")
    return value


def _number(record: dict[str, Any], name: str, path: str, otherwise: float) -> float:
    value = record.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise _bad(f"{path}.{name}", "is not a number of use", "send a JSON number", "wrong_type")
    return float(value)


def _remedy(unit: str) -> str:
    return f"send a number in {unit} that a sensor can mean"


def _bad(path: str, what: str, remedy: str, reason: str = "bad_value") -> Refused:
    return Refused(reason, f"{path[:80]}: {what}", field=path[:80], remedy=remedy)

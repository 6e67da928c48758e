"""A device's message read by its rule: fields found, units converted once, bad ones refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from services.core.wire.decoding import DecodedTelemetry, check_size
from services.core.wire.documents import find_flaw, read_json, refusal_of
from services.core.wire.foreign import ForeignReading, checked, gather, instant_of
from services.core.wire.format import Decode
from services.core.wire.keys import receipt_step
from services.core.wire.mapping.rules import DeviceRule, FieldRule, Path, TimeForm
from services.core.wire.messages import MAX_READINGS
from services.core.wire.refusals import Refused, join_path

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_PER_SECOND = {"unix_s": 1.0, "unix_ms": 1000.0}
_TIME_REMEDY = {
    "unix_s": "the device must send seconds since 1970, or the mapping name another form",
    "unix_ms": "the device must send milliseconds since 1970, or the mapping name another form",
    "rfc3339": "the device must send a time with its offset, or the mapping name another form",
}
_ABSENT = object()


def decoder_of(rule: DeviceRule) -> Decode:
    """The format that a rule describes."""

    def decode(payload: bytes, received_at: datetime) -> Sequence[DecodedTelemetry]:
        check_size(payload)
        document = read_json(payload)
        found: list[ForeignReading] = []
        refused: list[Refused] = []
        mark = sha256(payload).hexdigest()
        for item, path in _items(rule, document):
            reader = _Reader(rule, document, item, path, refused)
            try:
                found.append(reader.read(received_at, mark))
            except Refused as refusal:
                refused.append(refusal)
        return gather(found, _once_each(refused))

    return decode


def _once_each(refused: list[Refused]) -> list[Refused]:
    """What stands around the readings is looked at for each of them, and told once."""
    return list({(one.field, one.detail): one for one in refused}.values())


def _items(rule: DeviceRule, document: Any) -> list[tuple[Any, str]]:
    """The readings of a message with their places; raises Refused."""
    if rule.readings is None:
        return [(document, "")]
    name = ".".join(rule.readings)
    items = _follow(document, rule.readings)
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_READINGS:
        raise Refused(
            "wrong_type",
            f"{name or 'the message'} is not a list of 1 to {MAX_READINGS} readings",
            field=name or None,
            remedy="compare the message with `readings` in the mapping file",
        )
    return [(item, f"{name}[{number}]") for number, item in enumerate(items)]


class _Reader:
    """One reading of one message."""

    def __init__(
        self, rule: DeviceRule, document: Any, item: Any, path: str, refused: list[Refused]
    ):
        self._rule, self._document, self._item, self._path = rule, document, item, path
        self._refused = refused

    def read(self, received_at: datetime, mark: str) -> ForeignReading:
        """The reading; fields that cannot be used are refused alone. Raises Refused."""
        rule = self._rule
        values: dict[str, Any] = {}
        for name, field in rule.fields.items():
            try:
                value = self._value(name, field)
            except Refused as refusal:
                self._refused.append(refusal)
                continue
            if value is not None:
                values[name] = value
        if ("lat" in values) != ("lon" in values):
            values.pop("lat", None)
            values.pop("lon", None)
        probe = self._probe()
        if probe is not None:
            values["probe"] = probe
        source = ["mapping", rule.name, probe or ""]
        return ForeignReading(
            instant=receipt_step(received_at) if rule.time is None else self._time(),
            source=" ".join(source if rule.time else [*source, mark, self._path]),
            path=self._path,
            said_time=rule.time is not None,
            values=values,
        )

    def _find(self, path: Path) -> tuple[Any, str]:
        """The value in the reading, or else in the message around it, and its place."""
        value, name = _follow(self._item, path), ".".join(path)
        place = join_path(self._path, name)
        if value is _ABSENT and (around := _follow(self._document, path)) is not _ABSENT:
            value, place = around, name
        if value is not _ABSENT and (flaw := find_flaw(value)):
            raise refusal_of(flaw, place)
        return value, place

    def _value(self, name: str, field: FieldRule) -> Any:
        value, place = self._find(field.path)
        if value is _ABSENT or value is None or _means_none(value, field):
            return None
        if field.conversion is None:
            return checked(name, bool(value) if value in (0, 1) else value, place)
        if field.text:
            value = _number_in(value, place)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
            raise Refused(
                "wrong_type",
                f"{place} is not a number of use",
                field=place,
                remedy="compare the message with the mapping file; a number in a text needs text",
            )
        remedy = f"compare its unit with that of {name} in the mapping file"
        return checked(name, field.conversion.convert(value), place, remedy)

    def _probe(self) -> str | None:
        if self._rule.probe is None:
            return None
        value, place = self._find(self._rule.probe)
        if value is _ABSENT or value is None:
            return None
        probe: str = checked("probe", str(value) if type(value) is int else value, place)
        return probe

    def _time(self) -> datetime:
        rule = self._rule.time
        if rule is None:
            raise ValueError("a device without a time has none to be read")
        value, place = self._find(rule.path)
        if value is _ABSENT or value is None:
            raise Refused(
                "missing_field",
                f"{place} is missing: nobody knows when this was measured",
                field=place,
                remedy='name the field with the time in the mapping file, or say time = "receipt"',
            )
        return _instant(value, rule.form, place)


def _instant(value: Any, form: TimeForm, place: str) -> datetime:
    if form == "rfc3339" and isinstance(value, str):
        try:
            instant = msgspec.convert(value, datetime)
        except msgspec.ValidationError:
            instant = datetime(1, 1, 1)  # noqa: DTZ001  refused below, as is every naive one
        if instant.tzinfo is not None:
            return instant_of(instant.astimezone(UTC).timestamp(), place)
    elif form in _PER_SECOND and type(value) in (int, float) and abs(value) < 1e18:
        return instant_of(value / _PER_SECOND[form], place)
    raise Refused(
        "bad_time", f"{place} is no time of form {form}", field=place, remedy=_TIME_REMEDY[form]
    )


def _number_in(value: Any, place: str) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    raise Refused(
        "wrong_type",
        f"{place} is no text of a number",
        field=place,
        remedy="compare the message with `text` in the mapping file",
    )


def _means_none(value: Any, field: FieldRule) -> bool:
    return isinstance(value, str | int | float) and value in field.none


def _follow(value: Any, path: Path) -> Any:
    """The value at the end of a path; digits count in a list."""
    for name in path:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return _ABSENT
    return value

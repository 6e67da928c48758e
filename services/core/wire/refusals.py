"""Why a message is refused: a reason for machines, and field, detail and remedy for people."""

from __future__ import annotations

import re

import msgspec

from services.core.domain.errors import Invalid
from services.core.wire.messages import MAX_BYTES, MAX_READINGS


class Refused(Invalid):
    """The message, or a reading or field in it, breaks the contract and always will.

    `reason` is one of: empty, too_large, not_json, bad_text, too_deep, duplicate_key,
    missing_field, wrong_type, out_of_range, bad_time, bad_value, too_many_readings, version.
    """

    def __init__(self, reason: str, detail: str, *, field: str | None = None, remedy: str):
        super().__init__(detail, field=field, remedy=remedy)
        self.reason = reason
        self.remedy: str = remedy


_REMEDIES = {
    "v": "send v as the number 1",
    "boot": "send 8 to 32 lower-case hexadecimal digits, chosen at random at each boot",
    "seq": "send a whole number from 0 to 9007199254740991, one more for each reading",
    "start_seq": "send the whole number at which the log of this boot begins",
    "t": "send RFC 3339 with an offset, such as 2026-11-22T01:02:03.250Z",
    "temp_c": "send a number in degrees Celsius, from -273.15 to 1000",
    "clock": "send synced, free or unset",
    "mono_ms": "send whole milliseconds since boot, not below 0",
    "kind": "send one of the kinds of the contract",
    "readings": f"send a list of 1 to {MAX_READINGS} readings",
    "box_id": "leave it out: the topic says who publishes",
}
_DEFAULT_REMEDY = "compare the message with docs/reference/mqtt.md"
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")


def remedy_for(field: str | None) -> str:
    """What to do about a field, by its last name; list positions do not matter."""
    name = re.sub(r"\[.*?\]", "", field or "").rpartition(".")[2]
    return _REMEDIES.get(name, _DEFAULT_REMEDY)


def join_path(prefix: str, path: str) -> str:
    """One dotted path out of two; either may be empty."""
    return f"{prefix}.{path}" if prefix and path else prefix or path


def from_validation(error: msgspec.ValidationError, prefix: str = "") -> Refused:
    """Turn the decoder's message into a refusal that names the field and the remedy."""
    match = _AT.match(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    if missing := _MISSING.search(what):
        field = join_path(prefix, join_path(path, missing["field"]))
        detail = f"{field} is missing"
        return Refused("missing_field", detail, field=field, remedy=remedy_for(field))
    field = join_path(prefix, path)
    detail = f"{field or 'the message'}: {what[:1].lower()}{what[1:]}"
    return Refused(_reason(what, field), detail, field=field or None, remedy=remedy_for(field))


def _reason(what: str, field: str) -> str:
    if field == "v":
        return "version"
    if "timezone" in what or "datetime" in what:
        return "bad_time"
    if "length" in what and field == "readings":
        return "too_many_readings" if "<=" in what else "bad_value"
    if ">=" in what or "<=" in what or "out of range" in what:
        return "out_of_range"
    return "wrong_type" if "got" in what else "bad_value"


def time_out_of_bounds(path: str) -> Refused:
    """A year that no clock means, and that the database could not hand back."""
    field = join_path(path, "t")
    return Refused(
        "bad_time",
        f"{field} is outside the years 1900 to 2999",
        field=field,
        remedy="send the box's own time and clock: unset if it was never set",
    )


def detail_unfit(most: int) -> Refused:
    """The detail of an event that cannot be stored."""
    return Refused(
        "bad_value",
        f"detail is longer than {most} bytes, or holds what cannot be stored",
        field="detail",
        remedy="send a small object without the character U+0000",
    )


def empty() -> Refused:
    """There are no bytes."""
    return Refused("empty", "the message is empty", remedy="send one JSON object")


def too_large(size: int) -> Refused:
    """More bytes than the contract allows."""
    return Refused(
        "too_large",
        f"the message has {size} bytes, {MAX_BYTES} are allowed",
        remedy="split the readings over more messages",
    )


def not_json(error: Exception) -> Refused:
    """The bytes are no JSON document."""
    what = "a number has too many digits" if "digits" in str(error) else str(error)[:200]
    return Refused(
        "not_json",
        f"the message is not JSON: {what}",
        remedy="send one JSON object in UTF-8, without a byte order mark and nothing after it",
    )


def no_number(text: str, path: str) -> Refused:
    """NaN or an infinity where a value should stand."""
    return Refused(
        "not_json",
        f"{path} holds {text}, which is no JSON",
        field=path,
        remedy="leave the field out when there is no value, or send null if it may be absent",
    )


def bad_text() -> Refused:
    """Bytes that are not UTF-8, or text that cannot be stored."""
    return Refused(
        "bad_text", "a text in the message is not UTF-8", remedy="send every text as UTF-8"
    )


def half_a_pair(path: str) -> Refused:
    """Half a surrogate pair: JSON can write it, but it is no text."""
    return Refused(
        "bad_value",
        f"{path or 'the message'} holds half a surrogate pair, which is no text",
        field=path or None,
        remedy="send every text as UTF-8",
    )


def too_deep() -> Refused:
    """Brackets within brackets without end."""
    return Refused("too_deep", "the message is nested too deeply", remedy=_DEFAULT_REMEDY)


def duplicate_key(names: list[str], prefix: str) -> Refused:
    """One object says the same thing twice; which of the two is meant nobody can know."""
    field = join_path(prefix, names[0][:64])
    return Refused(
        "duplicate_key",
        f"{field} stands more than once in the same object",
        field=field,
        remedy="send every field once",
    )

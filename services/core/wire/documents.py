"""JSON read without forgetting: an object that names a key twice is marked, not merged."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from services.core.wire import refusals


class Doubled(dict[str, Any]):
    """An object in which a key stands more than once."""

    names: list[str]


def read_document(raw: bytes) -> dict[str, Any]:
    """Read one JSON object; objects with double keys come as `Doubled`. Raises Refused."""
    try:
        text = raw.decode("utf-8")
        document = json.loads(text, object_pairs_hook=_marked, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise refusals.bad_text() from None
    except RecursionError:
        raise refusals.too_deep() from None
    except ValueError as error:
        raise refusals.not_json(error) from None
    if not isinstance(document, dict):
        raise refusals.Refused(
            "wrong_type",
            f"the message is not an object but {type(document).__name__}",
            remedy="send one JSON object",
        )
    if found := find_doubled(document):
        raise refusals.duplicate_key(found, "")
    return document


def find_doubled(value: Any, skip: str = "readings") -> list[str]:
    """Names of keys that stand twice somewhere below, except inside the field `skip`."""
    if isinstance(value, Doubled):
        return value.names
    if isinstance(value, dict):
        value = [item for name, item in value.items() if name != skip]
    if isinstance(value, list):
        return next((names for item in value if (names := find_doubled(item, ""))), [])
    return []


def compact_json(value: object, limit: int) -> str | None:
    """The value as JSON text, or None when it is too long or the database could not hold it."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode("utf-8"))
    except ValueError:  # infinite numbers, and text with half a surrogate pair
        return None
    return text if size <= limit and "\\u0000" not in text else None


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    merged = dict(pairs)
    if len(merged) == len(pairs):
        return merged
    doubled = Doubled(merged)
    counts = Counter(name for name, _ in pairs)
    doubled.names = sorted(name for name, count in counts.items() if count > 1)
    return doubled


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")

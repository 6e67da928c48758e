"""JSON read without forgetting: what cannot be meant is marked where it stands, not merged away."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from services.core.wire import refusals


class Doubled(dict[str, Any]):
    """An object in which a key stands more than once."""

    names: list[str]


class NoNumber(str):
    """NaN or Infinity in the place of a value: no JSON, but firmware writes it."""

    __slots__ = ()


Flaw = Doubled | NoNumber
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def read_document(raw: bytes) -> dict[str, Any]:
    """Read one JSON object; its flaws stand in it as `Flaw`s. Raises Refused."""
    document = read_json(raw)
    if not isinstance(document, dict):
        raise refusals.Refused(
            "wrong_type",
            f"the message is not an object but {type(document).__name__}",
            remedy="send one JSON object",
        )
    return document


def read_json(raw: bytes) -> Any:
    """Read one JSON document of any kind; its flaws stand in it as `Flaw`s. Raises Refused."""
    try:
        text = raw.decode("utf-8")
        return json.loads(text, object_pairs_hook=_marked, parse_constant=NoNumber)
    except UnicodeDecodeError:
        raise refusals.bad_text() from None
    except RecursionError:
        raise refusals.too_deep() from None
    except ValueError as error:
        raise refusals.not_json(error) from None


def find_flaw(value: Any) -> Flaw | None:
    """The first flaw in a value; without recursion, since a box may nest as deep as it likes."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Flaw):
            return one
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return None


def has_half_a_pair(value: Any) -> bool:
    """Whether half a surrogate pair stands in it, which has no bytes; without recursion, too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and _HALF_A_PAIR.search(one):
            return True
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False


def refusal_of(flaw: Flaw, path: str) -> refusals.Refused:
    """Why the field at this path cannot be used."""
    if isinstance(flaw, Doubled):
        return refusals.duplicate_key(flaw.names, path)
    return refusals.no_number(str(flaw), path)


def compact_json(value: object, limit: int) -> str | None:
    """The value as JSON text, or None when it is too long or the database could not hold it."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode("utf-8"))
    except (ValueError, RecursionError):  # infinite numbers, half a surrogate pair, too deep
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

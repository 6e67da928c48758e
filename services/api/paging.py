"""Cursors: where a list goes on, opaque to the caller."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.api.refusals import HttpRefusal

Place = TypeVar("Place")
_LARGEST = 2**63 - 1


def cursor_for(*place: object) -> str:
    """Write a place in a list as a cursor."""
    plain = json.dumps([str(part) for part in place], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def instant_and_id(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Read a cursor of a list that is ordered by an instant and an identifier."""
    return _read(cursor, 2, _instant_and_id)


def number(cursor: str | None) -> int | None:
    """Read a cursor of a list that is ordered by a number."""
    return _read(cursor, 1, _number)


def word(cursor: str | None) -> str | None:
    """Read a cursor of a list that is ordered by a name."""
    return _read(cursor, 1, _word)


def log_place(cursor: str | None) -> tuple[datetime, int, int] | None:
    """Read a cursor of a box's log, which is ordered by an instant, a boot and a number."""
    return _read(cursor, 3, _log_place)


def identifier(cursor: str | None) -> UUID | None:
    """Read a cursor of a list that is ordered by an identifier."""
    return _read(cursor, 1, lambda parts: UUID(parts[0]))


def _read(
    cursor: str | None, length: int, convert: Callable[[Sequence[str]], Place]
) -> Place | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list) or [type(part) for part in parts] != [str] * length:
            raise ValueError("not a place")
        return convert(parts)
    except (ValueError, binascii.Error, RecursionError):
        raise HttpRefusal(
            400,
            "the cursor is not one of ours",
            field="cursor",
            remedy="use next_cursor as it was given, or leave it out to start anew",
        ) from None


def _instant_and_id(parts: Sequence[str]) -> tuple[datetime, UUID]:
    return _instant(parts[0]), UUID(parts[1])


def _log_place(parts: Sequence[str]) -> tuple[datetime, int, int]:
    return _instant(parts[0]), _number(parts[1:2]), _number(parts[2:])


def _instant(part: str) -> datetime:
    instant = datetime.fromisoformat(part)
    if instant.tzinfo is None or not 2000 <= instant.year < 2100:
        raise ValueError("not an instant of ours")
    return instant


def _number(parts: Sequence[str]) -> int:
    found = int(parts[0]) if len(parts[0]) < 20 else _LARGEST + 1
    if not 0 <= found <= _LARGEST:
        raise ValueError("not a number of ours")
    return found


def _word(parts: Sequence[str]) -> str:
    if not parts[0].isascii() or not parts[0].isprintable():
        raise ValueError("not a name of ours")
    return parts[0]

"""What is exchanged with a system outside: messages known by id and content, in any order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORM = "coldlane-exchange/1"


class Outcome(StrEnum):
    """What came of a message."""

    TAKEN = "taken"
    WAITING = "waiting"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"


MEANING: Mapping[Outcome, str] = {
    Outcome.TAKEN: "it holds; sent again, it changes nothing",
    Outcome.WAITING: "it cannot hold yet; tried again with everything that comes later",
    Outcome.OVERTAKEN: "a later version of the same booking holds already",
    Outcome.REFUSED: "it is bad, or its id was used for another content; kept, with the remedy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An outcome with its reason."""

    outcome: Outcome
    field: str | None = None
    detail: str | None = None
    remedy: str | None = None


def canonical(message: Mapping[str, Any]) -> str:
    """One way to write a content, whatever its order and blanks were; ASCII only."""
    return json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(content: str) -> bytes:
    """The fingerprint that a message is told from another one by."""
    return hashlib.sha256(content.encode("ascii")).digest()


def is_overtaken(version: int, held: int | None) -> bool:
    """Whether a later version of the booking holds already: the earlier one says nothing."""
    return held is not None and version < held

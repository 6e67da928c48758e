"""One spelling of a document, so that equal content gives equal digests."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any


def canonical(document: Any) -> bytes:
    """JSON with sorted names, no spaces, instants in ISO 8601."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_spell
    ).encode()


def digest(document: Any) -> str:
    """SHA-256 of the canonical spelling, in hexadecimal."""
    return sha256(canonical(document)).hexdigest()


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical spelling")

"""A token that another program sends, kept in a file that both can read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.core.domain.errors import Invalid

LEAST = 32
"""Characters; `openssl rand -base64 32` writes 44. Our own choice: it is not to be guessed."""


def read_token(path: Path) -> bytes:
    """The SHA-256 of the file's one line; raises Invalid without showing it."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {type(error).__name__}", remedy=_FORM) from None
    if len(token) < LEAST or len(token.split()) != 1:
        raise Invalid(f"{path} is not one line of {LEAST} signs or more", remedy=_FORM)
    return hashlib.sha256(token.encode()).digest()


_FORM = "make it: openssl rand -base64 32"

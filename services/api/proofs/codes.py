"""Random texts that prove something once: links, session secrets, recovery codes."""

from __future__ import annotations

import base64
import hashlib
import secrets

RECOVERY_CODES = 10


def new_secret() -> str:
    """256 random bits, for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of it: it is random enough that a plain digest cannot be searched."""
    return hashlib.sha256(secret.encode()).digest()


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits, in groups that can be typed from paper."""
    return [_grouped(secrets.token_bytes(10)) for _ in range(RECOVERY_CODES)]


def recovery_digest(person: str, typed: str) -> bytes:
    """What is kept of a recovery code; spaces, hyphens and case do not matter."""
    plain = "".join(sign for sign in typed.lower() if sign.isalnum())
    return digest(f"{person} {plain}")


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))

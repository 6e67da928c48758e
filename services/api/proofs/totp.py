"""Codes of six digits by time, RFC 6238, as every authenticator app makes them."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
import segno

_STEP_S = 30
_AROUND = 1
"""Steps before and after: a phone's clock may be half a minute wrong."""
_ISSUER = "Coldlane"


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 asks for."""
    return pyotp.random_base32(32).encode()


def address(secret: bytes, person: str) -> str:
    """What an authenticator app reads, as text or from the picture."""
    return pyotp.TOTP(secret.decode()).provisioning_uri(name=person, issuer_name=_ISSUER)


def picture(text: str) -> str:
    """The address as a QR code: a data address of an SVG, dark on light in both themes."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=3, light="#fff"))


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The time step that the code belongs to; None when it is wrong. Looks at all of them."""
    generator = pyotp.TOTP(secret.decode())
    present = int(now.timestamp()) // _STEP_S
    found = None
    for step in range(present - _AROUND, present + _AROUND + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            found = step
    return found

"""What the API accepts and says about certificates of boxes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import Answer, Instant, Request, Sentence

Fingerprint = Annotated[str, StringConstraints(pattern=patterns.SHA256)]
Pem = Annotated[str, StringConstraints(min_length=64, max_length=16_384)]


class NewCertificate(Request):
    """A certificate that was issued to the box. Recording it lets nobody in: the broker decides."""

    certificate: Pem = Field(description="The certificate alone, PEM; its name is the box's.")


class RevokeCertificate(Request):
    """Ending a certificate for good."""

    reason: Sentence = Field(description="Why.", examples=["box was lost at the airport"])


class BoxCertificate(Answer):
    """A certificate of a box."""

    fingerprint: str = Field(description="SHA-256 of the certificate, hexadecimal.")
    box_id: str = Field(description="The box.", examples=["CB-0007"])
    serial: str = Field(description="Its serial number, hexadecimal.")
    issuer: str = Field(description="Who issued it.", examples=["CN=Coldlane boxes"])
    state: Literal["holds", "early", "ended", "revoked"] = Field(description="Its worth now.")
    not_before: Instant = Field(description="From when it holds.")
    not_after: Instant = Field(description="Until when it holds.")
    recorded_at: Instant = Field(description="When it was recorded.")
    recorded_by: str = Field(description="Who recorded it.")
    revoked_at: Instant | None = Field(description="When it was ended.")
    revoke_reason: str | None = Field(description="Why.")

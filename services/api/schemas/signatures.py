"""How a signature is shown beside what was signed."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant


class Signature(Answer):
    """A signature: its meaning, its signer, and the digest of the record that it is bound to."""

    signature_id: Identifier = Field(description="The signature.")
    entity: str = Field(description="What kind of thing was signed.", examples=["profile_move"])
    entity_id: str = Field(description="Which one.")
    meaning: str = Field(description="What the signer says by it.", examples=["approved"])
    signed_by: str = Field(description="Who.")
    signed_at: Instant = Field(description="When.")
    sha256: str = Field(description="SHA-256 of the record as it was signed, hexadecimal.")

"""What the API accepts and says about sharing a shipment with another organisation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence

Party = Literal[
    "applicant", "shipper", "carrier", "customs_site", "consignee", "authority", "sponsor",
    "auditor",
]  # fmt: skip


class NewGrant(Request):
    """Sharing a shipment: what belongs to it can be seen by the organisation's people."""

    organisation: Annotated[str, StringConstraints(pattern=patterns.PROFILE)] = Field(
        description="With whom, by its short name.", examples=["lingang-hospital"]
    )
    party: Party = Field(description="As what.", examples=["consignee"])
    starts_at: Instant | None = Field(default=None, description="From when on; now if left out.")
    ends_at: Instant | None = Field(
        default=None, description="Until when; until it is revoked if left out."
    )
    reason: Sentence = Field(description="Why; kept in the audit trail.", examples=["consignee"])


class RevokeGrant(Request):
    """Ending a grant for good."""

    reason: Sentence = Field(description="Why.", examples=["handed over"])


class Grant(Answer):
    """A shipment is shared with an organisation."""

    id: Identifier = Field(description="Identifier.")
    shipment_id: Identifier = Field(description="The shipment.")
    organisation: str = Field(description="With whom.")
    party: Literal["owner"] | Party = Field(description="As what.")
    starts_at: Instant | None = Field(description="From when on; null: from its entry.")
    ends_at: Instant | None = Field(description="Until when; null: until it is revoked.")
    in_force: bool = Field(description="Whether it shows anything now.")
    granted_by: str | None = Field(description="Who shared it.")
    granted_at: Instant = Field(description="When.")
    reason: str | None = Field(description="Why.")
    appointment_id: Identifier | None = Field(
        description="The booking that shared it, and ends it with itself."
    )
    revoked_at: Instant | None = Field(description="When it was ended.")
    revoked_by: str | None = Field(description="Who ended it.")
    revoke_reason: str | None = Field(description="Why.")

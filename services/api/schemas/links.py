"""What the API accepts and says about links that show a shipment without signing in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from services.api.schemas.base import Answer, Flag, Identifier, Instant, Label, Request, Sentence

LONGEST_H = 336
"""Two weeks: longer than a journey, shorter than a habit. Own choice, grade O."""


class NewLink(Request):
    """A link for somebody who has no account."""

    made_for: Label = Field(
        description="For whom, by what they are; no name of a person.",
        examples=["courier of the last mile"],
    )
    hours: Annotated[int, Strict(), Field(ge=1, le=LONGEST_H)] = Field(
        default=72, description="How long it shows anything.", examples=[72]
    )


class RevokeLink(Request):
    """Ending a link for good."""

    reason: Sentence = Field(description="Why.", examples=["sent to the wrong address"])


class SharedLink(Answer):
    """A link to a shipment, without its address."""

    id: Identifier = Field(description="Identifier.")
    shipment_id: Identifier = Field(description="The shipment.")
    made_for: str = Field(description="For whom.")
    created_by: str | None = Field(description="Who made it.")
    created_at: Instant = Field(description="When.")
    ends_at: Instant = Field(description="Until when it shows anything.")
    holds: Flag = Field(description="Whether it shows anything now.")
    revoked_at: Instant | None = Field(description="When it was ended.")
    revoke_reason: str | None = Field(description="Why.")


class FreshLink(SharedLink):
    """A link as it is made."""

    path: str = Field(
        description="Where it leads, behind this server's address. It is not kept.",
        examples=["/s/4wq…"],
    )

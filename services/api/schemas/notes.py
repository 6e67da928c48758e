"""What the API accepts and says about notes on a shipment."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence


class NewShipmentNote(Request):
    """Something that whoever follows the shipment should know; it is never changed."""

    words: Sentence = Field(
        description="What, without names or numbers of patients.",
        examples=["courier waits at gate 3"],
    )


class ShipmentNote(Answer):
    """A note that somebody wrote on a shipment."""

    note_id: Identifier = Field(description="Identifier.")
    shipment_id: Identifier = Field(description="The shipment.")
    written_at: Instant = Field(description="When it was written.")
    written_by: str | None = Field(
        description="Who wrote it; null for people of other organisations.", examples=["Chen Yu"]
    )
    organisation: str | None = Field(
        description="The author's organisation; null: that of the installation.",
        examples=["lingang-hospital"],
    )
    words: str = Field(description="What they wrote.")

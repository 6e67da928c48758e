"""What the API says about notices."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence, Word

DeliveryState = Literal["pending", "delivered", "given_up"]


class Delivery(Answer):
    """One channel's copy of a notice, and what became of it."""

    channel: str = Field(description="Name of the channel.", examples=["night-sms"])
    state: DeliveryState = Field(description="Where it stands.")
    attempts: int = Field(description="How often it was tried.")
    next_try_at: Instant | None = Field(description="When it is tried again.")
    delivered_at: Instant | None = Field(description="When the receiver took it.")
    last_error: str | None = Field(description="What went wrong last.")
    courier_done_at: Instant | None = Field(description="When a courier answered by its link.")


class NoticeOut(Answer):
    """Something that people were to be told."""

    id: Identifier = Field(description="Identifier; receivers see it as `webhook-id`.")
    kind: str = Field(description="What it is about.", examples=["alarm"])
    audience: str = Field(description="For whom, by what they are.", examples=["operator"])
    level: int = Field(description="How far up the chain of calls.")
    body: dict[str, Any] = Field(description="What was told.")
    created_at: Instant = Field(description="When it was caused.")
    delivered_at: Instant | None = Field(description="When the last channel had delivered it.")
    deliveries: list[Delivery] = Field(description="By channel.")


class ReplayNotice(Request):
    """Sending a notice once more, with the same identifier."""

    channel: Word = Field(description="By which channel.", examples=["webhook"])
    reason: Sentence = Field(description="Why.", examples=["their server was restored"])

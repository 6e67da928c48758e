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


class Way(Answer):
    """A channel by which people are told, without what reaches them."""

    name: str = Field(description="Its name in receipts.", examples=["night-sms"])
    kind: Literal["log", "apprise", "sms", "voice", "webhook"] = Field(description="What it is.")
    audiences: list[str] = Field(description="Whom it reaches, by what they are; empty: all.")
    priorities: list[int] = Field(description="Alarms of these priorities.")
    language: Literal["en", "zh"] | None = Field(default=None, description="Of its readers.")
    zone: str | None = Field(default=None, description="Of its readers.", examples=["UTC"])
    courier_link: bool = Field(default=False, description="Whether it adds a courier's link.")
    keep_alive_h: float | None = Field(
        description="Hours between two notices that all is well; null: none."
    )


class CallStep(Answer):
    """Who is told, so long after an alarm began to sound."""

    after_min: float = Field(description="Minutes after.", examples=[5])
    audience: str = Field(description="Whom.", examples=["shift_lead"])


class CallChain(Answer):
    """Who is called when nobody takes an alarm of this priority."""

    priority: int = Field(description="The priority.", examples=[1])
    steps: list[CallStep] = Field(description="In order.")
    again_min: float | None = Field(description="Minutes until the last step comes again.")


class Ways(Answer):
    """How people are told, as alerts said with its last beat."""

    as_of: Instant | None = Field(description="When it beat; null: never.")
    live: bool = Field(description="Whether it beat a moment ago: else nobody is told now.")
    items: list[Way] = Field(description="The channels, in the order of the file.")
    chains: list[CallChain] = Field(description="By priority.")


class TestNotice(Request):
    """A notice by which one sees whether a channel reaches its people."""

    channel: Word = Field(description="By which channel.", examples=["night-sms"])


class ReplayNotice(Request):
    """Sending a notice once more, with the same identifier."""

    channel: Word = Field(description="By which channel.", examples=["webhook"])
    reason: Sentence = Field(description="Why.", examples=["their server was restored"])

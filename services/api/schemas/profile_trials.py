"""What the API says about a trial: past journeys, judged once more by other numbers."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant


class TriedAlarm(Answer):
    """An alarm that the readings ask for."""

    kind: str = Field(description="What is wrong.", examples=["excursion"])
    subject: str = Field(description="Which limit, side or budget.", examples=["high"])
    began_at: Instant = Field(description="Since when.")
    returned_at: Instant | None = Field(description="Until when; null for what lasts.")


class TriedVerdict(Answer):
    """How a journey stands at its end, or now."""

    condition: str = Field(description="The condition.", examples=["IN_RANGE"])
    viable_until: Instant | None = Field(description="Until when it is viable, cautiously.")
    alarms: list[TriedAlarm] = Field(description="What would have rung.")


class TriedJourney(Answer):
    """One bag of a shipment, judged twice over the same readings."""

    shipment_id: Identifier = Field(description="The shipment.")
    shipment_reference: str = Field(description="Its reference.")
    bag: int = Field(description="Which of its bags.")
    version: int = Field(description="The version that it is judged by.")
    readings: int = Field(description="How many readings it has.")
    then: TriedVerdict = Field(description="By its own version.")
    would: TriedVerdict = Field(description="By the version that is tried.")
    come: list[TriedAlarm] = Field(description="Alarms that would have come beside.")
    gone: list[TriedAlarm] = Field(description="Alarms that would not have come.")
    longer_s: float | None = Field(description="By so much later the viability would end.")
    same: bool = Field(description="Whether nothing would be otherwise.")


class ProfileTrial(Answer):
    """What a version would have made of past journeys; nothing of it is stored."""

    profile_id: str = Field(description="The profile that is tried.")
    version: int = Field(description="Its version.")
    over_profile_id: str = Field(description="The profile whose journeys are looked at.")
    days: int = Field(description="Packed in so many days.")
    as_of: Instant = Field(description="When it was tried.")
    journeys: int = Field(description="How many bags there are.")
    tried: int = Field(description="How many of them were looked at, those packed last.")
    readings: int = Field(description="How many readings they have.")
    different: int = Field(description="How many of those would be judged otherwise.")
    items: list[TriedJourney] = Field(description="The one packed last first.")

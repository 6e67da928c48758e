"""What the API says about how many alarms people are asked to look after."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Count, Identifier, Instant


class HourOfAlarms(Answer):
    """The alarms that were raised within one hour."""

    start: Instant = Field(description="When the hour begins.")
    raised: Count = Field(description="How many were raised in it.", examples=[3])
    urgent: Count = Field(description="How many of them have priority 1.", examples=[0])


class FrequentAlarm(Answer):
    """A condition that comes again and again: its kind, and on what."""

    kind: str = Field(description="Kind of alarm.", examples=["no_data"])
    priority: int = Field(description="The highest priority it was raised with.", examples=[2])
    shipment_id: Identifier | None = Field(description="The shipment.")
    shipment_reference: str | None = Field(description="Its reference.", examples=["CT-00417"])
    box_id: str | None = Field(description="The box.", examples=["CB-0007"])
    raised: Count = Field(description="How often it was raised.", examples=[7])
    last_raised_at: Instant = Field(description="When it was last raised.")


class AlarmLoad(Answer):
    """Alarms by the hour beside what one person can look after, and the most frequent ten."""

    bearable_per_hour: Count = Field(
        description="What one person can look after in an hour.", examples=[6]
    )
    hours: list[HourOfAlarms] = Field(
        description="The hours, oldest first; the last one is not over yet."
    )
    most_frequent: list[FrequentAlarm] = Field(
        description="The ten that were raised most often in these hours, most often first."
    )

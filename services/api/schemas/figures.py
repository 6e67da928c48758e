"""What the API says of a site's days."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.api.schemas.base import Answer


class SiteDay(Answer):
    """A day at a site, on its own clock. Null: nothing was there to count. No firm is named."""

    day: date = Field(description="The day, in the site's zone.")
    arrivals: int = Field(description="Shipments that arrived.")
    inspections: int = Field(description="Inspections that began.")
    cleared: int = Field(description="Shipments cleared by customs.")
    arrival_to_clearance_median_s: float | None = Field(description="Seconds, median.")
    arrival_to_clearance_p90_s: float | None = Field(description="Seconds, nine of ten.")
    slack_at_clearance_median_s: float | None = Field(
        description="Seconds left to leave in time when it was cleared, median."
    )
    slack_at_clearance_least_s: float | None = Field(description="The least of them.")
    begun_too_late: int = Field(description="Inspections begun after the latest start.")
    losses: int = Field(description="Shipments that QA rejected; software decides none.")
    overrides: int = Field(description="Officers' overrides of the plan.")
    moves: int = Field(description="Appointments that were moved.")
    utilisation: float | None = Field(description="Inspected share of the published bay time.")
    applicants: int = Field(description="How many firms had an inspection.")
    waiting_gini: float | None = Field(
        description="Unequal waiting between firms, 0 … 1; null below three firms."
    )


class SiteFigures(Answer):
    """Days of a site."""

    site_id: str = Field(description="The site.", examples=["PVG"])
    zone: str = Field(description="Time zone of the days.", examples=["Asia/Shanghai"])
    simulated: bool = Field(description="Not a real site.")
    days: list[SiteDay] = Field(description="Oldest first.")

"""What the API accepts and says about loggers of bays."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence
from services.api.schemas.boxes import BoxName

Celsius = Annotated[float, Strict(), Field(ge=-273.15, le=100)]


class NewLogger(Request):
    """A room's logger that watches a bay from now on."""

    box_id: BoxName = Field(description="A box of the kind `room`.", examples=["PVG-C1-LOG"])
    low_c: Celsius | None = Field(
        default=None, description="Lowest; when left out, what the class of the bay says."
    )
    high_c: Celsius | None = Field(default=None, description="Highest; likewise.")


class EndOfLogger(Request):
    """A logger that is taken out of its bay."""

    box_id: BoxName = Field(description="The logger.")
    reason: Sentence = Field(description="Why.", examples=["sent for calibration"])


class BayLogger(Answer):
    """A logger in a bay."""

    id: Identifier = Field(description="Identifier.")
    box_id: str = Field(description="The logger.")
    low_c: float | None = Field(description="Lowest, °C; null: not judged.")
    high_c: float | None = Field(description="Highest, °C; null: not judged.")
    since: Instant = Field(description="Since when.")
    until: Instant | None = Field(description="Until when; null while it is there.")
    recorded_by: str = Field(description="By whom.")
    reason: str | None = Field(description="Why it was taken out.")


class BayFault(Answer):
    """Something that makes a bay unfit."""

    why: Literal["out_of_range", "silent", "no_power"] = Field(description="What.")
    box_id: str = Field(description="By which logger.")
    since: Instant = Field(description="Since when.")


class BayRoom(Answer):
    """What a bay's loggers say of it."""

    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    loggers: list[BayLogger] = Field(description="Its loggers, also those it had.")
    temperature_c: float | None = Field(description="The newest reading of one of them.")
    measured_at: Instant | None = Field(description="When that was.")
    faults: list[BayFault] = Field(description="Why it cannot be used now; empty when it can.")
    inside: list[str] = Field(description="Shipments inside, by reference.")
    booked: list[str] = Field(description="Shipments booked within a day, by reference.")

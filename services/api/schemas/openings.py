"""What the API says about when a site takes inspections: openings, closures, fitness, routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict, model_validator

from services.api.schemas.base import (
    Answer,
    Day,
    Flag,
    Identifier,
    Instant,
    Minutes,
    Request,
    Sentence,
)
from services.api.schemas.customs import OpenStretch
from services.api.schemas.sites import PlaceName


class NewOpening(Request):
    """A time in which a bay takes inspections."""

    bay_id: PlaceName = Field(description="The bay.", examples=["PVG-C1"])
    from_: Instant = Field(alias="from", description="From.")
    to: Instant = Field(description="Until.")


class CopyOpenings(Request):
    """Publish a day or a week again, on the site's clock."""

    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = Field(
        description="The local day, or the first of the week.", examples=["2026-11-30"]
    )
    unit: Literal["day", "week"] = Field(description="What is copied.")
    times: Annotated[int, Strict(), Field(ge=1, le=60)] = Field(
        description="So often, one behind another."
    )
    bays: list[PlaceName] = Field(default=[], max_length=64, description="None: all of the site.")


class BayOpenings(Answer):
    """What was published of one bay."""

    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    published: list[OpenStretch] = Field(description="As it was published.")
    open: list[OpenStretch] = Field(description="Within the hours, less what is closed.")


class Openings(Answer):
    """What a site has published, by bay."""

    items: list[BayOpenings] = Field(description="Its bays.")


class NewClosure(Request):
    """A time in which a bay takes nobody, or days on which a site is shut."""

    bay_id: PlaceName | None = Field(
        default=None, description="The bay; when left out, every bay of the site."
    )
    from_: Instant | None = Field(default=None, alias="from", description="From.")
    to: Instant | None = Field(default=None, description="Until.")
    days: list[Day] = Field(
        default=[],
        max_length=60,
        description="Whole days on the site's clock, such as public holidays; instead of from, to.",
        examples=[["2027-02-06", "2027-02-07"]],
    )
    reason: Sentence = Field(description="Why.", examples=["defrosting"])

    @model_validator(mode="after")
    def _either(self) -> NewClosure:
        given = (self.from_ is not None, self.to is not None)
        if given != ((False, False) if self.days else (True, True)):
            raise ValueError("give either from and to, or days")
        return self


class Closure(Answer):
    """A time in which a bay takes nobody."""

    closure_id: Identifier = Field(description="Identifier.")
    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    start: Instant = Field(description="From.")
    end: Instant = Field(description="Until.")
    reason: str = Field(description="Why.")
    withdrawn_at: Instant | None = Field(description="When it was taken back.")


class Closures(Answer):
    """The closures of a site's bays that are not over."""

    items: list[Closure] = Field(description="By their beginning.")


class Fitness(Request):
    """Whether a bay can take inspections."""

    fit: Flag = Field(description="Whether it can.")
    reason: Sentence = Field(description="Why.", examples=["room logger without power"])


class NewRoute(Request):
    """A way under customs control to a supervised site."""

    to_site_id: PlaceName = Field(description="Where it leads.", examples=["ZJ"])
    transfer_min: Minutes = Field(description="From the terminal to the bay there, minutes.")
    direct_distribution: Flag = Field(
        default=True, description="From there straight to the consignee."
    )


class Routes(Request):
    """All routes that begin at a site."""

    routes: list[NewRoute] = Field(max_length=16, description="In place of those that stand.")

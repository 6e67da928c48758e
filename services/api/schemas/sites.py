"""What the API says about inspection sites and their bays."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from services.api.schemas import patterns
from services.api.schemas.base import (
    Answer,
    Count,
    Flag,
    Instant,
    Latitude,
    Longitude,
    Minutes,
    OwnerName,
    Request,
    Word,
)

PlaceName = Annotated[str, StringConstraints(pattern=patterns.PLACE)]
BayClass = Literal["cold_2_8", "cryogenic", "ambient", "apron", "remote"]


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("name a zone of the IANA database, for example Asia/Shanghai")
    return value


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
Places = Annotated[int, Strict(), Field(ge=1, le=64)]
Regime = Annotated[str, StringConstraints(pattern=patterns.CODE)]
Equipment = Annotated[str, StringConstraints(pattern=patterns.EQUIPMENT)]
OwnMinutes = Annotated[int, Strict(), Field(ge=1, le=1440)]
SlotMinutes = Annotated[int, Strict(), Field(ge=5, le=240)]


class NewBay(Request):
    """An inspection bay with the grid of slots it publishes."""

    bay_id: PlaceName = Field(description="Unique over all sites.", examples=["PVG-C1"])
    name_en: Word = Field(description="Name in English.", examples=["Cold bay 1"])
    name_zh: Word = Field(description="Name in Chinese.", examples=["冷藏查验间1"])
    bay_class: BayClass = Field(description="What may be opened in it.", examples=["cold_2_8"])
    places: Places = Field(default=1, description="Inspections at the same time.")
    slot_min: SlotMinutes = Field(default=15, description="Minutes between two slot starts.")
    published_from: Instant | None = Field(
        default=None, description="First slot; when left out, the present hour."
    )
    published_until: Instant | None = Field(
        default=None, description="End of the published grid; when left out, seven days on."
    )
    equipment: list[Equipment] = Field(
        default=[], max_length=20, description="What it has.", examples=[["ln2_refill"]]
    )
    inspection_min: OwnMinutes | None = Field(
        default=None, description="An inspection here, minutes; when left out, the site's."
    )
    transfer_min: Minutes = Field(
        default=0, description="From where the site's goods stand ready to this bay, minutes."
    )


class OwnTimes(Request):
    """Minutes of a bay's own."""

    inspection_min: OwnMinutes | None = Field(description="Null: as long as the site's.")
    transfer_min: Minutes = Field(description="From where the site's goods stand ready, minutes.")


class OpenHours(Request):
    """Hours of some days of the week, on the site's clock."""

    days: list[Annotated[int, Strict(), Field(ge=1, le=7)]] = Field(
        min_length=1, max_length=7, description="1 is Monday.", examples=[[1, 2, 3, 4, 5]]
    )
    from_min: Minutes = Field(description="Minutes of the local day.", examples=[480])
    until_min: Minutes = Field(description="The same; 1440 is midnight.", examples=[1200])

    @model_validator(mode="after")
    def _forward(self) -> OpenHours:
        if self.until_min <= self.from_min:
            raise ValueError("until_min must lie after from_min; split hours at midnight")
        return self


class SiteRules(Request):
    """What a site decides about its slots; what is left out stays."""

    hours: list[OpenHours] | None = Field(
        default=None, max_length=21, description="Null or none: open day and night."
    )
    reserve_share: Annotated[float, Strict(), Field(ge=0, le=1)] = Field(
        default=0.3, description="Share of each hour kept for urgent shipments."
    )
    reserve_until_min: Minutes = Field(
        default=180, description="So long before, what is kept is everybody's."
    )
    freeze_min: Minutes = Field(default=60, description="What begins sooner is not moved.")
    grace_min: Minutes = Field(default=30, description="So late, it was not shown.")
    answer_min: Annotated[int, Strict(), Field(ge=1, le=1440)] = Field(
        default=15, description="So long an officer has for an answer."
    )
    book_ahead_h: Annotated[int, Strict(), Field(ge=1, le=720)] = Field(
        default=72, description="Slots later than that after arrival are asked for."
    )
    quota_regimes: list[Regime] | None = Field(
        default=None,
        max_length=10,
        description="Ways of facilitation whose members may use what is kept for urgent shipments"
        " while it is kept. Null: whoever is urgent.",
        examples=[["joint_supervision", "institution_whitelist"]],
    )


class NewSite(SiteRules):
    """An inspection site."""

    site_id: PlaceName = Field(description="Short name of the site.", examples=["PVG"])
    name_en: Word = Field(description="Name in English.", examples=["Pudong Airport"])
    name_zh: Word = Field(description="Name in Chinese.", examples=["浦东机场"])
    zone: Zone = Field(description="Its time zone.", examples=["Asia/Shanghai"])
    lat: Latitude = Field(description="Latitude, degrees, WGS 84.", examples=[31.1443])
    lon: Longitude = Field(description="Longitude, degrees, WGS 84.", examples=[121.8083])
    picking_min: Minutes = Field(default=30, description="Landing to bay, minutes.")
    inspection_min: Minutes = Field(default=15, description="An inspection, minutes.")
    receiving_min: Minutes = Field(default=30, description="Receiving at the end, minutes.")
    onward_min: Minutes = Field(default=60, description="Bay to consignee, minutes.")
    simulated: Flag = Field(default=False, description="Not a real site.")
    bays: list[NewBay] = Field(default=[], max_length=64, description="Its bays.")
    owner: OwnerName = None


class SiteChange(SiteRules):
    """What may change about a site; what is left out stays."""

    name_en: Word = Field(default="", description="Name in English.")
    name_zh: Word = Field(default="", description="Name in Chinese.")
    picking_min: Minutes = Field(default=0, description="Landing to bay, minutes.")
    inspection_min: Minutes = Field(default=0, description="An inspection, minutes.")
    receiving_min: Minutes = Field(default=0, description="Receiving at the end, minutes.")
    onward_min: Minutes = Field(default=0, description="Bay to consignee, minutes.")


class Bay(Answer):
    """An inspection bay."""

    bay_id: str = Field(description="Its name, unique over all sites.", examples=["PVG-C1"])
    name_en: str = Field(description="Name in English.")
    name_zh: str = Field(description="Name in Chinese.")
    bay_class: BayClass = Field(description="What may be opened in it.")
    places: int = Field(description="Inspections at the same time.", examples=[2])
    slot_min: int = Field(description="Minutes between two slot starts.", examples=[15])
    published_from: Instant = Field(description="First published slot.")
    published_until: Instant = Field(description="End of the published grid.")
    revision: Count = Field(description="Grows with every change.")
    equipment: list[str] = Field(description="What it has.", examples=[["ln2_refill"]])
    unfit_since: Instant | None = Field(description="Since when it takes nobody.")
    unfit_reason: str | None = Field(description="Why it takes nobody.")
    inspection_min: int | None = Field(description="An inspection here; null: the site's minutes.")
    transfer_min: int = Field(description="From where the site's goods stand ready, minutes.")


class SiteRoute(Answer):
    """A way under customs control to a supervised site."""

    to_site_id: str = Field(description="Where it leads.", examples=["ZJ"])
    transfer_min: int = Field(description="From the terminal to the bay there, minutes.")
    direct_distribution: bool = Field(description="From there straight to the consignee.")


class Site(Answer):
    """An inspection site with its bays."""

    site_id: str = Field(description="Short name.", examples=["PVG"])
    name_en: str = Field(description="Name in English.")
    name_zh: str = Field(description="Name in Chinese.")
    zone: str = Field(description="Time zone.", examples=["Asia/Shanghai"])
    lat: float = Field(description="Latitude, degrees, WGS 84.")
    lon: float = Field(description="Longitude, degrees, WGS 84.")
    picking_min: int = Field(description="Landing to bay, minutes.")
    inspection_min: int = Field(description="An inspection, minutes.")
    receiving_min: int = Field(description="Receiving at the end, minutes.")
    onward_min: int = Field(description="Bay to consignee, minutes.")
    simulated: bool = Field(description="Not a real site.")
    revision: Count = Field(description="Grows with every change.")
    bays: list[Bay] = Field(description="Its bays.")
    routes: list[SiteRoute] = Field(description="Other sites that its goods may be inspected at.")
    hours: list[OpenHours] | None = Field(description="Null: open day and night.")
    reserve_share: float = Field(description="Share of each hour kept for urgent shipments.")
    reserve_until_min: int = Field(description="So long before, it is everybody's.")
    freeze_min: int = Field(description="What begins sooner is not moved.")
    grace_min: int = Field(description="So late, it was not shown.")
    answer_min: int = Field(description="So long an officer has for an answer.")
    book_ahead_h: int = Field(description="Slots later than that after arrival are asked for.")
    quota_regimes: list[str] | None = Field(
        description="Whose urgent shipments the reserve is kept for; null: everybody's."
    )

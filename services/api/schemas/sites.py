"""What the API says about inspection sites and their bays."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, Strict, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import (
    Answer,
    Count,
    Flag,
    Instant,
    Latitude,
    Longitude,
    Minutes,
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


class NewSite(Request):
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


class SiteChange(Request):
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

"""Where boxes go: real airports, cities and sites, with the weather they stand in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

_DAY_S = 86_400.0
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Climate:
    """A yearly and a daily sine: mean and half swings in °C."""

    mean_c: float
    season_c: float
    day_c: float


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map and its weather."""

    code: str
    name: str
    lat: float
    lon: float
    climate: Climate

    def outdoors_c(self, at: datetime) -> float:
        """Air temperature outside: warmest at the end of July and at three in the afternoon."""
        day = at.timetuple().tm_yday
        solar_s = (at.hour * 3600 + at.minute * 60 + at.second + self.lon * 240.0) % _DAY_S
        season = math.cos(2 * math.pi * (day - 208) / _YEAR_DAYS)
        hour = math.cos(2 * math.pi * (solar_s - 15 * 3600) / _DAY_S)
        swing_c = self.climate.season_c * season + self.climate.day_c * hour
        return self.climate.mean_c + swing_c


# Climate: monthly means, rounded (general knowledge, grade K).
_SHANGHAI = Climate(17, 12, 4)
_PEARL_RIVER = Climate(23.5, 6, 3)
_KANTO = Climate(15, 11, 4)
_RHINE_MAIN = Climate(11, 9.5, 4.5)
_LOS_ANGELES = Climate(17.5, 4, 5)

# Airports: published reference points. Sites and cities: the district, not a firm's address.
_PLACES = (
    Place("PVG", "Shanghai Pudong", 31.1434, 121.8052, _SHANGHAI),
    Place("ZJ", "Zhangjiang", 31.2034, 121.5904, _SHANGHAI),
    Place("HKG", "Hong Kong Airport", 22.3080, 113.9185, _PEARL_RIVER),
    Place("HKC", "Hong Kong", 22.2700, 114.1310, _PEARL_RIVER),
    Place("MFM", "Macau Airport", 22.1496, 113.5915, _PEARL_RIVER),
    Place("MFC", "Macau", 22.1930, 113.5500, _PEARL_RIVER),
    Place("NRT", "Tokyo Narita", 35.7647, 140.3864, _KANTO),
    Place("TYO", "Tokyo", 35.6760, 139.7650, _KANTO),
    Place("FRA", "Frankfurt Airport", 50.0379, 8.5622, _RHINE_MAIN),
    Place("LAX", "Los Angeles Airport", 33.9425, -118.4081, _LOS_ANGELES),
    Place("LAC", "Los Angeles", 34.0540, -118.2430, _LOS_ANGELES),
    Place("FFM", "Frankfurt", 50.0940, 8.6590, _RHINE_MAIN),
)

PLACES = {place.code: place for place in _PLACES}

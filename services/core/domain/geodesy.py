"""Distances on the ground, as exact as a question of "is it there" needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt

EARTH_KM = 6371.0088
"""Mean radius (IUGG 1980, R1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named point on the ground."""

    name: str
    lat: float
    lon: float


def distance_km(lat: float, lon: float, place: Place) -> float:
    """Along the great circle (haversine)."""
    half_lat, half_lon = radians(place.lat - lat) / 2, radians(place.lon - lon) / 2
    square = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(place.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(square)))


def distance_from_way_km(lat: float, lon: float, begin: Place, end: Place) -> float:
    """To the straight way between two places, on a plane that touches at its beginning.

    For ways of some hundred kilometres; its error there is below one part in a hundred.
    """
    x, y = _flat(begin, lat, lon)
    end_x, end_y = _flat(begin, end.lat, end.lon)
    length = end_x * end_x + end_y * end_y
    part = 0.0 if length == 0 else min(1.0, max(0.0, (x * end_x + y * end_y) / length))
    return hypot(x - part * end_x, y - part * end_y)


def _flat(origin: Place, lat: float, lon: float) -> tuple[float, float]:
    turned = (lon - origin.lon + 180.0) % 360.0 - 180.0
    east = radians(turned) * cos(radians((lat + origin.lat) / 2)) * EARTH_KM
    return east, radians(lat - origin.lat) * EARTH_KM

"""Great circles: the way between two points and the noise of a position fix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Fix:
    """A measured position with the accuracy the receiver claims."""

    lat: float
    lon: float
    acc_m: float


def distance_m(a: Point, b: Point) -> float:
    """Length of the great circle between two points."""
    return EARTH_RADIUS_M * _angle(a, b)


def between(a: Point, b: Point, share: float) -> Point:
    """The point that lies `share` (0 … 1) along the great circle from `a` to `b`."""
    angle = _angle(a, b)
    if angle < 1e-9:
        return a
    from_a = math.sin((1 - share) * angle) / math.sin(angle)
    from_b = math.sin(share * angle) / math.sin(angle)
    x, y, z = (from_a * u + from_b * v for u, v in zip(_vector(a), _vector(b), strict=True))
    return Point(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))


def noisy_fix(true: Point, accuracy_m: float, lots: Random) -> Fix:
    """A fix whose error has the claimed accuracy as its one-sigma radius."""
    sigma_m = accuracy_m / math.sqrt(2)
    north_m, east_m = lots.gauss(0, sigma_m), lots.gauss(0, sigma_m)
    per_degree_m = math.radians(1) * EARTH_RADIUS_M
    lat = true.lat + north_m / per_degree_m
    lon = true.lon + east_m / (per_degree_m * math.cos(math.radians(true.lat)))
    return Fix(round(lat, 5), round((lon + 180) % 360 - 180, 5), accuracy_m)


def _vector(p: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(p.lat), math.radians(p.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _angle(a: Point, b: Point) -> float:
    """Haversine: exact also for points close together."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * math.asin(math.sqrt(min(1.0, chord)))

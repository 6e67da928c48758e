"""The lanes: which steps a shipment takes, in what surroundings, and how long each lasts.

Durations are usual hours with a spread (own choice, grade O; flights by published timetables,
grade K; landing to release 4 h on a real Hong Kong lane, `yaliqi.com/new/671299209489554432`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

Mode = Literal["road", "air"]
Setting = Literal["indoors", "apron", "truck", "hold", "cold_store", "warehouse"]

CUSTOMS = "customs"


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration in hours: at least, usually, at most."""

    low_h: float
    usual_h: float
    high_h: float

    def draw_h(self, lots: Random) -> float:
        return lots.triangular(self.low_h, self.high_h, self.usual_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of a lane: a stay (`mode` None) or a move between two places."""

    name: str
    at: str
    to: str
    setting: Setting
    hours: Spread
    mode: Mode | None = None
    carrier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A way from the packing place to the receiver, with its customs site on it."""

    lane_id: str
    direction: Literal["import", "export"]
    steps: tuple[Step, ...]

    def inspected_at(self, site: str) -> Lane:
        """This lane with its customs stay at that site, before the hand-over there."""
        customs = next(step for step in self.steps if step.name == CUSTOMS)
        if customs.at == site:
            return self
        rest = [step for step in self.steps if step is not customs]
        arrives = max(i for i, step in enumerate(rest) if step.mode and step.to == site)
        rest.insert(arrives + 1, replace(customs, at=site, to=site))
        return replace(self, steps=tuple(rest))


def _stay(name: str, at: str, setting: Setting, hours: Spread) -> Step:
    return Step(name=name, at=at, to=at, setting=setting, hours=hours)


def _road(name: str, at: str, to: str, hours: Spread) -> Step:
    return Step(name=name, at=at, to=to, setting="truck", hours=hours, mode="road")


def _flight(at: str, to: str, hours: Spread, carrier: str) -> Step:
    return Step(
        name="flight", at=at, to=to, setting="hold", hours=hours, mode="air", carrier=carrier
    )


_PACKING = Spread(0.3, 0.5, 0.8)
_AIRPORT = Spread(3.0, 4.0, 6.0)
_TARMAC = Spread(0.4, 0.6, 1.0)
_PICKING = Spread(0.4, 0.7, 1.2)
_CUSTOMS = Spread(5.0, 7.0, 10.0)
_TO_ZHANGJIANG = Spread(0.7, 0.9, 1.3)
_HANDOVER = Spread(0.3, 0.5, 0.8)


def _import_lane(city: str, airport: str, to_airport: Spread, air: Spread, flight: str) -> Lane:
    """Packed abroad, inspected at Pudong, delivered in Zhangjiang."""
    return Lane(
        lane_id=f"{airport}-PVG",
        direction="import",
        steps=(
            _stay("packing", city, "indoors", _PACKING),
            _road("to_airport", city, airport, to_airport),
            _stay("airport", airport, "warehouse", _AIRPORT),
            _stay("apron", airport, "apron", _TARMAC),
            _flight(airport, "PVG", air, flight),
            _stay("picking", "PVG", "apron", _PICKING),
            _stay(CUSTOMS, "PVG", "cold_store", _CUSTOMS),
            _road("onward", "PVG", "ZJ", _TO_ZHANGJIANG),
            _stay("handover", "ZJ", "indoors", _HANDOVER),
        ),
    )


def _export_lane(city: str, airport: str, air: Spread, from_airport: Spread, flight: str) -> Lane:
    """Packed in Zhangjiang, inspected at Pudong before departure, delivered abroad."""
    return Lane(
        lane_id=f"PVG-{airport}",
        direction="export",
        steps=(
            _stay("packing", "ZJ", "indoors", _PACKING),
            _road("to_airport", "ZJ", "PVG", _TO_ZHANGJIANG),
            _stay(CUSTOMS, "PVG", "cold_store", Spread(7.0, 8.0, 9.5)),
            _stay("apron", "PVG", "apron", _TARMAC),
            _flight("PVG", airport, air, flight),
            _stay("picking", airport, "apron", _PICKING),
            _stay("airport", airport, "warehouse", Spread(1.0, 2.0, 3.0)),
            _road("onward", airport, city, from_airport),
            _stay("handover", city, "indoors", _HANDOVER),
        ),
    )


def _store(place: str) -> Lane:
    """Where a cold store's own logger travels: nowhere."""
    step = _stay(CUSTOMS, place, "cold_store", Spread(20.0, 22.0, 24.0))
    return Lane(lane_id=f"{place}-STORE", direction="import", steps=(step,))


_LANES = (
    _import_lane("HKC", "HKG", Spread(0.7, 0.9, 1.3), Spread(2.3, 2.5, 2.8), "ZZ10"),
    _import_lane("MFC", "MFM", Spread(0.3, 0.4, 0.6), Spread(2.4, 2.6, 2.9), "ZZ20"),
    _import_lane("TYO", "NRT", Spread(1.2, 1.5, 2.1), Spread(3.0, 3.3, 3.7), "ZZ30"),
    _import_lane("FFM", "FRA", Spread(0.4, 0.6, 0.9), Spread(10.8, 11.2, 11.8), "ZZ40"),
    _import_lane("LAC", "LAX", Spread(0.7, 1.0, 1.8), Spread(13.2, 13.8, 14.6), "ZZ70"),
    _export_lane("TYO", "NRT", Spread(2.5, 2.7, 3.0), Spread(1.2, 1.5, 2.1), "ZZ50"),
    _export_lane("FFM", "FRA", Spread(12.2, 12.7, 13.4), Spread(0.4, 0.6, 0.9), "ZZ60"),
    _export_lane("LAC", "LAX", Spread(11.2, 11.8, 12.5), Spread(0.7, 1.0, 1.8), "ZZ80"),
    _store("PVG"),
    _store("ZJ"),
)

LANES = {lane.lane_id: lane for lane in _LANES}

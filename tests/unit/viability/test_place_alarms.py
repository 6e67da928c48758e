"""Where a box is heard, against where its papers say that it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.geodesy import Place, distance_from_way_km, distance_km
from services.core.domain.shipment import LegMode, ShipmentLeg
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.situation import OpenInspection
from tests.unit.viability.builders import a_case, at
from tests.unit.viability.test_handling_alarms import CALM, derived_from, kinds

PVG = Place(name="PVG", lat=31.14, lon=121.81)
NGB = Place(name="NGB", lat=29.82, lon=121.46)


def a_leg(**changes: Any) -> ShipmentLeg:
    values: dict[str, Any] = {
        "ordinal": 1, "mode": LegMode.ROAD, "from_code": "NGB", "to_code": "PVG",
        "planned_departure": at(0), "planned_arrival": at(30), "actual_departure": at(0),
        "from_place": NGB, "to_place": PVG, **changes,
    }  # fmt: skip
    return ShipmentLeg(**values)


def heard_at(lat: float, lon: float) -> list[Sample]:
    return [one._replace(lat=lat, lon=lon, acc_m=50.0) for one in CALM]


@pytest.mark.parametrize(
    ("lat", "lon", "arrived", "found"),
    [
        (31.14, 121.82, 30, []),
        (31.24, 121.81, 30, [AlarmKind.LEFT_SITE]),
        (30.20, 120.17, 30, [AlarmKind.WRONG_PLACE]),
        (30.20, 120.17, 50, []),  # the position may still be the one from before
        (30.48, 121.63, None, []),
        (30.27, 120.15, None, [AlarmKind.OFF_ROUTE]),
    ],
)
def test_where_the_box_is_heard_must_be_where_it_should_be(
    lat: float, lon: float, arrived: float | None, found: list[AlarmKind]
) -> None:
    leg = a_leg(actual_arrival=None if arrived is None else at(arrived))
    case = replace(a_case(heard_min=59), legs=(leg,))
    assert kinds(derived_from(heard_at(lat, lon), 59, case, site_id="PVG")) == found


@pytest.mark.parametrize(
    ("arrived", "lat", "lon", "found"),
    [
        (30, 35.76, 140.39, []),  # at the end of a leg whose landing nobody has told yet
        (None, 35.76, 140.39, []),
        (30, 30.20, 120.17, [AlarmKind.WRONG_PLACE]),
        (None, 30.27, 120.15, [AlarmKind.OFF_ROUTE]),
    ],
)
def test_a_box_ahead_of_its_papers_is_not_astray(
    arrived: float | None, lat: float, lon: float, found: list[AlarmKind]
) -> None:
    first = a_leg(actual_arrival=None if arrived is None else at(arrived))
    tokyo = Place(name="NRT", lat=35.7647, lon=140.3864)
    onward = replace(
        a_leg(), ordinal=first.ordinal + 1, from_place=first.to_place, to_place=tokyo,
        actual_departure=None, actual_arrival=None,
    )  # fmt: skip
    case = replace(a_case(heard_min=59), legs=(first, onward))
    assert kinds(derived_from(heard_at(lat, lon), 59, case, site_id="PVG")) == found


def test_just_landed_it_is_not_missed_where_it_was_before() -> None:
    first = a_leg(actual_arrival=at(10))
    tokyo = Place(name="NRT", lat=35.7647, lon=140.3864)
    flown = replace(
        a_leg(), ordinal=first.ordinal + 1, from_place=first.to_place, to_place=tokyo,
        actual_departure=at(20), actual_arrival=at(50),
    )  # fmt: skip
    case = replace(a_case(heard_min=59), legs=(first, flown))
    assert kinds(derived_from(heard_at(30.20, 120.17), 59, case, site_id="PVG")) == []


def test_after_its_inspection_it_may_leave_the_site() -> None:
    case = replace(a_case(heard_min=59), legs=(a_leg(actual_arrival=at(30)),))
    done = OpenInspection(since=at(35), until=at(45), is_open=False)
    near = heard_at(31.24, 121.81)
    assert derived_from(near, 59, case, site_id="PVG", inspection=done) == []


def test_distances_agree_with_known_ones() -> None:
    """One degree of latitude is 111.19 km on this sphere; a point beside a meridian is as far off
    as its longitude says at its latitude."""
    origin, north = Place(name="o", lat=30.0, lon=120.0), Place(name="n", lat=32.0, lon=120.0)
    assert distance_km(31.0, 120.0, origin) == pytest.approx(111.195, abs=0.01)
    assert distance_from_way_km(31.0, 121.0, origin, north) == pytest.approx(95.3, rel=0.01)
    assert distance_from_way_km(29.0, 120.0, origin, north) == pytest.approx(111.195, rel=0.01)
    across = Place(name="d", lat=0.0, lon=-179.5)
    assert distance_km(0.0, 179.5, across) == pytest.approx(111.195, abs=0.01)

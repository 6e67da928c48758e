"""Where a shipment is, by what is known of its legs."""

from typing import Any

import pytest

from services.api.present.phase import phase_of

IDS = [f"019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a1{number}" for number in range(4)]


def legs(*modes: str) -> list[dict[str, Any]]:
    return [
        {
            "id": IDS[number],
            "ordinal": number + 1,
            "mode": mode,
            "status": "planned",
            "planned_departure": f"2026-11-22T1{number}:00:00Z",
            "estimated_departure": None,
            "actual_departure": None,
            "planned_arrival": f"2026-11-22T1{number}:30:00Z",
            "estimated_arrival": None,
            "actual_arrival": None,
        }
        for number, mode in enumerate(modes)
    ]


def went(way: list[dict[str, Any]], departed: int, arrived: int) -> list[dict[str, Any]]:
    """The first `departed` legs have begun, the first `arrived` are behind it."""
    for number, leg in enumerate(way):
        if number < departed:
            leg["actual_departure"] = leg["planned_departure"]
        if number < arrived:
            leg["actual_arrival"] = leg["planned_arrival"]
    return way


@pytest.mark.parametrize(
    ("departed", "arrived", "code", "leg"),
    [
        (0, 0, "packed", 0),
        (1, 0, "on_road", 0),
        (1, 1, "on_road", 1),
        (2, 1, "in_flight", 1),
        (2, 2, "at_customs", 1),
        (3, 2, "onward", 2),
        (3, 3, "onward", 2),
    ],
)
def test_the_way_is_read_leg_by_leg(departed: int, arrived: int, code: str, leg: int) -> None:
    phase = phase_of("moving", went(legs("road", "air", "road"), departed, arrived))
    assert (phase.code, str(phase.leg_id)) == (code, IDS[leg])


def test_an_estimate_says_until_when_better_than_the_timetable() -> None:
    way = went(legs("air"), 1, 0)
    way[0]["estimated_arrival"] = "2026-11-22T13:45:00Z"
    until = phase_of("moving", way).until
    assert until is not None
    assert until.isoformat() == "2026-11-22T13:45:00+00:00"


def test_a_cancelled_leg_is_not_travelled() -> None:
    way = legs("air", "air")
    way[0]["status"] = "cancelled"
    assert str(phase_of("packed", way).leg_id) == IDS[1]


def test_without_legs_it_is_packed_and_once_received_it_is_received() -> None:
    assert phase_of("packed", []).code == "packed"
    assert phase_of("received", legs("air")).code == "received"

"""How often a run rang: counted from the entry of its shipments, held to the scenario's bounds."""

from typing import Any

import pytest

from simulators.tables import BoundsTable
from simulators.truth.document import Header, Truth
from simulators.verify.answers import Register
from simulators.verify.loudness import Loudness, measure_loudness
from tests.unit.simulators.verify.scoring import at, box, truth

BOUNDS = BoundsTable(alarms_per_h=6, priority_1=0)


def header(hours: float = 2, bounds: BoundsTable | None = BOUNDS) -> Header:
    return Header(
        scenario="quiet-day",
        seed=7,
        start=at(-600),
        ended_at=at(60 * hours),
        software="coldlane",
        boxes=0,
        payloads=1,
        clock_rate=1.0,
        bounds=bounds,
        profiles={},
    )


def alarm(minute: float, **changes: Any) -> dict[str, Any]:
    about = {"shipment_reference": "CT-0001", "box_id": "SIM-0001"}
    return {"kind": "no_data", "priority": 2, "raised_at": at(minute), **about, **changes}


def loudness(hours: float, *alarms: dict[str, Any]) -> Loudness:
    """With a second shipment on the same service that is not of the run."""
    whole = Truth(header=header(hours), boxes=[box()], payloads=[truth()])
    shipments = {"CT-0001": {"created_at": at(0)}, "CT-9999": {"created_at": at(-900)}}
    stranger = alarm(1, priority=1, shipment_reference="CT-9999")
    found: dict[str, list[dict[str, Any]]] = {"CT-9999": [stranger]}
    for one in alarms:
        found.setdefault(one["shipment_reference"] or "", []).append(one)
    register = Register(shipments=shipments, alarms=found)
    return measure_loudness(whole, register)


def test_alarms_of_the_runs_own_shipments_are_counted_by_the_hour() -> None:
    found = loudness(2, *(alarm(10 * n) for n in range(1, 8)))
    assert (found.raised, found.per_hour, found.priority_1) == (7, 3.5, 0)
    assert found.broken(header()) == []


def test_alarms_of_its_boxes_and_of_the_service_itself_count_and_of_other_boxes_do_not() -> None:
    own = alarm(5, shipment_reference=None, box_id="SIM-0001")
    service = alarm(6, shipment_reference=None, box_id=None)
    other = alarm(7, shipment_reference=None, box_id="CB-0007")
    assert loudness(1, own, service, other).raised == 2


def test_a_run_shorter_than_an_hour_counts_as_one() -> None:
    assert loudness(0.1, alarm(1), alarm(2)).per_hour == 2


def test_what_rings_after_the_run_is_not_counted() -> None:
    assert loudness(1, alarm(30), alarm(61)).raised == 1


@pytest.mark.parametrize(
    ("alarms", "words"),
    [
        ([alarm(n) for n in range(7)], "7.0 alarms an hour, 6 allowed"),
        ([alarm(1, priority=1)], "1 alarms of priority 1, 0 allowed"),
    ],
)
def test_a_bound_of_the_scenario_that_is_broken_is_told(
    alarms: list[dict[str, Any]], words: str
) -> None:
    found = loudness(1, *alarms)
    assert found.broken(header(1)) == [words]
    assert found.broken(header(1, bounds=None)) == []

"""Alarms around inspections: wrong codes, wrong boxes, unfit bays, and the way behind customs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.core.domain.clearance.bay_climate import (
    BayRoom,
    Logger,
    Unfit,
    bay_alarms,
    check_range,
    faults,
)
from services.core.domain.clearance.identity import Mark, Scan, ScanPlace
from services.core.domain.clearance.lid import Opening, Session
from services.core.domain.clearance.watch import (
    Neighbour,
    Onward,
    Scanned,
    identity_alarms,
    onward_alarms,
    wrong_box_alarms,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def session(begin: float, end: float | None = None) -> Session:
    return Session(inspection_id=uuid4(), begin=at(begin), end=None if end is None else at(end))


OPENED = Opening(box_id="CB-0002", begin=at(5), end=at(7))
NEIGHBOUR = Neighbour(
    shipment_id=uuid4(), box_no=2, bay_id="PVG-C1", opening=OPENED, own=(), others=(session(0),)
)


def test_a_wrong_code_is_an_alarm_that_names_the_mark_and_not_the_code() -> None:
    scan = Scan(mark=Mark.BOX, place=ScanPlace.BAY, matches=False, at=at(1))
    (found,) = identity_alarms([Scanned(shipment_id=uuid4(), scans=[scan])])
    assert found.facts == {"place": "bay", "mark": "box", "since": at(1).isoformat()}
    righted = Scan(mark=Mark.BOX, place=ScanPlace.BAY, matches=True, at=at(2))
    assert list(identity_alarms([Scanned(shipment_id=uuid4(), scans=[scan, righted])])) == []


def test_a_lid_that_opens_beside_an_inspection_is_a_wrong_box() -> None:
    (found,) = wrong_box_alarms([NEIGHBOUR], at(8))
    assert (found.began_at, found.returned_at) == (at(5), at(7))
    assert (found.facts["box_id"], found.facts["bay_id"]) == ("CB-0002", "PVG-C1")


@pytest.mark.parametrize(
    "explained",
    [
        replace(NEIGHBOUR, own=(session(4),)),
        replace(NEIGHBOUR, others=(session(-60, -30),)),
        replace(NEIGHBOUR, others=()),
    ],
    ids=["its own inspection", "over for long", "nobody inspects"],
)
def test_a_lid_that_something_explains_is_none(explained: Neighbour) -> None:
    assert list(wrong_box_alarms([explained], at(8))) == []


CLEARED = Onward(
    shipment_id=uuid4(), cleared_at=at(0), heard_at=at(-1), deliver_by=at(120), arrives_at=at(60)
)


def kinds(one: Onward, minute: float) -> list[tuple[str, bool]]:
    return [(found.kind.value, found.raises) for found in onward_alarms([one], at(minute))]


def test_a_box_that_is_not_heard_after_its_clearance_is_watched_by_nobody() -> None:
    assert kinds(CLEARED, 9.9) == []
    assert kinds(CLEARED, 10) == [("release_unwatched", True)]
    assert kinds(replace(CLEARED, heard_at=at(1)), 30) == []


def test_a_delivery_is_near_a_quarter_of_an_hour_before_and_a_step_worse_when_too_late() -> None:
    heard = replace(CLEARED, heard_at=at(1))
    assert kinds(replace(heard, arrives_at=at(104)), 2) == [("delivery_near", False)]
    assert kinds(replace(heard, arrives_at=at(106)), 2) == [("delivery_near", True)]
    (late,) = onward_alarms([replace(heard, arrives_at=at(121))], at(2))
    assert late.facts["step"] == 1
    assert kinds(replace(heard, deliver_by=None), 300) == []


LOGGER = Logger(
    box_id="LOG-1",
    low_c=2.0,
    high_c=8.0,
    interval=timedelta(minutes=1),
    since=at(-600),
    heard_at=at(0),
    readings=[(at(m), 5.0) for m in range(-20, 1)],
    powerless_since=None,
    listening_since=at(-600),
)


def warm(since: int) -> Logger:
    readings = [(at(m), 9.0 if m >= since else 5.0) for m in range(-20, 1)]
    return replace(LOGGER, readings=readings)


def test_a_bay_is_out_of_range_after_five_minutes_and_fit_again_with_one_good_reading() -> None:
    assert list(faults(LOGGER, at(0))) == []
    assert list(faults(warm(-4), at(0))) == []
    assert list(faults(warm(-5), at(0))) == [(Unfit.OUT_OF_RANGE, at(-5))]
    back = replace(warm(-9), readings=[*warm(-9).readings, (at(1), 7.9)])
    assert list(faults(back, at(1))) == []


def test_a_silent_logger_is_a_fault_unless_we_do_not_listen() -> None:
    assert list(faults(LOGGER, at(15))) == [(Unfit.SILENT, at(0))]
    assert list(faults(replace(LOGGER, listening_since=None), at(60))) == []
    assert list(faults(replace(LOGGER, listening_since=at(50)), at(60))) == []
    slow = replace(LOGGER, interval=timedelta(minutes=10))
    assert list(faults(slow, at(29))) == []
    assert list(faults(replace(LOGGER, heard_at=None, since=at(0)), at(14))) == []


def test_a_bay_without_power_is_one_alarm_with_everybody_whom_it_concerns() -> None:
    dark = replace(warm(-9), powerless_since=at(-10))
    room = BayRoom(
        bay_id="PVG-C1", box_no=9, loggers=[dark], inside=["CT-1"], booked=["CT-3", "CT-2"]
    )
    (found,) = bay_alarms([room], at(0))
    assert (found.subject, found.began_at) == ("PVG-C1", at(-10))
    assert found.facts["why"] == ["no_power", "out_of_range"]
    assert (found.facts["inside"], found.facts["booked"]) == (["CT-1"], ["CT-2", "CT-3"])
    assert found.facts["n"] == 3


def test_the_range_is_what_was_given_or_what_the_class_says() -> None:
    assert check_range("cold_2_8", None, None) == (2.0, 8.0)
    assert check_range("cold_2_8", 3.0, None) == (3.0, 8.0)
    assert check_range("cryogenic", None, -140.0) == (None, -140.0)

"""Alarms about slots count by the minutes of the bay: the booked one, or the best that fits."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.schema import alarm, appointment, bay
from tests.integration.alerts.builders import (
    START,
    Trip,
    a_box,
    a_decision,
    a_site,
    a_trip,
    an_inspection,
    at,
    rows_of,
    two_of_qa,
)
from tests.integration.alerts.judging import CALM, put, state_of


async def a_bay(uow: UnitOfWork, bay_id: str, **minutes: Any) -> None:
    values = {"bay_class": "cold_2_8", "published_from": START, "published_until": at(3000)}
    names = {"name_en": bay_id, "name_zh": bay_id, "site_id": "PVG"}
    await uow.execute(insert(bay).values(bay_id=bay_id, **names, **{**values, **minutes}))


async def under_way(database: Database) -> Trip:
    """Needed by 300; 60 + 30 + 15 min follow at the site: the latest start there is 195."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG", needed_by=at(300))
    await put(database, trip, CALM)
    return trip


async def test_what_is_not_booked_is_counted_by_the_best_bay_that_fits(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await under_way(database)
    async with database.unit_of_work() as uow:
        await a_bay(uow, "PVG-C1", inspection_min=60)
        await a_bay(uow, "PVG-C2", inspection_min=45)
        await a_bay(uow, "PVG-N1", inspection_min=5, bay_class="cryogenic")
        await a_bay(uow, "PVG-C3", inspection_min=5, unfit_since=START)
    await evaluator.run_once(at(59))
    (rung,) = await rows_of(database, alarm)
    assert (rung["kind"], rung["facts"]["slack_s"]) == ("deadline_near", (195 - 30 - 59) * 60)
    assert (await state_of(database, trip))["latest_inspection_start"] == at(195)


@pytest.mark.parametrize(("begins", "late_s"), [(165, None), (170, 300)])
async def test_a_booked_slot_after_the_bays_latest_start_rings_as_if_there_were_none(
    database: Database, evaluator: Evaluator, begins: int, late_s: int | None
) -> None:
    trip = await under_way(database)
    async with database.unit_of_work() as uow:
        await a_bay(uow, "PVG-C2", inspection_min=45)
        slot = Range(at(begins), at(begins + 45))
        booked = {"shipment_id": trip.shipment_id, "bay_id": "PVG-C2", "place": 1, "during": slot}
        await uow.execute(
            insert(appointment).values(
                appointment_id=uuid4(), booked_at=START, booked_by="tester", **booked
            )
        )
    await evaluator.run_once(at(59))
    told = [row["facts"]["slot_late_s"] for row in await rows_of(database, alarm)]
    assert told == ([] if late_s is None else [late_s])


@pytest.mark.parametrize(("value", "rings"), [("REJECTED", 0), ("OUT_OF_SPEC_MEDICAL", 1)])
async def test_a_decision_of_qa_that_it_is_not_used_ends_its_claim_to_a_slot(
    database: Database, evaluator: Evaluator, value: str, rings: int
) -> None:
    """Needed by 200: half an hour of slack at minute 59 would ring."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG", needed_by=at(200))
        await two_of_qa(uow)
        await a_decision(uow, trip, value, {"excursions": [], "broken": []})
    await put(database, trip, CALM)
    await evaluator.run_once(at(59))
    assert len(await rows_of(database, alarm)) == rings


async def test_a_slot_that_passes_without_check_in_rings_by_the_clock_alone(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await under_way(database)
    async with database.unit_of_work() as uow:
        await a_bay(uow, "PVG-C2", inspection_min=45)
        slot = {"bay_id": "PVG-C2", "place": 1, "during": Range(at(100), at(145))}
        await uow.execute(
            insert(appointment).values(
                appointment_id=uuid4(),
                booked_at=START,
                booked_by="tester",
                shipment_id=trip.shipment_id,
                **slot,
            )
        )
    await evaluator.run_once(at(59))
    looks_again = await _looks_again(database, trip)
    while looks_again is not None and looks_again <= at(101):
        assert await _slots_missed(database) == []
        await evaluator.run_once(looks_again)
        looks_again = await _looks_again(database, trip)
    assert await _slots_missed(database) == [60]


@pytest.mark.parametrize(
    ("record", "place", "rings"),
    [
        ("VOID", "HELD", 1),
        ("WAITING_FOR_PAPERS", "HELD", 0),
        ("WAITING_FOR_PAPERS", "CONFIRMED", 1),
        ("CUSTOMS_CLEARED", "CONFIRMED", 0),
    ],
)
async def test_who_was_looked_at_misses_no_slot_once_customs_has_decided(
    database: Database, evaluator: Evaluator, record: str, place: str, rings: int
) -> None:
    """Less than two hours left, and the slot began at minute 50. Begun by mistake is no look."""
    trip = await under_way(database)
    async with database.unit_of_work() as uow:
        await a_bay(uow, "PVG-C2", inspection_min=45)
        slot = {"bay_id": "PVG-C2", "place": 1, "during": Range(at(50), at(95)), "state": place}
        booked = {"appointment_id": uuid4(), "booked_at": START, "booked_by": "tester"}
        await uow.execute(
            insert(appointment).values(shipment_id=trip.shipment_id, **booked, **slot)
        )
    decided = {"decided_at": at(40)} if record == "CUSTOMS_CLEARED" else {}
    await an_inspection(database, trip, 20, 65, state=record, ended_at=at(40), **decided)
    await evaluator.run_once(at(59))
    near = [one for one in await rows_of(database, alarm) if one["kind"] == "deadline_near"]
    assert len(near) == rings


async def _looks_again(database: Database, trip: Trip) -> datetime | None:
    found = (await state_of(database, trip))["next_change_at"]
    assert found is None or isinstance(found, datetime)
    return found


async def _slots_missed(database: Database) -> list[int]:
    rows = [row for row in await rows_of(database, alarm) if row["kind"] == "deadline_near"]
    return [row["facts"]["slot_missed_s"] for row in rows]

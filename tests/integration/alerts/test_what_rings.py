"""The alarms that verdicts ask for, from the first move to the last."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database
from services.core.storage.schema import (
    acknowledgement,
    alarm,
    alarm_transition,
    appointment,
    bay,
    key_conflict,
    notification_outbox,
    reading,
)
from tests.integration.alerts.builders import (
    START,
    a_box,
    a_flight,
    a_site,
    a_trip,
    at,
    rows_of,
    store,
)
from tests.integration.alerts.judging import CALM, COOL, WARM, one_trip, put, state_of


async def test_one_excursion_is_one_alarm_with_a_life(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM + WARM)
    for minute in (71, 71.2, 71.4):
        await evaluator.run_once(at(minute))
        await put(database, trip, [(1000 + round(minute * 10), minute + 0.05, 15.9)])
    await put(database, trip, COOL)
    await evaluator.run_once(at(131))
    await evaluator.run_once(at(132))
    alarms = await rows_of(database, alarm)
    moves = await rows_of(database, alarm_transition, "id")
    notices = await rows_of(database, notification_outbox)
    assert [(a["kind"], a["priority"]) for a in alarms] == [("excursion", 1)]
    assert alarms[0]["began_at"] == at(63)
    assert alarms[0]["returned_at"] is not None
    assert {m["move"] for m in moves} >= {"raised", "returned"}
    assert sum(m["move"] == "raised" for m in moves) == 1
    assert len(notices) == 1
    assert alarms[0]["config"]["on_delay_s"] == 300


async def test_the_on_delay_ends_by_the_clock(database: Database, evaluator: Evaluator) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM + WARM[:6])  # out at 63, last heard at 65
    await evaluator.run_once(at(66))
    assert await rows_of(database, alarm) == []
    assert (await state_of(database, trip))["next_change_at"] == at(68)
    assert (await evaluator.run_once(at(67.9))).judged == 0
    assert (await evaluator.run_once(at(68))).judged == 1
    assert [a["kind"] for a in await rows_of(database, alarm)] == ["excursion"]


async def test_silence_is_an_alarm_until_the_box_is_heard_again(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM)
    await evaluator.run_once(at(59))
    await evaluator.run_once(at(74))
    (row,) = await rows_of(database, alarm)
    assert (row["kind"], row["returned_at"]) == ("no_data", None)
    assert (await state_of(database, trip))["evidence"] == "STALE"
    await put(database, trip, [(m, float(m), 5.0) for m in range(60, 80)])
    await evaluator.run_once(at(79.5))
    (row,) = await rows_of(database, alarm)
    assert row["returned_at"] == at(79.5)


async def test_silence_in_a_flight_that_has_departed_is_no_alarm(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    async with database.unit_of_work() as uow:
        await a_flight(uow, trip, at(55), at(755), actual_departure=at(56), status="departed")
    await put(database, trip, CALM)
    for minute in (59, 75, 200, 700):
        await evaluator.run_once(at(minute))
    assert await rows_of(database, alarm) == []
    assert (await state_of(database, trip))["evidence"] == "SILENT_EXPECTED"
    await evaluator.run_once(at(755 + 45))
    assert [a["kind"] for a in await rows_of(database, alarm)] == ["overdue_after_landing"]


async def test_a_deadline_near_without_an_appointment_is_an_alarm(
    database: Database, evaluator: Evaluator
) -> None:
    """Needed by 300; 60 + 30 + 15 min follow: latest start 195, two hours before that is 75."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG", needed_by=at(300))
    await put(database, trip, CALM)
    await evaluator.run_once(at(59))
    state = await state_of(database, trip)
    assert state["latest_inspection_start"] == at(195)
    assert state["binding_deadline"] == "needed_by"
    await put(database, trip, [(m, float(m), 5.0) for m in range(60, 80)])
    await evaluator.run_once(at(80))
    (row,) = await rows_of(database, alarm)
    assert (row["kind"], row["facts"]["no_slot_in_time"]) == ("deadline_near", False)


async def test_news_that_comes_late_and_in_a_bunch_rings_nothing_on_its_way(
    database: Database, evaluator: Evaluator
) -> None:
    """Landed hours ago, told at minute 60: what is picked is told within minutes, or it rings."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG", state="moving")
        await a_flight(
            uow, trip, at(-600), at(-200), status="landed", actual_departure=at(-600),
            actual_arrival=at(-200), arrival_told_at=at(60),
        )  # fmt: skip
    await put(database, trip, [(m, float(m), 5.0) for m in range(85)])
    for minute in (60.01, 69.9):
        await evaluator.run_once(at(minute))
    assert await rows_of(database, alarm) == []
    await evaluator.run_once(at(70.1))
    (row,) = await rows_of(database, alarm)
    assert (row["kind"], row["began_at"]) == ("not_picked", at(70))


async def test_a_returned_and_acknowledged_alarm_is_closed(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM + WARM + COOL)
    await evaluator.run_once(at(132))
    row = await excursion_of(database)
    assert row["closed_at"] is None
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(acknowledgement).values(
                id=uuid4(), alarm_id=row["alarm_id"], principal_id="local-operator", at=at(133),
                alarm_revision=1,
            )
        )  # fmt: skip
    await evaluator.run_once(at(134))
    assert (await excursion_of(database))["closed_at"] is None, "it may be taken back"
    await evaluator.run_once(at(135))
    assert (await excursion_of(database))["closed_at"] == at(135)


async def excursion_of(database: Database) -> dict[str, object]:
    (row,) = [row for row in await rows_of(database, alarm) if row["kind"] == "excursion"]
    return row


async def test_readings_sent_again_with_other_content_and_a_lid_in_its_inspection_are_alarms(
    database: Database, evaluator: Evaluator
) -> None:
    """The lid is excused: it is kept and shown, and nobody is told of it."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG")
        await store(uow, trip, [(m, float(m), 5.0 + 0.01 * (m % 3)) for m in range(60)])
        await uow.execute(update(reading).where(reading.c.seq >= 40).values(lid_open=True))
        await uow.execute(
            insert(key_conflict).values(
                box_no=trip.box_no, boot_no=trip.boot_no, seq=7, received_at=at(50),
                offered={"temp_c": 9.0}, sha256=bytes(32),
            )
        )  # fmt: skip
        await uow.execute(
            insert(bay).values(
                bay_id="PVG-C1", site_id="PVG", name_en="Cold bay 1", name_zh="冷藏查验间1",
                bay_class="cold_2_8", published_from=START, published_until=at(3000),
            )
        )  # fmt: skip
        await uow.execute(
            insert(appointment).values(
                appointment_id=uuid4(), shipment_id=trip.shipment_id, bay_id="PVG-C1", place=1,
                during=Range(at(35), at(65)), state="IN_INSPECTION", booked_at=START,
                booked_by="tester",
            )
        )  # fmt: skip
    await evaluator.run_once(at(59))
    alarms = {row["kind"]: row for row in await rows_of(database, alarm)}
    assert alarms.keys() == {"key_conflict", "lid_open"}
    assert alarms["lid_open"]["facts"]["suppressed_by"] == "inspection"
    told = await rows_of(database, notification_outbox)
    assert [notice["body"]["kind"] for notice in told] == ["key_conflict"]
    assert (await state_of(database, trip))["next_change_at"] == at(65)
    await evaluator.run_once(at(65))
    moves = {row["move"] for row in await rows_of(database, alarm_transition)}
    assert "unsuppressed" in moves
    told = await rows_of(database, notification_outbox)
    assert {notice["body"]["kind"] for notice in told} == {
        "key_conflict", "lid_open", "inspection_open",
    }  # fmt: skip

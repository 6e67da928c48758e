"""What one pass of the evaluator takes, reads and leaves, on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from services.alerts.evaluator import Evaluator
from services.alerts.watchdog import Watchdog
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Channel, Database
from services.core.storage.notifications import Bell
from services.core.storage.readings import Readings, Stretch
from services.core.storage.schema import assessment_state, box_contact, payload, worklist
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import START, a_box, a_trip, at, rows_of, store
from tests.integration.alerts.judging import A_DAY, CALM, one_trip, put, state_of


async def test_readings_become_a_verdict(database: Database, evaluator: Evaluator) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM)
    done = await evaluator.run_once(at(59.5))
    state = await state_of(database, trip)
    assert (done.judged, done.failed, done.readings) == (1, 0, 60)
    assert (state["condition"], state["evidence"]) == ("IN_RANGE", "COMPLETE")
    assert state["viable_until_p10"] == START + timedelta(hours=72)
    assert state["last_reading"]["temp_c"] == 5.0  # type: ignore[index]
    assert state["evaluated_through"] == at(59)
    assert await rows_of(database, worklist) == []
    contact = (await rows_of(database, box_contact))[0]
    assert contact["next_due_at"] == at(59) + timedelta(minutes=15)


async def test_going_on_reads_only_what_is_new(database: Database, evaluator: Evaluator) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM[:30])
    await evaluator.run_once(at(29))
    await put(database, trip, CALM[30:])
    done = await evaluator.run_once(at(59))
    assert done.readings == 30
    assert (await state_of(database, trip))["summary"]["longest_gap_s"] == 0  # type: ignore[index]


async def test_nothing_to_do_changes_nothing(database: Database, evaluator: Evaluator) -> None:
    trip = await one_trip(database)
    await put(database, trip, CALM)
    await evaluator.run_once(at(59))
    before = await state_of(database, trip)
    done = await evaluator.run_once(at(59.5))
    assert done.judged == 0
    assert await state_of(database, trip) == before


async def test_a_log_sent_again_with_other_content_opens_no_hour_again(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, A_DAY)
    await evaluator.run_once(at(1440))
    async with database.unit_of_work() as uow:
        await Worklist(uow).put_boxes({trip.box_no: at(1441)}, "key_conflict", at(1441))
    done = await evaluator.run_once(at(1441))
    assert (done.judged, done.readings) == (1, 0)
    assert await rows_of(database, worklist) == []


async def test_reading_the_readings_answers_no_other_work_of_the_box(database: Database) -> None:
    """What a calibration asks for may have come after the case was loaded."""
    trip = await one_trip(database)
    await put(database, trip, CALM)
    async with database.unit_of_work() as uow:
        await Worklist(uow).put_boxes({trip.box_no: at(0)}, "calibration", at(60))
    async with database.unit_of_work() as uow:
        stretch = Stretch(subject=0, box_no=trip.box_no, box_id="CB-0001", begin=at(0), end=None)
        _, answered = await Readings(uow).samples([stretch])
    kept = {row["id"]: row["reason"] for row in await rows_of(database, worklist)}
    assert {kept[row.id] for row in answered} == {"readings"}
    assert set(kept.values()) == {"readings", "calibration"}


async def test_a_backlog_of_a_day_does_not_hold_up_the_others(
    database: Database, evaluator: Evaluator
) -> None:
    trip, other = await one_trip(database), await one_trip(database, "CB-0002")
    await put(database, trip, [A_DAY[0], A_DAY[-1]])
    await put(database, other, A_DAY[-1:])
    await evaluator.run_once(at(1440))
    await put(database, trip, A_DAY[1:-1])
    await put(database, other, [(288, 1440.0, 5.0)])
    first, second = await evaluator.run_once(at(1441)), await evaluator.run_once(at(1441))
    assert (first.judged, first.readings, first.more) == (1, 1, True)
    assert (second.judged, second.readings) == (1, 287)
    assert await rows_of(database, worklist) == []


async def test_a_bell_for_a_box_that_is_put_off_wakes_nobody(database: Database) -> None:
    evaluator = Evaluator(database, claim_max=64, no_data_after=timedelta(minutes=15))
    watchdog = Watchdog(database, SystemClock(), timedelta(seconds=5), evaluator.puts_off)
    trip, other = await one_trip(database), await one_trip(database, "CB-0002")
    await put(database, trip, [A_DAY[0], A_DAY[-1]])
    await put(database, other, A_DAY[-1:])
    await evaluator.run_once(at(1440))
    own = Bell(Channel.WORK, frozenset({trip.box_no}))
    assert watchdog.wakes(own)
    await put(database, trip, A_DAY[1:-1])
    await put(database, other, [(288, 1440.0, 5.0)])
    await evaluator.run_once(at(1441))
    assert not watchdog.wakes(own)
    assert watchdog.wakes(Bell(Channel.WORK, frozenset({trip.box_no, other.box_no})))
    assert watchdog.wakes(Bell(Channel.WORK))
    await evaluator.run_once(at(1442))
    assert watchdog.wakes(own)


async def test_a_payload_that_cannot_be_judged_does_not_stop_the_others(
    database: Database, evaluator: Evaluator
) -> None:
    good = await one_trip(database)
    async with database.unit_of_work() as uow:
        bad = await a_trip(uow, await a_box(uow, "CB-0002"))
        await store(uow, bad, [(0, 0.0, 5.0)])
        await store(uow, good, CALM)
    await evaluator.run_once(at(59))
    async with database.unit_of_work() as uow:
        await uow.execute(  # a clock beyond what a date can hold
            update(payload)
            .where(payload.c.payload_id == bad.payload_id)
            .values(collection_end=at(0).replace(year=9999, month=12, day=31))
        )
        await Worklist(uow).put_payloads(
            {bad.payload_id: at(0), good.payload_id: at(0)}, "shipment_changed", at(60)
        )
    done = await evaluator.run_once(at(60))
    state = await state_of(database, bad)
    assert (done.judged, done.failed) == (1, 1)
    assert state["attempts"] == 1
    assert "OverflowError" in str(state["last_error"])
    assert state["next_change_at"] == state["retry_at"] == at(60.5)
    assert await rows_of(database, worklist) == []


async def test_a_box_without_a_payload_only_keeps_contact(
    database: Database, evaluator: Evaluator
) -> None:
    async with database.unit_of_work() as uow:
        await store(uow, await a_box(uow, "CB-0009"), [(0, 0.0, 5.0)])
    await evaluator.run_once(at(1))
    assert await rows_of(database, worklist) == []
    assert (await rows_of(database, box_contact))[0]["last_received_at"] == at(0)
    assert await rows_of(database, assessment_state) == []

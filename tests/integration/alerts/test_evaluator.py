"""What alerts makes of stored readings, on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator, _read
from services.alerts.judgement import Start
from services.alerts.watchdog import Watchdog
from services.core.domain.viability.assessment import fold
from services.core.runtime.clock import SystemClock
from services.core.storage.assessments import Assessments
from services.core.storage.cases import Cases
from services.core.storage.database import Channel, Database
from services.core.storage.notifications import Bell
from services.core.storage.schema import (
    acknowledgement,
    alarm,
    alarm_transition,
    appointment,
    assessment_state,
    assignment,
    bay,
    boot_clock,
    box_contact,
    key_conflict,
    notification_outbox,
    payload,
    reading,
    shipment,
    worklist,
)
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import (
    START,
    Trip,
    a_boot,
    a_box,
    a_flight,
    a_site,
    a_trip,
    at,
    rows_of,
    store,
)

CALM = [(m, float(m), 5.0) for m in range(60)]
WARM = [(60 + m, 60.0 + m, 5.0 + m) for m in range(12)]
COOL = [(72 + m, 72.0 + m, max(5.0, 15.0 - m)) for m in range(60)]


@pytest.fixture
def evaluator(database: Database) -> Evaluator:
    return Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )


async def one_trip(database: Database, box_id: str = "CB-0001", **more: object) -> Trip:
    async with database.unit_of_work() as uow:
        return await a_trip(uow, await a_box(uow, box_id), **more)  # type: ignore[arg-type]


async def clean_state(database: Database, trip: Trip) -> dict[str, object]:
    """The state after one fold of everything that is stored."""
    async with database.unit_of_work() as uow:
        files = await Cases(timedelta(minutes=15)).load(uow, [trip.payload_id], at(1500))
        start = {trip.payload_id: Start(state=None, late=False)}
        samples, _ = await _read(uow, list(files.values()), start)
    return fold(files[trip.payload_id].case, None, samples[trip.payload_id]).to_document()


async def put(database: Database, trip: Trip, points: list[tuple[int, float, float]]) -> None:
    async with database.unit_of_work() as uow:
        await store(uow, trip, points)


async def state_of(database: Database, trip: Trip) -> dict[str, object]:
    rows = await rows_of(database, assessment_state)
    return next(row for row in rows if row["payload_id"] == trip.payload_id)


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


async def test_late_data_supersedes_the_old_verdict(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, [*CALM[:10], *((p[0] + 100, p[1] + 30, p[2]) for p in CALM[30:])])
    await evaluator.run_once(at(89))
    assert (await state_of(database, trip))["evidence"] == "GAPPED"
    hot = [(10 + m, 10.0 + m, 9.0) for m in range(20)]
    await put(database, trip, hot)
    await evaluator.run_once(at(89.5))
    async with database.unit_of_work() as uow:
        first, second = await Assessments(uow).history(trip.payload_id)
    assert second.supersedes == first.id
    assert second.reason.startswith("revised because of late data from 2026-11-22T00:10")
    assert first.body["qa_hold"] is False
    assert second.body["qa_hold"] is True
    assert [a["kind"] for a in await rows_of(database, alarm)] == ["excursion"]


A_DAY = [(m, 5.0 * m, 5.0) for m in range(288)]


async def test_late_data_is_judged_again_from_the_checkpoint_before_it(
    database: Database, evaluator: Evaluator
) -> None:
    """A day of readings; one more, 40 min old: from the last sixth hour on, not the whole day."""
    trip = await one_trip(database)
    await put(database, trip, A_DAY)
    assert (await evaluator.run_once(at(1440))).readings == 288
    await put(database, trip, [(300, 1400.0, 9.0)])
    done = await evaluator.run_once(at(1441))
    assert done.judged == 1
    assert done.readings < 80
    whole = await clean_state(database, trip)
    stored = (await state_of(database, trip))["checkpoint"]
    assert stored["state"] == whole  # type: ignore[index]


async def test_what_changes_an_early_hour_drops_the_checkpoints_behind_it(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, A_DAY)
    await evaluator.run_once(at(1440))
    await put(database, trip, [(300, 401.0, 9.0)])  # behind the last in the log, before it in time
    await evaluator.run_once(at(1441))
    await put(database, trip, [(301, 1400.0, 9.0)])
    await evaluator.run_once(at(1442))
    whole = await clean_state(database, trip)
    stored = (await state_of(database, trip))["checkpoint"]
    assert stored["state"] == whole  # type: ignore[index]


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


async def test_an_alarm_that_late_data_disproves_is_withdrawn_not_deleted(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    await put(database, trip, [*CALM, (60, 60.0, 9.0), (80, 70.0, 9.0)])
    await evaluator.run_once(at(70.1))
    between = [(61 + m, 61.0 + m, 5.0) for m in range(9)]
    await put(database, trip, between)
    await evaluator.run_once(at(70.2))
    (row,) = await rows_of(database, alarm)
    assert row["facts"]["withdrawn"] is True
    assert row["returned_at"] is not None
    assert [m["move"] for m in await rows_of(database, alarm_transition, "id")] == [
        "raised",
        "withdrawn",
    ]


async def test_late_readings_of_the_first_journey_change_the_first_only(
    database: Database, evaluator: Evaluator
) -> None:
    async with database.unit_of_work() as uow:
        where = await a_box(uow, "CB-0001")
        first = await a_trip(uow, where, begin=START, end=at(100), received_at=at(100))
        second = await a_trip(uow, where, begin=at(120))
        await uow.execute(
            update(shipment)
            .where(shipment.c.shipment_id == first.shipment_id)
            .values(state="received")
        )
        await store(uow, where, [(m, float(m), 5.0) for m in (0, 10, 20, 80, 90, 99)])
        await store(uow, where, [(200 + m, 120.0 + m, 5.0) for m in range(30)])
    await evaluator.run_once(at(150))
    before = [await state_of(database, trip) for trip in (first, second)]
    async with database.unit_of_work() as uow:
        hot = [(21 + m, 30.0 + m, 12.0) for m in range(20)]
        await store(uow, where, hot, received=at(151))
    await evaluator.run_once(at(151))
    after = [await state_of(database, trip) for trip in (first, second)]
    assert (before[0]["qa_hold"], after[0]["qa_hold"]) == (False, True)
    said = ("condition", "evidence", "qa_hold", "checkpoint", "viable_until_p10")
    assert {k: after[1][k] for k in said} == {k: before[1][k] for k in said}
    (row,) = await rows_of(database, alarm)
    assert row["payload_id"] == first.payload_id


async def test_a_swap_found_afterwards_moves_the_readings_to_whom_they_belong(
    database: Database, evaluator: Evaluator
) -> None:
    async with database.unit_of_work() as uow:
        one, two = await a_box(uow, "CB-0001"), await a_box(uow, "CB-0002")
        trip = await a_trip(uow, one)
        await store(uow, one, [(m, float(m), 5.0) for m in range(60)])
        await store(uow, two, [(m, float(m), 5.0 if m < 30 else 12.0) for m in range(60)])
    await evaluator.run_once(at(59))
    assert (await state_of(database, trip))["condition"] == "IN_RANGE"
    async with database.unit_of_work() as uow:
        await uow.execute(update(assignment).values(during=Range(START, at(30))))
        await uow.execute(
            insert(assignment).values(
                id=uuid4(), payload_id=trip.payload_id, shipment_id=trip.shipment_id,
                box_no=two[0], during=Range(at(30), None), recorded_at=at(60), recorded_by="t",
            )
        )  # fmt: skip
        await Worklist(uow).put_payloads({trip.payload_id: at(30)}, "assignment_changed", at(60))
    await evaluator.run_once(at(60))
    state = await state_of(database, trip)
    assert state["condition"] == "EXCURSION"
    async with database.unit_of_work() as uow:
        history = await Assessments(uow).history(trip.payload_id)
    assert history[-1].reason.startswith("revised because of assignment_changed from")


async def test_a_corrected_clock_places_readings_anew(
    database: Database, evaluator: Evaluator
) -> None:
    trip = await one_trip(database)
    async with database.unit_of_work() as uow:
        boot_no = await a_boot(uow, trip.box_no, "01020304")
        slow = (trip.box_no, boot_no)
        await store(uow, slow, [(m, m - 1440.0, 5.0) for m in range(60)], received=at(59))
        await uow.execute(
            insert(boot_clock).values(
                boot_no=boot_no, box_no=trip.box_no, offset_s=86400, method="device"
            )
        )
        await Worklist(uow).put_boxes({trip.box_no: at(0)}, "readings", at(59))
    done = await evaluator.run_once(at(59.5))
    state = await state_of(database, trip)
    assert done.readings == 60
    assert (state["condition"], state["evidence"]) == ("IN_RANGE", "UNTRUSTED")
    assert state["evaluated_through"] == at(59)


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
    await evaluator.run_once(at(133))
    assert (await excursion_of(database))["closed_at"] == at(133)


async def excursion_of(database: Database) -> dict[str, object]:
    (row,) = [row for row in await rows_of(database, alarm) if row["kind"] == "excursion"]
    return row


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

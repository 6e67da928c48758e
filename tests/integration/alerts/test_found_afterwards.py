"""What comes late, or is entered for the past, is judged again; the old verdict stays."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.storage.assessments import Assessments
from services.core.storage.database import Database
from services.core.storage.schema import (
    alarm,
    alarm_transition,
    assignment,
    boot_clock,
    payload,
    shipment,
)
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import START, a_boot, a_box, a_trip, at, rows_of, store
from tests.integration.alerts.judging import A_DAY, CALM, clean_state, one_trip, put, state_of


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


async def test_what_people_enter_for_a_past_minute_loses_no_reading_behind_it(
    database: Database, evaluator: Evaluator
) -> None:
    """A receipt entered ten minutes late: from the checkpoint before it, and all since is read."""
    trip = await one_trip(database)
    await put(database, trip, A_DAY)
    await evaluator.run_once(at(1440))
    async with database.unit_of_work() as uow:
        await Worklist(uow).put_payloads({trip.payload_id: at(1430)}, "milestone_picked", at(1440))
    assert 0 < (await evaluator.run_once(at(1440))).readings < 80
    state = await state_of(database, trip)
    assert (state["evidence"], state["evaluated_through"]) == ("COMPLETE", at(1435))
    assert state["checkpoint"]["state"] == await clean_state(database, trip)  # type: ignore[index]


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


async def test_a_warm_bag_laid_in_is_no_trend_of_the_one_that_stayed(
    database: Database, evaluator: Evaluator
) -> None:
    """Entered afterwards, as by the API: all payloads of the box are judged again."""
    trip = await one_trip(database)
    follows = [(60 + m, 60.0 + m, 7.0 - 2.0 * exp(-m / 4)) for m in range(1, 7)]
    await put(database, trip, [*CALM, *follows])
    await evaluator.run_once(at(66))
    assert (await state_of(database, trip))["viable_until_p50"] < at(180)  # type: ignore[operator]
    laid_in = uuid4()
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(payload).values(
                payload_id=laid_in, shipment_id=trip.shipment_id, reference="bag-2",
                profile_id="leukapheresis_fresh_2_8", profile_version=2, collection_end=START,
                pack_closed_at=START, clocks_entered_by="tester",
            )
        )  # fmt: skip
        await uow.execute(
            insert(assignment).values(
                id=uuid4(), payload_id=laid_in, shipment_id=trip.shipment_id,
                box_no=trip.box_no, during=Range(at(60), None), recorded_at=at(66),
                recorded_by="tester",
            )
        )  # fmt: skip
        await Worklist(uow).put_boxes({trip.box_no: at(60)}, "assignment_changed", at(66))
    assert (await evaluator.run_once(at(66.5))).judged == 2
    state = await state_of(database, trip)
    assert state["viable_until_p50"] == START + timedelta(hours=72)
    assert state["checkpoint"]["state"] == await clean_state(database, trip)  # type: ignore[index]

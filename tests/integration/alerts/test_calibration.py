"""A new calibration record judges again what it touches; raw readings stay as they came."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.domain.identifiers import ProbeId
from services.core.storage.calibrations import CalibrationRepository, NewCalibration
from services.core.storage.database import Database
from services.core.storage.schema import assessment, assessment_state, probe, probe_assignment
from services.core.storage.schema import reading as reading_table
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import START, Trip, a_box, a_trip, at, rows_of, store


async def one_trip_with_a_probe(database: Database) -> Trip:
    async with database.unit_of_work() as uow:
        trip = await a_trip(uow, await a_box(uow, "CB-0001"))
        await uow.execute(insert(probe).values(probe_id="SN-1", registered_at=START))
        await uow.execute(
            insert(probe_assignment).values(
                id=uuid4(), probe_id="SN-1", box_no=trip.box_no, during=Range(START, None),
                recorded_at=START, recorded_by="tester",
            )
        )  # fmt: skip
        await store(uow, trip, [(m, float(m), 7.5) for m in range(60)])
    return trip


async def calibrate(database: Database, offset_c: float, valid: tuple[float, float]) -> None:
    new = NewCalibration(
        probe_id=ProbeId("SN-1"),
        points=((5.0, 5.0 + offset_c),),
        certificate="KAL-1",
        valid_from=at(valid[0]),
        valid_until=at(valid[1]),
    )
    async with database.unit_of_work() as uow:
        _, touched = await CalibrationRepository(uow).add(new, "tester", at(60))
        await Worklist(uow).put_boxes(touched, "calibration", at(60))


async def test_new_record_judges_again_and_changes_no_reading(database: Database) -> None:
    await one_trip_with_a_probe(database)
    evaluator = Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
    await evaluator.run_once(at(59.5))
    raw = await rows_of(database, reading_table)
    assert (await rows_of(database, assessment_state))[0]["condition"] == "IN_RANGE"
    await calibrate(database, 1.0, (0, 30))
    await evaluator.run_once(at(59.6))
    state = (await rows_of(database, assessment_state))[0]
    assert (state["condition"], state["evidence"]) == ("EXCURSION", "UNTRUSTED")
    assert state["last_reading"]["temp_c"] == 8.5
    kept = await rows_of(database, assessment)
    assert [one["reason"] for one in kept] == [
        "first verdict",
        "revised because of calibration from 2026-11-22T00:00:00+00:00",
    ]
    await calibrate(database, 0.25, (0, 9000))  # the first was entered wrongly
    await evaluator.run_once(at(59.7))
    state = (await rows_of(database, assessment_state))[0]
    assert (state["condition"], state["evidence"]) == ("IN_RANGE", "COMPLETE")
    assert len(await rows_of(database, assessment)) == 3
    assert await rows_of(database, reading_table) == raw

"""Two evaluators killed at random over shuffled arrival: one clean fold stands at the end."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from datetime import timedelta
from pathlib import Path

from services.alerts.evaluator import Evaluator
from services.alerts.history import Start
from services.alerts.taking import read
from services.core.domain.clearance.countback import plan_inspection
from services.core.domain.viability.alarms import derive_alarms
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.situation import Situation
from services.core.storage.cases import Cases
from services.core.storage.database import Database
from services.core.storage.schema import (
    alarm,
    alarm_transition,
    assessment_state,
    checkpoint,
    worklist,
)
from tests.integration.alerts.builders import Trip, a_box, a_trip, at, rows_of, store
from tests.integration.alerts.worker import NOW

BOXES = 6
MINUTES = 180
STEP_MIN = 5.0
"""So the journeys are 15 h long, and pass marks where checkpoints are left."""
BATCHES = 60


def temperature(chance: random.Random, minute: int, warm: tuple[int, int]) -> float:
    return round(chance.gauss(9.5 if warm[0] <= minute < warm[1] else 5.0, 0.05), 2)


async def shuffled_arrival(database: Database, trips: list[Trip], chance: random.Random) -> None:
    """Every reading of every box, in an order that has nothing to do with time."""
    readings = []
    for trip in trips:
        begin = chance.randrange(20, 120)
        warm = (begin, begin + chance.choice([0, 2, 12, 40]))
        readings += [(trip, m, temperature(chance, m, warm)) for m in range(MINUTES)]
    chance.shuffle(readings)
    size = len(readings) // BATCHES + 1
    for first in range(0, len(readings), size):
        async with database.unit_of_work() as uow:
            for trip in trips:
                some = [
                    (m, m * STEP_MIN, t)
                    for who, m, t in readings[first : first + size]
                    if who is trip
                ]
                if some:
                    await store(uow, trip, sorted(some), received=at(MINUTES * STEP_MIN))
        await asyncio.sleep(0.03)


async def test_states_equal_one_clean_fold(database: Database, tmp_path: Path) -> None:
    chance, stop = random.Random(7), tmp_path / "stop"
    async with database.unit_of_work() as uow:
        trips = [await a_trip(uow, await a_box(uow, f"CB-{n:04}")) for n in range(BOXES)]
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.integration.alerts.worker", database.url, str(seed),
            str(stop), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3],
        )
        for seed in (1, 2)
    ]  # fmt: skip
    await shuffled_arrival(database, trips, chance)
    stop.touch()
    killed = 0
    for worker in workers:
        printed, _ = await asyncio.wait_for(worker.communicate(), 60)
        assert worker.returncode == 0
        killed += int(printed)
    assert killed >= 10
    assert await rows_of(database, worklist) == []
    assert len(await rows_of(database, checkpoint)) == 2 * BOXES  # before 6 and 12 h
    await compare(database, trips)


async def compare(database: Database, trips: list[Trip]) -> None:
    """Each state, and each alarm that was not withdrawn, against a fold of everything at once."""
    states = {row["payload_id"]: row for row in await rows_of(database, assessment_state)}
    alarms = await rows_of(database, alarm)
    moves = await rows_of(database, alarm_transition, "id")
    async with database.unit_of_work() as uow:
        files = await Cases(timedelta(minutes=15)).load(uow, [t.payload_id for t in trips], NOW)
        starts = {payload: Start(state=None, late=False) for payload in files}
        samples, _ = await read(uow, list(files.values()), starts)
    for payload, file in files.items():
        clean = assess(file.case, None, samples[payload], NOW)
        stored = states[payload]
        assert len(samples[payload]) == MINUTES
        assert json.dumps(stored["checkpoint"]["state"], sort_keys=True) == json.dumps(
            clean.state.to_document(), sort_keys=True
        )
        assert stored["condition"] == clean.assessment.condition.value
        plan = plan_inspection(file.shipment, file.times, [stored["viable_until_p10"]], NOW)
        wanted = derive_alarms(
            file.case, clean.assessment, Situation(plan=plan, needs_slot=False), NOW
        )
        standing = [
            (a["kind"], a["began_at"], a["returned_at"])
            for a in alarms
            if a["payload_id"] == payload
            and not a["facts"].get("withdrawn")
            and not (a["kind"] == "no_data" and a["returned_at"])
        ]
        assert sorted(standing) == sorted((w.kind.value, w.began_at, w.returned_at) for w in wanted)
    raised = [m["alarm_id"] for m in moves if m["move"] == "raised"]
    assert len(raised) == len(set(raised)) == len(alarms)


async def test_two_evaluators_share_the_work_and_double_nothing(database: Database) -> None:
    async with database.unit_of_work() as uow:
        trips = [await a_trip(uow, await a_box(uow, f"CB-{n:04}")) for n in range(BOXES)]
        for trip in trips:
            await store(uow, trip, [(m, float(m), 5.0 if m < 30 else 12.0) for m in range(60)])
    evaluators = [
        Evaluator(
            database, claim_max=4, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
        )
        for _ in range(2)
    ]
    for _ in range(6):
        await asyncio.gather(*(one.run_once(at(59)) for one in evaluators))
    assert await rows_of(database, worklist) == []
    assert len(await rows_of(database, alarm)) == BOXES
    assert all(row["revision"] == 2 for row in await rows_of(database, assessment_state))

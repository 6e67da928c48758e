"""The same rows give the same verdicts and alarms, in whatever order people and boxes tell them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.viability.alarms import derive_alarms
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.situation import Situation
from services.core.storage.cases import CaseFile, Cases
from services.core.storage.database import Database
from services.core.storage.schema import alarm, assessment_state, assignment, payload
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import START, Trip, a_box, a_trip, at, rows_of, store
from tests.integration.alerts.judging import samples_of

ORDERS = 5
NOW = at(181)
BOX = ("A", "B", "C")
WARM = {"A": (60, 75), "B": (100, 130), "C": (150, 153)}
PIECES = 4

News = Callable[[], Awaitable[None]]
Stays = tuple[tuple[str, float, float | None], ...]

SPLIT: Stays = (("A", 0, 90), ("B", 90, None))
"""The first bag was moved from A to B at minute 90: found afterwards."""

MERGED: Stays = (("A", 0, 120), ("B", 120, None))
"""The second one followed half an hour later: together again in B."""


@dataclass(frozen=True, slots=True)
class World:
    """Three boxes; two bags of one shipment start in A, another shipment uses A at the end."""

    database: Database
    boxes: Mapping[str, tuple[int, int]]
    first: Trip
    second: Trip

    async def read(self, name: str, piece: int) -> None:
        """A part of a box's log, every fourth reading: chunks that interleave."""
        begin, end = WARM[name]
        points = [
            (n, float(3 * n), 12.0 if begin <= 3 * n < end else 5.0)
            for n in range(piece, 61, PIECES)
        ]
        async with self.database.unit_of_work() as uow:
            await store(uow, self.boxes[name], points, received=at(180))

    async def correct(self, trip: Trip, stays: Stays) -> None:
        """As the API does it: the stays anew, and both sides of it judged from the move on."""
        moved = at(stays[0][2] or 0)
        async with self.database.unit_of_work() as uow:
            await uow.execute(delete(assignment).where(assignment.c.payload_id == trip.payload_id))
            await uow.execute(insert(assignment), [self.stay(trip, *one) for one in stays])
            boxes = dict.fromkeys((self.boxes[name][0] for name, *_ in stays), moved)
            await Worklist(uow).put_payloads({trip.payload_id: moved}, "assignment_changed", NOW)
            await Worklist(uow).put_boxes(boxes, "assignment_changed", NOW)

    def stay(self, trip: Trip, name: str, begin: float, end: float | None) -> dict[str, Any]:
        during = Range(at(begin), None if end is None else at(end))
        return {
            "id": uuid4(), "payload_id": trip.payload_id, "shipment_id": trip.shipment_id,
            "box_no": self.boxes[name][0], "during": during, "recorded_at": NOW,
            "recorded_by": "tester",
        }  # fmt: skip

    async def use_again(self) -> Trip:
        """Box A, empty since 120, carries the bag of another shipment from 150 on."""
        async with self.database.unit_of_work() as uow:
            return await a_trip(uow, self.boxes["A"], begin=at(150))


async def a_world(database: Database, number: int) -> World:
    async with database.unit_of_work() as uow:
        boxes = {name: await a_box(uow, f"CB-{number}{name}") for name in BOX}
        first = await a_trip(uow, boxes["A"])
        second = Trip(
            shipment_id=first.shipment_id, payload_id=uuid4(), box_no=first.box_no,
            boot_no=first.boot_no,
        )  # fmt: skip
        await uow.execute(
            insert(payload).values(
                payload_id=second.payload_id, shipment_id=first.shipment_id, reference="bag-2",
                profile_id="leukapheresis_fresh_2_8", profile_version=2, collection_end=START,
                pack_closed_at=START, clocks_entered_by="tester",
            )
        )  # fmt: skip
        world = World(database, boxes, first, second)
        await uow.execute(insert(assignment).values(world.stay(second, "A", 0, None)))
    return world


async def live_through(world: World, evaluator: Evaluator, chance: Random) -> list[Trip]:
    """Everything that is told, in an order of its own, judged now and then in between."""
    news: list[News] = [partial(world.read, name, n) for name in BOX for n in range(PIECES)]
    news += [
        partial(world.correct, world.first, SPLIT),
        partial(world.correct, world.second, MERGED),
    ]
    chance.shuffle(news)
    again, freed = chance.randrange(len(news) + 1), 0
    third: Trip | None = None
    for number, tell in enumerate(news):
        await tell()
        freed += tell.func.__name__ == "correct"  # type: ignore[attr-defined]
        if third is None and freed == 2 and number >= again:
            third = await world.use_again()
        for _ in range(chance.randrange(3)):
            await evaluator.run_once(NOW)
    return [world.first, world.second, third or await world.use_again()]


async def standing(database: Database, trip: Trip) -> list[tuple[str, datetime, datetime | None]]:
    """Alarms that were not taken back; a silence that is over came of what was told late."""
    rows = await rows_of(database, alarm)
    return sorted(
        (row["kind"], row["began_at"], row["returned_at"])
        for row in rows
        if row["payload_id"] == trip.payload_id and not row["facts"].get("withdrawn")
        and not (row["kind"] in ("never_heard", "no_data") and row["returned_at"])
    )  # fmt: skip


async def clean(
    database: Database, file: CaseFile
) -> tuple[str, str, list[tuple[str, datetime, datetime | None]]]:
    """State, condition and alarms after one fold of everything that is stored."""
    samples = await samples_of(database, file)
    assessed = assess(file.case, None, samples, NOW)
    situation = Situation(plan=InspectionPlan(), needs_slot=False, state=assessed.state)
    derived = derive_alarms(file.case, assessed.assessment, situation, NOW)
    alarms = sorted((one.kind.value, one.began_at, one.returned_at) for one in derived)
    return as_bytes(assessed.state.to_document()), assessed.assessment.condition.value, alarms


def as_bytes(state: Any) -> str:
    return json.dumps(state, sort_keys=True)


async def test_any_order_of_logs_swaps_splits_and_merges_gives_one_clean_fold(
    database: Database, evaluator: Evaluator
) -> None:
    told = []
    for number in range(ORDERS):
        world = await a_world(database, number)
        trips = await live_through(world, evaluator, Random(number))
        while (await evaluator.run_once(NOW)).judged:
            pass
        async with database.unit_of_work() as uow:
            keys = [trip.payload_id for trip in trips]
            files = await Cases(timedelta(minutes=15)).load(uow, keys, NOW)
        states = {row["payload_id"]: row for row in await rows_of(database, assessment_state)}
        found = []
        for trip in trips:
            row = states[trip.payload_id]
            alarms = await standing(database, trip)
            judged = (as_bytes(row["checkpoint"]["state"]), row["condition"], alarms)
            assert judged == await clean(database, files[trip.payload_id])
            found.append((row["condition"], alarms))
        told.append(found)
    assert told == [told[0]] * ORDERS
    (first, second, third) = told[0]
    # A was warm for both; B for the first all the time, for the second its last ten minutes.
    assert [kind for kind, *_ in first[1]] == ["excursion", "excursion"]
    assert [kind for kind, *_ in second[1]] == ["excursion", "excursion"]
    assert (third[0], third[1]) == ("IN_RANGE", [])

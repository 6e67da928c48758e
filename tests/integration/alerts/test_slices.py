"""A long backlog is taken in by slices: others are judged in between, and nothing half is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database
from services.core.storage.schema import checkpoint, worklist
from tests.integration.alerts.builders import Trip, at, rows_of
from tests.integration.alerts.judging import A_DAY, clean_state, one_trip, put, state_of

OTHERS = [(288 + n, 1440.0 + n, 5.0) for n in range(20)]


class Interrupted(Evaluator):
    """Between two slices something happens, as it may while the loop is given away."""

    between: Callable[[int], Awaitable[None]]
    times = 0

    async def _give_way(self) -> None:
        await super()._give_way()
        self.times += 1
        await self.between(self.times)


@pytest.fixture
def interrupted(database: Database) -> Interrupted:
    return Interrupted(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )


async def a_backlog(database: Database, evaluator: Evaluator) -> Trip:
    """A day that comes after its last reading, and is put off."""
    trip = await one_trip(database)
    await put(database, trip, [A_DAY[0], A_DAY[-1]])
    await evaluator.run_others(at(1440))
    await put(database, trip, A_DAY[1:-1])
    await evaluator.run_others(at(1441))
    assert evaluator.is_behind(at(1441))
    return trip


async def test_others_are_judged_between_slices_and_nothing_half_is_shown(
    database: Database, interrupted: Interrupted
) -> None:
    other = await one_trip(database, "CB-0002")
    trip = await a_backlog(database, interrupted)
    before = await state_of(database, trip)

    async def judge_another(times: int) -> None:
        await put(database, other, [OTHERS[times]])
        assert (await interrupted.run_others(at(1441 + times))).judged == 1
        assert (await state_of(database, other))["evaluated_through"] == at(1440 + times)
        assert await state_of(database, trip) == before

    interrupted.between = judge_another
    done = await interrupted.run_long(at(1470))
    assert (interrupted.times, done.judged, done.readings) == (11, 1, 287)
    checkpoints = await rows_of(database, checkpoint, "through")
    assert [row["through"] for row in checkpoints] == [at(0), at(355), at(715), at(1075)]
    state = await state_of(database, trip)
    assert state["checkpoint"]["state"] == await clean_state(database, trip)  # type: ignore[index]
    assert await rows_of(database, worklist) == []


async def test_what_comes_into_a_slice_that_was_taken_in_is_judged_next(
    database: Database, interrupted: Interrupted
) -> None:
    trip = await a_backlog(database, interrupted)

    async def come_late(times: int) -> None:
        if times == 3:
            await put(database, trip, [(900, 62.0, 5.0), (901, 1300.0, 5.0)])

    interrupted.between = come_late
    await interrupted.run_long(at(1441))
    assert len(await rows_of(database, worklist)) == 1
    while (await interrupted.run_once(at(1442))).more:
        pass
    state = await state_of(database, trip)
    assert state["checkpoint"]["state"] == await clean_state(database, trip)  # type: ignore[index]
    assert await rows_of(database, worklist) == []

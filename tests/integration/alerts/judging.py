"""Journeys of one payload for the tests of the evaluator: stored, judged, looked at."""

from __future__ import annotations

from datetime import timedelta

from services.alerts.history import Start
from services.alerts.taking import read
from services.core.domain.viability.assessment import fold
from services.core.domain.viability.sample import Sample
from services.core.storage.cases import CaseFile, Cases
from services.core.storage.database import Database
from services.core.storage.schema import assessment_state
from tests.integration.alerts.builders import Trip, a_box, a_trip, at, rows_of, store

CALM = [(m, float(m), 5.0) for m in range(60)]
WARM = [(60 + m, 60.0 + m, 5.0 + m) for m in range(12)]
COOL = [(72 + m, 72.0 + m, max(5.0, 15.0 - m)) for m in range(60)]


async def one_trip(database: Database, box_id: str = "CB-0001", **more: object) -> Trip:
    async with database.unit_of_work() as uow:
        return await a_trip(uow, await a_box(uow, box_id), **more)  # type: ignore[arg-type]


async def clean_state(database: Database, trip: Trip) -> dict[str, object]:
    """The state after one fold of everything that is stored."""
    async with database.unit_of_work() as uow:
        files = await Cases(timedelta(minutes=15)).load(uow, [trip.payload_id], at(1500))
    file = files[trip.payload_id]
    return fold(file.case, None, await samples_of(database, file)).to_document()


async def samples_of(database: Database, file: CaseFile) -> list[Sample]:
    """Everything that is stored of a payload."""
    async with database.unit_of_work() as uow:
        start = {file.payload_id: Start(state=None, late=False)}
        samples, _ = await read(uow, [file], start)
    return samples[file.payload_id]


async def put(database: Database, trip: Trip, points: list[tuple[int, float, float]]) -> None:
    async with database.unit_of_work() as uow:
        await store(uow, trip, points)


async def state_of(database: Database, trip: Trip) -> dict[str, object]:
    rows = await rows_of(database, assessment_state)
    return next(row for row in rows if row["payload_id"] == trip.payload_id)


A_DAY = [(m, 5.0 * m, 5.0) for m in range(288)]

"""What alerts makes of an inspection that somebody left open, on a real PostgreSQL."""

from datetime import timedelta

from sqlalchemy import update

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database
from services.core.storage.schema import alarm, inspection
from services.core.storage.worklist import Worklist
from tests.integration.alerts.builders import (
    Trip,
    a_box,
    a_site,
    a_trip,
    an_inspection,
    at,
    rows_of,
    store,
)

CALM = [(m, float(m), 5.0) for m in range(90)]


async def judged(database: Database, trip: Trip, minute: float) -> list[tuple[str, bool]]:
    """Kinds of alarms that were raised, and whether each is over."""
    evaluator = Evaluator(database, claim_max=64, no_data_after=timedelta(minutes=15))
    async with database.unit_of_work() as uow:
        work = {trip.payload_id: at(minute)}
        await Worklist(uow).put_payloads(work, "inspection_begun", at(minute))
    await evaluator.run_once(at(minute))
    rows = await rows_of(database, alarm, "raised_at")
    return [(str(row["kind"]), row["returned_at"] is not None) for row in rows]


async def test_an_inspection_left_open_is_an_alarm_until_somebody_ends_it(
    database: Database,
) -> None:
    async with database.unit_of_work() as uow:
        await a_site(uow)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), site_id="PVG", state="moving")
        await store(uow, trip, CALM)
    inspection_id = await an_inspection(database, trip, begun=60, due=80)
    assert ("inspection_open", False) not in await judged(database, trip, 79)
    assert ("inspection_open", False) in await judged(database, trip, 81)
    async with database.unit_of_work() as uow:
        await uow.execute(
            update(inspection)
            .where(inspection.c.inspection_id == inspection_id)
            .values(state="CUSTOMS_CLEARED", ended_at=at(82), decided_at=at(82))
        )
    assert ("inspection_open", True) in await judged(database, trip, 83)

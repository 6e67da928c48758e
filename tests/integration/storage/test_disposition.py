"""The view says of stored rows what the domain says of every combination."""

from __future__ import annotations

from sqlalchemy import insert, text

from services.core.domain.quality.disposition import Grounds, all_grounds
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.schema import (
    assessment,
    assessment_state,
)
from tests.integration.alerts.builders import START, Trip, a_box, a_decision, a_trip, two_of_qa

SEEN = {"excursions": [], "broken": ["absolute_limit"]}


async def store(uow: UnitOfWork, trip: Trip, grounds: Grounds) -> None:
    """The rows that these grounds are read from."""
    whose = {"payload_id": trip.payload_id, "shipment_id": trip.shipment_id}
    await uow.execute(insert(assessment_state).values(**whose, qa_hold=grounds.hold))
    broken = ["glass_transition"] if grounds.overtaken else SEEN["broken"]
    await uow.execute(
        insert(assessment).values(
            payload_id=trip.payload_id, revision=1, reason="readings", as_of=START,
            recorded_at=START, model_version="1", inputs_hash="00",
            body={"told": {"excursions": [], "broken": broken}},
        )
    )  # fmt: skip
    if grounds.decided is not None:
        await a_decision(uow, trip, grounds.decided, SEEN)


async def test_view_and_domain_agree_about_every_combination(database: Database) -> None:
    wanted = {}
    async with database.unit_of_work() as uow:
        await two_of_qa(uow)
        for number, grounds in enumerate(all_grounds()):
            trip = await a_trip(uow, await a_box(uow, f"CB-{number:04}"))
            await store(uow, trip, grounds)
            wanted[trip.payload_id] = (grounds.standing.value, grounds.overtaken)
        rows = await uow.execute(
            text("SELECT payload_id, value, overtaken FROM payload_disposition")
        )
        assert {row.payload_id: (row.value, row.overtaken) for row in rows} == wanted

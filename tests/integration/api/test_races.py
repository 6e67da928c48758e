"""Many at once: one wins, the others are told what to do, and nothing is torn."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from services.core.domain.errors import SlotTaken
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import Database
from tests.support.api import NOW, at, bay, box, made, payload, rows, shipment, shipped, site

MANY = 50


async def _book(client: httpx.AsyncClient, shipment_id: str) -> httpx.Response:
    wish = {"shipment_id": shipment_id, "bay_id": "PVG-C1", "start": at(2)}
    return await client.post("/appointments", json=wish)


async def test_of_fifty_bookings_of_one_slot_exactly_one_wins(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipments = [await shipped(at_site, number) for number in range(1, MANY + 1)]
    answers = await asyncio.gather(*(_book(at_site, one["id"]) for one in shipments))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: MANY - 1}
    assert {a.json()["type"] for a in answers if a.status_code == 409} == {"/problems/slot-taken"}
    held = await rows(database, "SELECT state FROM appointment")
    assert [row.state for row in held] == ["TENTATIVE"]


async def test_a_bay_of_three_places_takes_exactly_three_at_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay(places=3)]))
    shipments = [await shipped(client, number) for number in range(1, 11)]
    await asyncio.gather(*(_book(client, one["id"]) for one in shipments))
    held = await rows(database, "SELECT place FROM appointment ORDER BY 1")
    assert [row.place for row in held] == [1, 2, 3]


async def test_one_shipment_books_once_however_often_it_asks(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay(places=9)]))
    created = await shipped(client)
    answers = await asyncio.gather(*(_book(client, created["id"]) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}


async def test_the_database_itself_refuses_a_place_that_is_held(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    first, second = [await shipped(at_site, number) for number in (1, 2)]
    await _book(at_site, first["id"])
    start = NOW + timedelta(hours=2, minutes=10)
    row = {
        "appointment_id": uuid4(),
        "shipment_id": UUID(second["id"]),
        "bay_id": "PVG-C1",
        "place": 1,
        "booked_at": NOW,
        "booked_by": "local-operator",
    }
    with pytest.raises(SlotTaken):
        async with database.unit_of_work() as unit:
            await AppointmentRepository(unit).add(row, start, start + timedelta(minutes=15))


async def test_one_box_is_packed_for_one_shipment_at_once(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    await made(at_site, "/boxes", box())
    bodies = [shipment(f"CT-{number:04d}", payloads=[payload()]) for number in range(8)]
    answers = await asyncio.gather(*(at_site.post("/shipments", json=body) for body in bodies))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert len(await rows(database, "SELECT 1 FROM shipment")) == 1


async def test_of_two_changes_with_the_same_tag_one_is_refused(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    tag = {"if-match": (await at_site.get(path)).headers["etag"]}
    answers = await asyncio.gather(
        *(at_site.patch(path, json={"product": name}, headers=tag) for name in ("a", "b"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_two_changes_of_one_flight_from_two_shipments_both_come_through(
    at_site: httpx.AsyncClient,
) -> None:
    created = [await shipped(at_site, number) for number in range(1, 5)]
    paths = [f"/shipments/{one['id']}/legs/{one['legs'][0]['id']}" for one in created]
    answers = await asyncio.gather(
        *(at_site.patch(path, json={"estimated_arrival": at(10)}) for path in paths * 3)
    )
    assert {answer.status_code for answer in answers} == {200}

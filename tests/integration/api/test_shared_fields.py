"""What is shown of a shipment to each with whom it is shared, in answers and in the stream."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import text

from services.api.routes.stream import stream_events
from services.api.sight import Sight, view_of
from services.core.domain.governance.access import Role
from services.core.storage.database import Database
from tests.integration.api.sharing import House
from tests.support.api import NOW, at, made, raise_alarm
from tests.support.firms import enter_shipment, key_of


async def test_customs_sees_what_customs_must_see_and_only_that(
    house: House, database: Database
) -> None:
    """S22: pseudonym, position, people and treatment slot are not in it."""
    await database_position(database, house.shipment)
    alarm_id = await raise_alarm(database, house.shipment, kind="no_data")
    await house.book()
    full = (await house.client.get(house.path, headers=house.a)).json()
    assert full["payloads"][0]["reference"] == "COI-1"
    assert full["last_reading"]["lat"] == 31.1
    seen = (await house.client.get(house.path, headers=house.customs)).json()
    assert seen.keys() == full.keys()
    assert seen["payloads"][0]["reference"] is None
    assert seen["last_reading"] == {"temp_c": 4.5, "placed_at": at(-1)}
    assert (seen["needed_by"], seen["summary"]) == (None, {})
    for name in ("reference", "condition", "deadline", "boxes", "consignee", "appointment"):
        assert seen[name] or name == "consignee", name
    alarm = await house.client.get(f"/alarms/{alarm_id}", headers=house.customs)
    assert (alarm.status_code, alarm.json()["call"], alarm.json()["config"]) == (200, None, {})
    assert "Canary" not in alarm.text


async def test_what_a_shipment_was_shared_as_decides_its_fields_whatever_the_role_at_home(
    house: House, database: Database
) -> None:
    """S22: an operator who carries it for another sees neither the bag's name nor who is called."""
    await database_position(database, house.shipment)
    alarm_id = await raise_alarm(database, house.shipment, kind="no_data")
    await house.share(organisation="firm-b", party="carrier")
    for path in (house.path, "/shipments", "/alarms", f"/alarms/{alarm_id}"):
        answer = await house.client.get(path, headers=house.b)
        assert answer.status_code == 200, path
        for hidden in ("COI-1", "Kim Canary", "5555 0000"):
            assert hidden not in answer.text, (path, hidden)
    carried = (await house.client.get(house.path, headers=house.b)).json()
    assert (set(carried["last_reading"]), carried["needed_by"]) == ({"temp_c", "placed_at"}, None)
    await enter_shipment(house.client, house.b, 2)
    listed = (await house.client.get("/shipments", headers=house.b)).json()["items"]
    bags = {one["reference"]: one["payloads"][0]["reference"] for one in listed}
    assert bags == {"CT-0001": None, "CT-0002": "COI-2"}
    for path in ("assessments", "profile-moves"):
        answer = await house.client.get(f"{house.path}/{path}", headers=house.b)
        assert (answer.status_code, answer.json()["items"]) == (200, []), path
    grants = (await house.client.get(f"{house.path}/grants", headers=house.a)).json()["items"]
    await house.client.post(
        f"{house.path}/grants/{grants[-1]['id']}/revoke", json={"reason": "x"}, headers=house.a
    )
    await house.share(organisation="firm-b", party="consignee")
    seen = (await house.client.get(house.path, headers=house.b)).json()
    assert seen["payloads"][0]["reference"] == "COI-1"
    assert set(seen["last_reading"]) == {"temp_c", "placed_at"}


async def test_a_device_sees_its_own_box_and_no_other_of_its_house(house: House) -> None:
    await enter_shipment(house.client, house.a, 5)
    body = {"organisation": "firm-a", "role": "device", "name": "CB-0001", "box": "CB-0001"}
    device = await made(house.client, "/keys", body)
    headers = {"authorization": f"Bearer {device['key']}"}
    assert device["principal_id"] == "box:CB-0001"
    for box, status in (("CB-0001", 200), ("CB-0005", 404), ("CB-9999", 404)):
        for path in (f"/boxes/{box}", f"/boxes/{box}/boots"):
            assert await house.status(headers, path) == status, path
    nameless = await key_of(house.client, "firm-a", "device")
    assert await house.status(nameless, "/boxes/CB-0001") == 404
    person = await house.client.post("/keys", json={**body, "role": "operator"})
    assert (person.status_code, person.json()["errors"][0]["pointer"]) == (422, "box")


async def database_position(database: Database, shipment: dict[str, Any]) -> None:
    """The newest reading, as alerts keeps it."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text(
                "UPDATE assessment_state SET last_reading = jsonb_build_object('temp_c', 4.5,"
                " 'placed_at', CAST(:at AS text), 'lat', 31.1, 'lon', 121.8)"
                " WHERE shipment_id = :id"
            ),
            {"id": UUID(shipment["id"]), "at": at(-1)},
        )


async def test_readings_are_shown_for_the_time_of_the_stay_alone(
    house: House, database: Database
) -> None:
    """Packed four hours ago: what the box measured an hour before belongs to nobody else."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text(
                "INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)"
                " SELECT box_no, 'b1', :now, :now FROM box"
            ),
            {"now": NOW},
        )
        for seq, hours in enumerate((-5, -3, -1)):
            await unit.execute(
                text(
                    "INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at,"
                    " temp_c) SELECT box_no, boot_no, :seq, :t, :t, :t, :c FROM watermark"
                ),
                {"seq": seq, "t": NOW + timedelta(hours=hours), "c": float(seq)},
            )
    await house.share()
    path = f"/boxes/CB-0001/readings?from={at(-24)}&to={at(0)}"
    own = (await house.client.get(path, headers=house.a)).json()["items"]
    shared = (await house.client.get(path, headers=house.hospital)).json()["items"]
    assert [point["temp_c"] for point in own] == [0.0, 1.0, 2.0]
    assert [point["temp_c"] for point in shared] == [1.0, 2.0]
    assert await house.status(house.b, path) == 404


async def test_a_stream_brings_what_may_be_seen_and_takes_away_what_may_no_longer(
    house: House, running: FastAPI, database: Database
) -> None:
    hospital = Sight(organisation_id="hospital", view=view_of(Role.CONSIGNEE))
    grant = await house.share()
    async with asyncio.timeout(60):
        events = stream_events(running.state.parts.broadcaster, 60, hospital)
        await anext(events)
        (seen,) = _data(await anext(events))["shipments"]
        assert (seen["reference"], seen["last_reading"]) == ("CT-0001", None)
        await enter_shipment(house.client, house.b, 4)
        path = f"{house.path}/grants/{grant['id']}/revoke"
        await house.client.post(path, json={"reason": "over"}, headers=house.a)
        async for event in events:
            assert b"CT-0004" not in event
            if event.startswith(b"event: gone") and house.shipment["id"].encode() in event:
                break


async def test_a_stream_shows_what_was_shared_with_the_fields_of_what_it_was_shared_as(
    house: House, running: FastAPI
) -> None:
    carrier = Sight(organisation_id="firm-b", view=view_of(Role.OPERATOR))
    await house.share(organisation="firm-b", party="carrier")
    await enter_shipment(house.client, house.b, 6)
    async with asyncio.timeout(60):
        events = stream_events(running.state.parts.broadcaster, 60, carrier)
        await anext(events)
        seen = _data(await anext(events))["shipments"]
    bags = {one["reference"]: one["payloads"][0]["reference"] for one in seen}
    assert bags == {"CT-0001": None, "CT-0006": "COI-6"}


def _data(event: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.decode().split("data: ", 1)[1])
    return found

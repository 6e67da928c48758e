"""Two firms, customs and a hospital on one API: what each sees, and for how long."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.api.routes.stream import stream_events
from services.api.rules import RULES, may
from services.api.sight import Sight, view_of
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, Judged, at, judge, made, raise_alarm, rows, seen
from tests.support.firms import customs_site, enter_shipment, firm, key_of, kind_with

Headers = dict[str, str]
CANARIES = ("CT-0001", "CB-0001", "COI-1", "Kim Canary", "5555 0000", "SN-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everybody's way in, and the shipment of firm A."""

    client: httpx.AsyncClient
    a: Headers
    b: Headers
    customs: Headers
    hospital: Headers
    shipment: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/shipments/{self.shipment['id']}"

    async def share(self, **changes: Any) -> dict[str, Any]:
        """Firm A shares its shipment with the hospital."""
        body = {"organisation": "hospital", "party": "consignee", "reason": "receives it"}
        answer = await self.client.post(
            f"{self.path}/grants", json={**body, **changes}, headers=self.a
        )
        assert answer.status_code == 201, answer.text
        grant: dict[str, Any] = answer.json()
        return grant

    async def book(self) -> dict[str, Any]:
        """Firm A holds a place at the site of customs."""
        wish = {"shipment_id": self.shipment["id"], "bay_id": "PVG-C1", "start": at(2)}
        answer = await self.client.post("/appointments", json=wish, headers=self.a)
        assert answer.status_code == 201, answer.text
        appointment: dict[str, Any] = answer.json()
        return appointment

    async def status(self, headers: Headers, path: str | None = None) -> int:
        """What is answered to a question for the shipment."""
        return (await self.client.get(path or self.path, headers=headers)).status_code


@pytest.fixture
async def house(client: httpx.AsyncClient, database: Database) -> House:
    for name, kind in (
        ("firm-a", "operator"),
        ("firm-b", "operator"),
        ("customs", "customs_site"),
        ("hospital", "consignee"),
    ):
        await firm(client, name, kind)
    await customs_site(client, "customs")
    a = await key_of(client, "firm-a", "operator")
    shipment = await enter_shipment(client, a, 1)
    await judge(database, shipment, Judged())
    return House(
        client=client,
        a=a,
        b=await key_of(client, "firm-b", "operator"),
        customs=await key_of(client, "customs", "customs_officer"),
        hospital=await key_of(client, "hospital", "consignee"),
        shipment=shipment,
    )


async def test_a_shipment_is_its_owners_alone_until_it_is_shared(house: House) -> None:
    assert await house.status(house.a) == 200
    for stranger in (house.b, house.customs, house.hospital):
        assert await house.status(stranger) == 404
        listed = await house.client.get("/shipments", headers=stranger)
        assert listed.json()["items"] == []
    assert await house.status(house.b, "/boxes/CB-0001") == 404
    assert await house.status(house.a, "/boxes/CB-0001") == 200


async def test_a_grant_shows_the_shipment_until_it_ends_or_is_revoked(
    house: House, clock: FixedClock
) -> None:
    await house.share(ends_at=at(1))
    assert await house.status(house.hospital) == 200
    assert await house.status(house.hospital, "/boxes/CB-0001") == 200
    assert await house.status(house.b) == 404
    clock.advance(timedelta(hours=1))
    assert await house.status(house.hospital) == 404
    grant = await house.share()
    assert await house.status(house.hospital) == 200
    path = f"{house.path}/grants/{grant['id']}/revoke"
    ended = await house.client.post(path, json={"reason": "handed over"}, headers=house.a)
    assert (ended.status_code, ended.json()["in_force"]) == (200, False)
    assert await house.status(house.hospital) == 404
    assert await house.status(house.hospital, "/boxes/CB-0001") == 404


async def test_a_grant_shows_nothing_before_it_begins(house: House, clock: FixedClock) -> None:
    await house.share(starts_at=at(1))
    assert await house.status(house.hospital) == 404
    clock.advance(timedelta(hours=1))
    assert await house.status(house.hospital) == 200


async def test_only_the_owner_shares_and_everybody_sees_their_own_grants(house: House) -> None:
    await house.share()
    body = {"organisation": "firm-b", "party": "carrier", "reason": "x"}
    stranger = await house.client.post(f"{house.path}/grants", json=body, headers=house.b)
    assert stranger.status_code == 404
    grantee = await house.client.post(f"{house.path}/grants", json=body, headers=house.hospital)
    assert grantee.status_code == 403
    own = (await house.client.get(f"{house.path}/grants", headers=house.hospital)).json()["items"]
    assert [(one["organisation"], one["granted_by"]) for one in own] == [("hospital", None)]
    all_of_it = (await house.client.get(f"{house.path}/grants", headers=house.a)).json()["items"]
    assert {one["party"] for one in all_of_it} == {"owner", "consignee"}


async def test_booking_a_place_shares_with_customs_and_giving_it_back_ends_it(
    house: House, database: Database
) -> None:
    appointment = await house.book()
    assert await house.status(house.customs) == 200
    read = await house.client.get(f"/appointments/{appointment['id']}", headers=house.customs)
    assert (read.status_code, read.json()["booked_by"]) == (200, None)
    cancelled = await house.client.post(
        f"/appointments/{appointment['id']}/cancel",
        json={"reason": "late"},
        headers={**house.customs, **seen(appointment)},
    )
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "CANCELLED")
    assert await house.status(house.customs) == 404
    acts = await rows(
        database,
        "SELECT action FROM audit_entry WHERE action LIKE '%shar%' ORDER BY id",
    )
    assert [one[0] for one in acts] == ["share", "stop_sharing"]


async def test_a_held_place_is_not_free_to_others_who_learn_nothing_of_its_holder(
    house: House,
) -> None:
    await house.book()
    other = await enter_shipment(house.client, house.b, 2)
    answer = await house.client.get(f"/shipments/{other['id']}/slots", headers=house.b)
    starts = [slot["start"] for slot in answer.json()["items"] + answer.json()["first_open"]]
    assert at(2) not in starts
    assert not any(canary in answer.text for canary in CANARIES)
    taken = {"shipment_id": other["id"], "bay_id": "PVG-C1", "start": at(2)}
    refused = await house.client.post("/appointments", json=taken, headers=house.b)
    assert refused.status_code == 409
    assert not any(canary in refused.text for canary in CANARIES)


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


async def test_what_is_entered_belongs_to_ones_own_organisation(house: House) -> None:
    body = {"box_id": "CB-0007", "simulated": True, "owner": "firm-b"}
    answer = await house.client.post("/boxes", json=body, headers=house.a)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "what you enter belongs to your own organisation",
    )


async def test_another_firms_box_cannot_be_packed(house: House) -> None:
    mine = await enter_shipment(house.client, house.b, 3)
    body = {
        "payload_id": mine["payloads"][0]["id"],
        "box_id": "CB-0001",
        "from": at(-1),
        "reason": "x",
    }
    answer = await house.client.post(
        f"/shipments/{mine['id']}/assignments", json=body, headers=house.b
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, "there is no box CB-0001")


async def test_an_owned_site_is_changed_by_its_customs_alone(house: House) -> None:
    await firm(house.client, "elsewhere", "customs_site")
    other = await key_of(house.client, "elsewhere", "customs_officer")
    seen = await house.client.get("/sites/PVG", headers=other)
    assert seen.status_code == 200
    for headers, status in ((other, 403), (house.customs, 200)):
        answer = await house.client.patch(
            "/sites/PVG",
            json={"picking_min": 45},
            headers={**headers, "if-match": seen.headers["etag"]},
        )
        assert answer.status_code == status, answer.text


@pytest.fixture
async def running(app: FastAPI) -> AsyncIterator[FastAPI]:
    task = asyncio.create_task(app.state.parts.broadcaster.run())
    yield app
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


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


@pytest.mark.parametrize("part", range(4))
async def test_to_a_stranger_in_any_role_an_object_is_as_one_that_does_not_exist(
    house: House, database: Database, part: int
) -> None:
    """S21: the matrix of roles, routes and organisations, made from the table of rules."""
    ids = await _objects(house, database)
    for role in list(Role)[part::4]:
        kind = kind_with(role)
        name = f"other-{role}".replace("_", "-")
        await firm(house.client, name, kind)
        headers = await key_of(house.client, name, role)
        for (method, path), rule in RULES.items():
            if path == "/stream":
                continue
            answer = await _ask(house.client, method, path, ids, headers)
            allowed = role in rule.roles
            assert may(frozenset({role}), method, path) is allowed
            assert (answer.status_code == 403) is not allowed or path == "/sites/{site_id}"
            assert answer.status_code not in (401, 500), (role, method, path)
            said = _said(answer)
            assert not any(canary in said for canary in CANARIES), (role, method, path, said)
            if allowed and "{" in path and not path.startswith(("/sites", "/keys")):
                unknown = await _ask(house.client, method, path, {}, headers)
                assert (answer.status_code, _said(answer)) == (
                    unknown.status_code,
                    _said(unknown),
                ), (role, method, path)


async def _objects(house: House, database: Database) -> dict[str, str]:
    """An object of firm A for each name in a path."""
    appointment = await house.book()
    grant = (await house.client.get(f"{house.path}/grants", headers=house.a)).json()["items"][0]
    deviation = await house.client.post(
        f"{house.path}/deviations",
        json={"payload_id": house.shipment["payloads"][0]["id"], "description": "seen"},
        headers=house.a,
    )
    return {
        "shipment_id": house.shipment["id"],
        "box_id": "CB-0001",
        "probe_id": "SN-1",
        "leg_id": house.shipment["legs"][0]["id"],
        "alarm_id": str(await raise_alarm(database, house.shipment)),
        "appointment_id": appointment["id"],
        "deviation_id": deviation.json()["id"],
        "grant_id": grant["id"],
        "site_id": "PVG",
    }


async def _ask(
    client: httpx.AsyncClient, method: str, path: str, ids: dict[str, str], headers: Headers
) -> httpx.Response:
    unknown = {"box_id": "CB-9999", "probe_id": "SN-9", "prefix": "aaaaaaaa", "site_id": "NONE"}
    for part in path.split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            path = path.replace(part, ids.get(name) or unknown.get(name) or str(uuid4()))
    return await client.request(method, path, content=b"{}", headers=headers)


def _said(answer: httpx.Response) -> str:
    """The answer, without what was asked for: its own address stands in a refusal."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text
    said = answer.json()
    said.pop("instance", None)
    return json.dumps(said).replace("CB-0001", "CB-9999").replace("SN-1", "SN-9")


async def test_the_installation_itself_sees_and_may_name_every_owner(
    house: House, client: httpx.AsyncClient
) -> None:
    assert (await client.get(house.path)).status_code == 200
    await made(client, "/boxes", {"box_id": "CB-0009", "simulated": True, "owner": "firm-b"})
    assert await house.status(house.b, "/boxes/CB-0009") == 200
    assert await house.status(house.a, "/boxes/CB-0009") == 404

"""Alarms that are given to somebody: whose they are, and that it silences nothing."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.sharing import House
from tests.support.api import NOW, at, made, raise_alarm, rows, shipped
from tests.support.people import PASSWORD, Visitor, entered

SEEN = {"screen": "alarms", "state": "UNACKNOWLEDGED", "revision": 1}


@pytest.fixture
async def two(app: FastAPI, at_site: httpx.AsyncClient) -> tuple[Visitor, Visitor]:
    """Chen and Li, who look after the same alarms."""
    return await entered(app, at_site), await entered(app, at_site, "li.na")


@pytest.fixture
async def alarm_id(at_site: httpx.AsyncClient, database: Database) -> Any:
    """An alarm of a shipment that both see."""
    return await raise_alarm(database, await shipped(at_site))


async def _give(who: Visitor, alarm_id: Any, to: str | None, **more: Any) -> httpx.Response:
    return await who.post(f"/alarms/{alarm_id}/assign", {"to": to, **more})


async def test_an_alarm_given_to_somebody_sounds_until_they_take_it(
    two: tuple[Visitor, Visitor],
    at_site: httpx.AsyncClient,
    database: Database,
    clock: FixedClock,
) -> None:
    chen, li = two
    created = await shipped(at_site)
    alarm_id = await raise_alarm(database, created)
    before = (await chen.get(f"/alarms/{alarm_id}")).json()
    known = (await chen.get("/alarms/assignees")).json()["items"]
    assert [one["person_id"] for one in known] == ["chen.yu", "li.na"]
    body = {"to": "li.na", "reason": "knows the courier", "seen": SEEN}
    given, again = [
        (await chen.post(f"/alarms/{alarm_id}/assign", body, idempotency_key="tap-1")).json()
        for _ in range(2)
    ]
    assert given == again
    assert given["assigned"] == {
        "at": at(0),
        "by": "chen.yu",
        "to": "li.na",
        "name": "Chen Yu",
        "reason": "knows the courier",
    }
    assert (given["state"], given["acknowledged"]) == ("UNACKNOWLEDGED", None)
    assert given["revision"] > before["revision"], "the stream tells it"
    shown = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert shown["open_alarm"]["state"] == "UNACKNOWLEDGED"

    clock.advance(timedelta(minutes=1))
    taken = (await li.post(f"/alarms/{alarm_id}/acknowledge", {"reason": "called"})).json()
    assert (taken["acknowledged"]["by"], taken["assigned"]) == ("li.na", None)
    steps = (await chen.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [(one["move"], one["by"], one["assigned_to"], one["screen"]) for one in steps] == [
        ("assigned", "chen.yu", "li.na", "alarms"),
        ("taken", "li.na", None, None),
    ]
    (noted,) = await rows(
        database, "SELECT before, after, reason FROM audit_entry WHERE action = 'assign'"
    )
    assert (noted.before["assigned_to"], noted.after["assigned_to"]) == (None, "li.na")
    assert noted.reason == "knows the courier"


async def test_two_who_give_it_at_once_are_told_and_it_can_be_taken_back(
    two: tuple[Visitor, Visitor], clock: FixedClock, alarm_id: Any
) -> None:
    chen, li = two
    assert (await _give(chen, alarm_id, None)).status_code == 422
    assert (await _give(chen, alarm_id, "nobody")).status_code == 422
    assert (await _give(chen, alarm_id, "li.na")).status_code == 200
    late = await _give(li, alarm_id, "chen.yu")
    assert (late.status_code, late.json()["type"]) == (412, "/problems/stale-revision")
    body = {"to": "chen.yu", "instead_of": "li.na"}
    for held, status in ((late, 412), (await li.get(f"/alarms/{alarm_id}"), 200)):
        tag = held.headers.get("etag", '"1.0"')
        answer = await li.post(f"/alarms/{alarm_id}/assign", body, if_match=tag)
        assert answer.status_code == status, answer.text
    clock.advance(timedelta(minutes=1))
    back = await _give(li, alarm_id, None, instead_of="chen.yu")
    assert back.json()["assigned"] is None
    steps = (await chen.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [one["move"] for one in steps] == ["assigned", "assigned", "unassigned"]


async def test_who_has_it_gives_it_away_and_the_shift_is_taken_over_around_it(
    two: tuple[Visitor, Visitor], at_site: httpx.AsyncClient, alarm_id: Any
) -> None:
    chen, li = two
    await chen.post(f"/alarms/{alarm_id}/acknowledge")
    await _give(chen, alarm_id, "li.na")
    said = (await chen.post(f"/alarms/{alarm_id}/acknowledge", {"reason": "box is closed"})).json()
    assert (said["acknowledged"]["by"], said["assigned"]["to"]) == ("chen.yu", "li.na")
    shift = await made(at_site, "/handover", {"alarms": 1})
    assert shift["seen"]["alarms"][0]["assigned_to"] == "li.na"
    held = (await chen.get(f"/alarms/{alarm_id}")).json()
    assert (held["acknowledged"]["by"], held["assigned"]["to"]) == ("local-operator", "li.na")
    taken = (await li.post(f"/alarms/{alarm_id}/take-over")).json()
    assert (taken["acknowledged"]["by"], taken["assigned"]) == ("li.na", None)


async def test_taken_by_mistake_and_given_back_it_is_theirs_again(
    two: tuple[Visitor, Visitor], clock: FixedClock, alarm_id: Any
) -> None:
    chen, li = two
    await li.post(f"/alarms/{alarm_id}/assign", {"to": "chen.yu", "reason": "knows the courier"})
    clock.advance(timedelta(minutes=1))
    taken = (await li.post(f"/alarms/{alarm_id}/acknowledge")).json()
    assert taken["assigned"] is None
    clock.advance(timedelta(seconds=20))
    back = (await li.post(f"/alarms/{alarm_id}/take-back")).json()
    assert (back["state"], back["revision"] > taken["revision"]) == ("UNACKNOWLEDGED", True)
    assert back["assigned"]["to"] == "chen.yu"
    assert back["assigned"]["reason"] == "knows the courier"
    steps = (await chen.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert {one["move"] for one in steps[2:]} == {"taken_back", "assigned"}


async def test_whose_access_ends_has_no_alarm_any_more(
    two: tuple[Visitor, Visitor], at_site: httpx.AsyncClient, database: Database, alarm_id: Any
) -> None:
    chen, _ = two
    await _give(chen, alarm_id, "li.na")
    before = (await chen.get(f"/alarms/{alarm_id}")).json()
    await at_site.post("/people/li.na/disable", json={"reason": "left"})
    now = (await chen.get(f"/alarms/{alarm_id}")).json()
    assert (now["assigned"], now["revision"] > before["revision"]) == (None, True)
    (noted,) = await rows(database, "SELECT after FROM audit_entry WHERE action = 'disable'")
    assert noted.after["alarms_ended"] == 1


async def test_it_stays_theirs_through_the_shelf_and_ends_with_the_alarm(
    two: tuple[Visitor, Visitor],
    at_site: httpx.AsyncClient,
    database: Database,
    clock: FixedClock,
) -> None:
    chen, _ = two
    alarm_id = await raise_alarm(database, await shipped(at_site), kind="no_data", priority=2)
    await _give(chen, alarm_id, "li.na")
    aside = {"until": at(0.5), "reason": "radio is being changed"}
    shelved = (await chen.post(f"/alarms/{alarm_id}/shelve", aside)).json()
    assert (shelved["state"], shelved["assigned"]["to"]) == ("SHELVED", "li.na")
    clock.advance(timedelta(minutes=30))
    assert (await chen.get(f"/alarms/{alarm_id}")).json()["assigned"]["to"] == "li.na"
    await _closed(database, alarm_id, NOW + timedelta(minutes=20))
    assert (await _give(chen, alarm_id, "chen.yu", instead_of="li.na")).status_code == 409
    await _closed(database, alarm_id, None)  # the same condition is there again
    assert (await chen.get(f"/alarms/{alarm_id}")).json()["assigned"] is None


async def _closed(database: Database, alarm_id: Any, at: Any) -> None:
    """As alerts closes it, or opens it again."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text("UPDATE alarm SET closed_at = :at, returned_at = :at WHERE alarm_id = :id"),
            {"id": alarm_id, "at": at},
        )
        if at is not None:
            await unit.execute(
                text(
                    "INSERT INTO alarm_transition (alarm_id, move, at, recorded_at)"
                    " VALUES (:id, 'closed', :at, :at)"
                ),
                {"id": alarm_id, "at": at},
            )


async def test_it_is_given_within_the_own_house_and_customs_are_given_none(
    house: House, app: FastAPI, database: Database
) -> None:
    alarm_id = await raise_alarm(database, house.shipment)
    body = {"name": "Fang", "roles": ["operator"]}
    for firm in ("firm-a", "firm-b"):
        person = {**body, "person_id": f"fang.{firm}", "organisation": firm}
        link = (await made(house.client, "/people", person))["link"]
        token = link.partition("#link=")[2]
        await Visitor(app).post("/sign-in/link", {"token": token, "password": PASSWORD})
    path = f"/alarms/{alarm_id}/assign"
    known = await house.client.get("/alarms/assignees", headers=house.a)
    assert [one["person_id"] for one in known.json()["items"]] == ["fang.firm-a"]
    for to, status in (("fang.firm-b", 422), ("fang.firm-a", 200)):
        answer = await house.client.post(path, json={"to": to}, headers=house.a)
        assert answer.status_code == status, answer.text
    assert await house.status(house.customs, "/alarms/assignees") == 403
    assert await house.status(house.b, f"/alarms/{alarm_id}") == 404
    await house.share()
    seen = await house.client.get(f"/alarms/{alarm_id}", headers=house.hospital)
    assert seen.json()["assigned"] is None, "no person of the house"

"""Alarms as people see and take them, and messages that were refused, over HTTP."""

import base64
from datetime import timedelta
from uuid import uuid4

import httpx
from sqlalchemy import insert

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.schema import rejected_message
from tests.support.api import NOW, at, raise_alarm, rows, shipped


async def _open(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await client.get("/alarms", params={"open": "true"})).json()["items"]
    return [(one["kind"], one["state"]) for one in found]


async def test_taking_an_alarm_names_who_and_until_when(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    alarm_id = await raise_alarm(database, created)
    assert await _open(at_site) == [("excursion", "UNACKNOWLEDGED")]
    taken = await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    assert taken.json()["state"] == "ACKNOWLEDGED"
    assert taken.json()["acknowledged"] == {
        "at": at(0),
        "by": "local-operator",
        "reason": "called LH",
        "lapses_at": at(8),
    }
    assert (await at_site.get(f"/shipments/{created['id']}")).json()["open_alarm"]["state"] == (
        "ACKNOWLEDGED"
    )


async def test_one_tap_without_a_body_takes_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    assert (await at_site.post(f"/alarms/{alarm_id}/acknowledge")).status_code == 200
    work = await rows(database, "SELECT 1 FROM worklist WHERE reason = 'alarm_acknowledged'")
    assert len(work) == 1


async def test_an_acknowledgement_lapses_after_the_shift(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    clock.advance(timedelta(hours=8))
    assert await _open(at_site) == [("excursion", "UNACKNOWLEDGED")]


async def test_a_condition_that_ended_unseen_stays_until_it_is_taken(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), returned_at=NOW)
    assert await _open(at_site) == [("excursion", "RTN_UNACKNOWLEDGED")]
    taken = await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    assert taken.json()["state"] == "CLOSED"
    assert await _open(at_site) == []


async def test_a_closed_alarm_cannot_be_taken(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), closed_at=NOW)
    answer = await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    assert answer.json()["type"] == "/problems/illegal-transition"
    assert (await at_site.post(f"/alarms/{uuid4()}/acknowledge")).status_code == 404


async def test_the_worst_open_alarm_stands_on_the_shipment(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await raise_alarm(database, created, kind="no_data", priority=2)
    await raise_alarm(database, created, kind="limit_breach", priority=1)
    shown = (await at_site.get(f"/shipments/{created['id']}")).json()["open_alarm"]
    assert (shown["kind"], shown["priority"]) == ("limit_breach", 1)
    assert [kind for kind, _ in await _open(at_site)] == ["limit_breach", "no_data"]


async def test_all_alarms_are_listed_newest_first_in_parts(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    for minutes in (1, 2, 3):
        raised = NOW - timedelta(minutes=minutes)
        await raise_alarm(database, created, raised_at=raised, closed_at=NOW)
    part = (await at_site.get("/alarms", params={"limit": 2})).json()
    rest = (await at_site.get("/alarms", params={"cursor": part["next_cursor"]})).json()
    raised_at = [one["raised_at"] for one in part["items"] + rest["items"]]
    assert raised_at == sorted(raised_at, reverse=True)
    assert len(raised_at) == 3


async def test_refused_messages_are_listed_with_their_bytes(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        for number in range(3):
            await unit.execute(
                insert(rejected_message).values(
                    received_at=NOW,
                    topic="cl/v1/00/CB-0001/telemetry",
                    box_id="CB-0001",
                    payload=b"\x00garbage%d" % number,
                    sha256=b"\x01" * 32,
                    reason="not_json",
                    detail="the payload is not JSON",
                    remedy="send JSON",
                )
            )
    part = (await client.get("/rejected", params={"limit": 2, "box_id": "CB-0001"})).json()
    rest = (await client.get("/rejected", params={"cursor": part["next_cursor"]})).json()
    bodies = [base64.b64decode(one["payload_base64"]) for one in part["items"] + rest["items"]]
    assert bodies == [b"\x00garbage2", b"\x00garbage1", b"\x00garbage0"]
    assert part["items"][0]["sha256"] == "01" * 32

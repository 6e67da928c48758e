"""Alarms as people see them, over HTTP: in lists, on their shipment, with whom to call."""

from datetime import timedelta

import httpx

from services.core.storage.database import Database
from tests.support.api import NOW, raise_alarm, shipped


async def _open(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await client.get("/alarms", params={"open": "true"})).json()["items"]
    return [(one["kind"], one["state"]) for one in found]


async def test_the_list_is_narrowed_by_kind_rank_shipment_and_box(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await raise_alarm(database, created, kind="no_data", priority=2)
    await raise_alarm(database, created)
    for wanted, found in (
        ({"kind": "no_data"}, ["no_data"]),
        ({"priority": 1}, ["excursion"]),
        ({"shipment_id": created["id"], "priority": 2}, ["no_data"]),
        ({"box_id": "CB-0009"}, []),
    ):
        for part in ({"open": "true"}, {}):
            answer = await at_site.get("/alarms", params={**wanted, **part})
            assert [one["kind"] for one in answer.json()["items"]] == found


async def test_the_alarm_names_whom_to_call(at_site: httpx.AsyncClient, database: Database) -> None:
    courier = {"role": "Courier night desk", "name": "Li Na", "phone": "+86 21 5555 0000"}
    created = await shipped(at_site, contacts=[courier])
    alarm_id = await raise_alarm(database, created)
    shown = (await at_site.get(f"/alarms/{alarm_id}")).json()
    assert (shown["whom_to_call"], shown["call"]["name"]) == ("courier", "Li Na")
    assert shown["act_by"] == (NOW + timedelta(minutes=12)).isoformat().replace("+00:00", "Z")


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


async def test_the_load_is_counted_by_the_hour_and_what_comes_most_often_is_named(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    for minutes in (5, 65, 70, 75, 3 * 60):
        raised = NOW - timedelta(minutes=minutes)
        await raise_alarm(
            database, created, kind="no_data", priority=2, raised_at=raised, closed_at=NOW
        )
    await raise_alarm(database, created, raised_at=NOW - timedelta(minutes=66))
    load = (await at_site.get("/alarms/load", params={"hours": 3})).json()
    assert load["bearable_per_hour"] == 6
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    starts = [hour - timedelta(hours=n) for n in (2, 1, 0)]
    assert [one["start"] for one in load["hours"]] == [
        one.isoformat().replace("+00:00", "Z") for one in starts
    ]
    ages = [5, 65, 66, 70, 75, 180]
    raised_in = [
        sum(start <= NOW - timedelta(minutes=n) < start + timedelta(hours=1) for n in ages)
        for start in starts
    ]
    assert [one["raised"] for one in load["hours"]] == raised_in
    assert sum(one["urgent"] for one in load["hours"]) == 1
    first = load["most_frequent"][0]
    assert (first["kind"], first["shipment_reference"]) == ("no_data", created["reference"])
    assert first["raised"] == sum(raised_in) - 1
    assert len(load["most_frequent"]) == 2

"""The change of shift: notes and promises, and taking over what others had taken, by name."""

from datetime import timedelta
from typing import Any

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.sharing import House
from tests.support.api import at, made, raise_alarm, rows, shipped


async def _table(client: httpx.AsyncClient) -> dict[str, Any]:
    table: dict[str, Any] = (await client.get("/handover")).json()
    return table


async def test_promises_come_first_by_their_hour_and_are_crossed_out_once(
    client: httpx.AsyncClient,
) -> None:
    await made(client, "/handover/notes", {"words": "courier waits at gate 3"})
    late = await made(client, "/handover/notes", {"words": "call LHR", "due_at": at(5)})
    await made(client, "/handover/notes", {"words": "LN2", "due_at": at(1)})
    notes = (await _table(client))["notes"]
    assert [note["words"] for note in notes] == ["LN2", "call LHR", "courier waits at gate 3"]
    assert notes[0]["written_by"] == "Local operator"
    done = f"/handover/notes/{late['note_id']}/done"
    assert (await client.post(done, json={})).status_code == 200
    assert (await client.post(done, json={})).status_code == 409
    assert len((await _table(client))["notes"]) == 2


async def test_who_takes_the_shift_owns_what_was_taken_until_it_ends(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    clock.advance(timedelta(hours=3))
    unseen = await at_site.post("/handover", json={"alarms": 0})
    assert unseen.status_code == 409
    taken = await made(at_site, "/handover", {"alarms": 1})
    assert taken["taken_by"] == "Local operator"
    (seen,) = taken["seen"]["alarms"]
    assert (seen["state"], seen["taken_by"]) == ("ACKNOWLEDGED", "local-operator")
    alarm = (await at_site.get(f"/alarms/{alarm_id}")).json()["acknowledged"]
    assert (alarm["at"], alarm["reason"]) == (at(3), "called LH")
    assert [one["taken_at"] for one in (await _table(at_site))["handovers"]] == [at(3)]


async def test_customs_take_a_shift_over_and_are_shown_nobody_of_the_house(
    house: House, database: Database
) -> None:
    await house.book()
    alarm_id = await raise_alarm(database, house.shipment, kind="no_data")
    taken = await house.client.post(
        f"/alarms/{alarm_id}/acknowledge", json={"reason": "called"}, headers=house.a
    )
    assert taken.status_code == 200, taken.text
    answer = await house.client.post("/handover", json={"alarms": 1}, headers=house.customs)
    assert answer.status_code == 201, answer.text
    listed = (await house.client.get("/handover", headers=house.customs)).json()["handovers"]
    for one in (answer.json(), *listed):
        (seen,) = one["seen"]["alarms"]
        assert (seen["shipment_reference"], seen["taken_by"], seen["assigned_to"]) == (
            "CT-0001",
            None,
            None,
        )
    (kept,) = await rows(database, "SELECT seen FROM handover")
    assert kept[0]["alarms"][0]["taken_by"]

"""Alarms put off for a while, over HTTP, and those that cannot be."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from services.core.domain.alarm.kinds import ALARM_SPECS
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import at, raise_alarm, shipped


async def _open(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await client.get("/alarms", params={"open": "true"})).json()["items"]
    return [(one["kind"], one["state"]) for one in found]


async def test_a_shelved_alarm_comes_back_by_itself_and_when_it_grows_worse(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    alarm_id = await raise_alarm(database, created, kind="no_data", priority=2)
    aside = {"until": at(1), "reason": "radio is being changed"}
    shelved = (await at_site.post(f"/alarms/{alarm_id}/shelve", json=aside)).json()
    assert (shelved["state"], shelved["shelved"]["until"]) == ("SHELVED", at(1))
    assert (await at_site.get(f"/shipments/{created['id']}")).json()["open_alarm"] is None
    assert (await at_site.post(f"/alarms/{alarm_id}/acknowledge")).status_code == 409
    clock.advance(timedelta(hours=1))
    assert await _open(at_site) == [("no_data", "UNACKNOWLEDGED")]

    await at_site.post(f"/alarms/{alarm_id}/shelve", json={**aside, "until": at(3)})
    await _worsen(database, alarm_id)
    assert await _open(at_site) == [("no_data", "UNACKNOWLEDGED")]


async def _worsen(database: Database, alarm_id: object) -> None:
    """As alerts does when the condition is more urgent than it was."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text(
                "UPDATE alarm SET revision = revision + 1, sounded_revision = revision + 1,"
                " worsened_revision = revision + 1 WHERE alarm_id = :id"
            ),
            {"id": alarm_id},
        )


async def test_shelving_is_undone_by_hand_and_leaves_nobody_on_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), kind="no_data", priority=2)
    await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    aside = {"until": at(1), "reason": "radio is being changed"}
    await at_site.post(f"/alarms/{alarm_id}/shelve", json=aside)
    assert (await at_site.post(f"/alarms/{alarm_id}/unshelve")).json()["state"] == "UNACKNOWLEDGED"
    assert (await at_site.post(f"/alarms/{alarm_id}/unshelve")).status_code == 409
    steps = (await at_site.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [one["move"] for one in steps] == ["taken", "shelved", "unshelved"]


@pytest.mark.parametrize("kind", [k for k, spec in ALARM_SPECS.items() if not spec.shelvable])
async def test_what_must_not_be_sedated_is_not_shelved(
    at_site: httpx.AsyncClient, database: Database, kind: str
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), kind=kind)
    aside = {"until": at(1), "reason": "it is a nuisance"}
    answer = await at_site.post(f"/alarms/{alarm_id}/shelve", json=aside)
    assert answer.status_code == 409
    assert "never shelved" in answer.json()["remedy"]


async def test_no_alarm_is_shelved_for_more_than_four_hours(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), kind="no_data", priority=2)
    aside = {"until": at(4.01), "reason": "radio is being changed"}
    assert (await at_site.post(f"/alarms/{alarm_id}/shelve", json=aside)).status_code == 422

"""Alarms as people see and take them, and messages that were refused, over HTTP."""

import asyncio
import base64
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, text

from services.core.domain.alarm.kinds import ALARM_SPECS
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
        "lapses_at": at(4),  # midnight in Shanghai: the shift ends
        "waiting": False,
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


async def test_an_acknowledgement_lapses_at_the_end_of_the_shift(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    clock.advance(timedelta(hours=4) - timedelta(seconds=1))
    assert await _open(at_site) == [("excursion", "ACKNOWLEDGED")]
    clock.advance(timedelta(seconds=1))
    assert await _open(at_site) == [("excursion", "UNACKNOWLEDGED")]


async def test_without_a_reason_it_sounds_again_after_fifteen_minutes(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    tapped = (await at_site.post(f"/alarms/{alarm_id}/acknowledge")).json()
    assert tapped["acknowledged"]["lapses_at"] == at(0.25)
    clock.advance(timedelta(minutes=14))
    said = await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "box is closed"})
    assert said.json()["acknowledged"]["lapses_at"] == at(4)
    clock.advance(timedelta(minutes=14))
    assert await _open(at_site) == [("excursion", "ACKNOWLEDGED")]


async def test_waiting_until_an_instant_sounds_again_then_though_taken_for_longer_before(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    waits = {"until": at(1.5), "reason": "waiting for the courier"}
    taken = (await at_site.post(f"/alarms/{alarm_id}/acknowledge", json=waits)).json()
    assert taken["acknowledged"]["waiting"] is True
    clock.advance(timedelta(hours=1.5))
    assert await _open(at_site) == [("excursion", "UNACKNOWLEDGED")]
    too_long = await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"until": at(4.1)})
    assert (too_long.status_code, too_long.json()["errors"][0]["pointer"]) == (422, "until")


async def test_taking_over_names_the_new_owner_and_keeps_the_reason(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    assert (await at_site.post(f"/alarms/{alarm_id}/take-over")).status_code == 422
    await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "called LH"})
    taken = (await at_site.post(f"/alarms/{alarm_id}/take-over")).json()
    assert taken["acknowledged"]["reason"] == "called LH"
    steps = (await at_site.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [(one["move"], one["by"]) for one in steps] == [
        ("taken", "local-operator"),
        ("taken_over", "local-operator"),
    ]
    audited = await rows(
        database, "SELECT action, before FROM audit_entry WHERE entity = 'alarm' ORDER BY id"
    )
    assert [row.action for row in audited] == ["acknowledge", "take_over"]
    assert audited[1].before["taken_by"] == "local-operator"


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


async def test_a_broken_limit_that_is_over_waits_for_a_reset_with_a_reason(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(
        database, await shipped(at_site), kind="limit_breach", returned_at=NOW
    )
    seen = await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    assert seen.json()["state"] == "LATCHED"
    reset = await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "QA has it"})
    assert reset.json()["state"] == "CLOSED"


async def test_f62_taken_twice_at_once_is_recorded_twice_and_stands_once(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(
        database, await shipped(at_site), returned_at=NOW, facts={"withdrawn": True}
    )
    answers = await asyncio.gather(
        *(at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": w}) for w in "ab")
    )
    # Whoever comes second may find it settled already: both orders are right.
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert await _open(at_site) == []
    kept = await rows(database, "SELECT reason FROM acknowledgement")
    assert len(kept) == sum(answer.status_code == 200 for answer in answers)


async def test_the_same_key_takes_an_alarm_once(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    key = {"Idempotency-Key": "tap-1"}
    first, again = [
        await at_site.post(f"/alarms/{alarm_id}/acknowledge", headers=key) for _ in range(2)
    ]
    assert first.json() == again.json()
    assert len(await rows(database, "SELECT 1 FROM acknowledgement")) == 1


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


async def test_refused_messages_are_asked_for_again_and_their_outcomes_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        for number, reason in enumerate(["not_json", "unknown_box", "unknown_box"]):
            await unit.execute(
                insert(rejected_message).values(
                    received_at=NOW, topic="t", box_id="CB-0001", payload=b"%d" % number,
                    sha256=bytes(32), reason=reason, detail="d", remedy="r",
                    outcome="stored" if number == 2 else None,
                )
            )  # fmt: skip
    listed = (await client.get("/rejected", params={"open": True, "reason": "unknown_box"})).json()
    assert [one["reason"] for one in listed["items"]] == ["unknown_box"]
    assert (await client.post("/rejected/reprocess", json={})).status_code == 422
    key = {"Idempotency-Key": "once"}
    wanted = {"reason": "unknown_box"}
    first = await client.post("/rejected/reprocess", json=wanted, headers=key)
    again = await client.post("/rejected/reprocess", json=wanted, headers=key)
    assert (first.status_code, first.json()["asked"]) == (202, 1)
    assert again.json() == first.json()
    since = first.json()["asked_at"]
    told = (await client.get("/rejected/reprocess", params={"since": since})).json()
    assert told == {"waiting": 1, "outcomes": {}}
    entries = await rows(database, "SELECT action FROM audit_entry")
    assert [row[0] for row in entries] == ["reprocess"]

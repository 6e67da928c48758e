"""Alarms as people take them, over HTTP: who, until when, and what ends them."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from services.core.domain.errors import Conflict
from services.core.runtime.clock import FixedClock
from services.core.storage.acknowledgements import AcknowledgementRepository
from services.core.storage.database import Database
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
        "undoable": True,
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


async def test_an_act_on_an_alarm_keeps_from_which_page_and_what_was_seen(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    shown = (await at_site.get(f"/alarms/{alarm_id}")).json()
    for path, screen in (("acknowledge", "live"), ("take-over", "handover")):
        seen = {"state": shown["state"], "revision": shown["revision"], "screen": screen}
        body = {"reason": "called LH", "seen": seen}
        answer = await at_site.post(f"/alarms/{alarm_id}/{path}", json=body)
        assert answer.status_code == 200, answer.text
    steps = (await at_site.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [
        (one["screen"], one["state_seen"], one["revision_seen"]) for one in steps if one["by"]
    ] == [(screen, "UNACKNOWLEDGED", shown["revision"]) for screen in ("live", "handover")]
    noted = await rows(
        database,
        "SELECT after ->> 'screen' FROM audit_entry"
        " WHERE action IN ('acknowledge', 'take_over') ORDER BY id",
    )
    assert noted == [("live",), ("handover",)]


async def test_a_shelving_keeps_from_which_page_it_was_done(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site), kind="no_data", priority=2)
    seen = {"screen": "alarms", "state": "UNACKNOWLEDGED", "revision": 0}
    body = {"until": at(1), "reason": "refilled at 15", "seen": seen}
    assert (await at_site.post(f"/alarms/{alarm_id}/shelve", json=body)).status_code == 200
    steps = (await at_site.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
    assert [one["screen"] for one in steps if one["by"]] == ["alarms"]


async def test_what_was_just_taken_is_given_back_by_whoever_took_it(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    standing = await raise_alarm(database, created)
    over = await raise_alarm(database, created, kind="no_data", priority=2, returned_at=NOW)
    assert (await at_site.post(f"/alarms/{standing}/take-back")).status_code == 409
    for alarm_id, before in ((standing, "UNACKNOWLEDGED"), (over, "RTN_UNACKNOWLEDGED")):
        taken = (await at_site.post(f"/alarms/{alarm_id}/acknowledge", json={"reason": "a"})).json()
        clock.advance(timedelta(seconds=20))
        back = (await at_site.post(f"/alarms/{alarm_id}/take-back")).json()
        assert (back["state"], back["acknowledged"]) == (before, None)
        assert back["revision"] > taken["revision"]
        steps = (await at_site.get(f"/alarms/{alarm_id}/transitions")).json()["items"]
        moves = [(one["move"], one["by"]) for one in steps if one["by"]]
        assert moves == [("taken", "local-operator"), ("taken_back", "local-operator")]
    assert sorted(state for _, state in await _open(at_site)) == [
        "RTN_UNACKNOWLEDGED",
        "UNACKNOWLEDGED",
    ]
    noted = await rows(
        database,
        "SELECT before ->> 'taken_by' AS by, after ->> 'state' AS state FROM audit_entry"
        " WHERE action = 'take_back' ORDER BY id",
    )
    assert [tuple(row) for row in noted] == [
        ("local-operator", "UNACKNOWLEDGED"),
        ("local-operator", "RTN_UNACKNOWLEDGED"),
    ]


async def test_after_a_minute_or_from_another_an_alarm_is_not_given_back(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    clock.advance(timedelta(seconds=60))
    late = await at_site.post(f"/alarms/{alarm_id}/take-back")
    assert (late.status_code, "within 60 s" in late.json()["detail"]) == (409, True)
    await at_site.post(f"/alarms/{alarm_id}/take-over")
    over = await at_site.post(f"/alarms/{alarm_id}/take-back")
    assert (over.status_code, "taken over" in over.json()["detail"]) == (409, True)
    await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    await rows(
        database,
        "INSERT INTO principal (principal_id, kind, name, created_at)"
        " VALUES ('other', 'person', 'Other', :now) RETURNING 1",
        now=NOW,
    )
    await rows(database, "UPDATE acknowledgement SET principal_id = 'other' RETURNING 1")
    others = await at_site.post(f"/alarms/{alarm_id}/take-back")
    assert (others.status_code, "somebody else" in others.json()["detail"]) == (409, True)
    assert await _open(at_site) == [("excursion", "ACKNOWLEDGED")]


async def test_what_somebody_had_before_is_not_given_back_by_who_took_it_after_them(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    path = f"/alarms/{alarm_id}"
    await at_site.post(f"{path}/acknowledge")
    clock.advance(timedelta(minutes=14))
    said = (await at_site.post(f"{path}/acknowledge", json={"reason": "called LH"})).json()
    assert said["acknowledged"]["undoable"] is False
    clock.advance(timedelta(seconds=30))
    back = await at_site.post(f"{path}/take-back")
    assert (back.status_code, "taken before" in back.json()["detail"]) == (409, True)
    assert await _open(at_site) == [("excursion", "ACKNOWLEDGED")]
    clock.advance(timedelta(hours=5))  # that has lapsed: nobody has it
    again = (await at_site.post(f"{path}/acknowledge")).json()
    assert again["acknowledged"]["undoable"] is True
    clock.advance(timedelta(seconds=30))
    assert (await at_site.post(f"{path}/take-back")).json()["state"] == "UNACKNOWLEDGED"


async def test_what_somebody_else_took_meanwhile_is_not_given_back_for_them(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    alarm_id = await raise_alarm(database, await shipped(at_site))
    await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    async with database.unit_of_work() as unit:
        repository = AcknowledgementRepository(unit)
        read = await repository.one(alarm_id, clock.now())
        clock.advance(timedelta(seconds=1))
        await at_site.post(f"/alarms/{alarm_id}/take-over")
        with pytest.raises(Conflict):
            await repository.take_back(read)
    assert await _open(at_site) == [("excursion", "ACKNOWLEDGED")]

"""Deviations over HTTP: a hold is taken, assessed, and approved by a second person."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.core.storage.database import Database
from tests.integration.api.deviating import QA, Approve, disposition_of, opened, step
from tests.support.api import at, made, rows


async def test_a_hold_that_nobody_has_taken_stands_first_in_the_list(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    (one,) = (await client.get("/deviations")).json()["items"]
    assert (one["id"], one["state"], one["detected_at"]) == (None, "DETECTED", at(-1))
    await opened(client, held)
    (one,) = (await client.get("/deviations")).json()["items"]
    assert (one["state"], one["detected_at"]) == ("ACKNOWLEDGED", at(-1))
    assert (await client.get("/deviations", params={"state": "DETECTED"})).json()["items"] == []


async def test_a_payload_has_one_open_deviation(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    await opened(client, held)
    body = {"payload_id": held["payloads"][0]["id"], "description": "again"}
    answer = await client.post(f"/shipments/{held['id']}/deviations", json=body)
    assert answer.json()["type"] == "/problems/already-exists"


async def test_the_assessor_cannot_approve(
    client: httpx.AsyncClient, assessed: dict[str, Any], held: dict[str, Any]
) -> None:
    answer = await step(client, assessed, move="approve")
    assert answer.status_code == 409
    assert "same person" in answer.json()["detail"]
    assert await disposition_of(client, held) == "QA_HOLD"


async def test_the_database_itself_refuses_one_person_in_both_roles(
    database: Database, assessed: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="deviation_two_people_check"):
        await rows(
            database,
            "UPDATE deviation SET decided_by = assessed_by WHERE deviation_id = :id RETURNING 1",
            id=UUID(assessed["id"]),
        )


async def test_a_second_person_releases_what_was_proposed(
    client: httpx.AsyncClient, held: dict[str, Any], assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    assert await disposition_of(client, held) == "RELEASED_WITH_COMMENT"
    found = (await client.get(f"/deviations/{assessed['id']}")).json()
    decided = found["disposition"]
    assert (decided["assessed_by"], decided["decided_by"]) == ("local-operator", "chen.yu")
    assert (decided["decided_through"], decided["overtaken"]) == (at(0), False)
    assert [(step["move"], step["facts"]) for step in found["steps"]] == [
        ("acknowledge", {}),
        ("assess", {"signed_as": "reviewed"}),
        ("approve", {"signed_as": "approved"}),
    ]


async def test_who_only_assesses_cannot_approve_and_the_other_way_round(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    await made(client, "/organisations", QA)
    deviation = await opened(client, held)
    for role, move in (("qa_approver", "assess"), ("qa_assessor", "approve")):
        body = {"organisation": "qa", "role": role, "name": role}
        key = (await made(client, "/keys", body))["key"]
        headers = {"authorization": f"Bearer {key}", "if-match": f'"{deviation["revision"]}"'}
        path = f"/deviations/{deviation['id']}/steps"
        step = {"move": move, "reason": "x", "disposition": "REJECTED"}
        assert (await client.post(path, json=step, headers=headers)).status_code == 403


async def test_a_step_from_an_old_state_is_refused(
    client: httpx.AsyncClient, assessed: dict[str, Any]
) -> None:
    assert (await step(client, {**assessed, "revision": 1}, move="send_back")).status_code == 412
    path = f"/deviations/{assessed['id']}/steps"
    assert (await client.post(path, json={"move": "close", "reason": "x"})).status_code == 428


async def test_an_assessment_names_a_disposition(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    answer = await step(client, await opened(client, held), move="assess")
    assert answer.status_code == 422
    assert "RELEASED_WITH_COMMENT" in answer.json()["remedy"]


async def test_every_step_stands_in_the_audit_trail(
    database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    found = await rows(
        database,
        "SELECT action, principal_id, reason FROM audit_entry WHERE entity = 'deviation'"
        " AND entity_id = :id ORDER BY id",
        id=assessed["id"],
    )
    assert [tuple(one) for one in found] == [
        ("acknowledge", "local-operator", "9.4 °C for 30 min"),
        ("assess", "local-operator", "SR-12"),
        ("approve", "chen.yu", "seen"),
    ]

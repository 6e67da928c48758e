"""A live shipment is moved to another profile version by two people."""

from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import made, rows, shipped

QA = {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN"}
OURS = {"profile_id": "acme", "base_profile_id": "leukapheresis_fresh_2_8"}
ASKED = {"profile_id": "acme", "reason": "stability study 7 is in"}


@pytest.fixture
async def second(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers of somebody else of the sponsor's quality assurance."""
    await made(client, "/organisations", QA)
    body = {"organisation": "qa", "role": "qa_approver", "person": "chen.yu", "name": "Chen Yu"}
    return {"authorization": f"Bearer {(await made(client, '/keys', body))['key']}"}


@pytest.fixture
async def live(at_site: httpx.AsyncClient) -> dict[str, Any]:
    await made(at_site, "/profiles", OURS)
    return await shipped(at_site)


async def test_two_people_move_a_shipment_and_it_is_judged_from_the_start(
    client: httpx.AsyncClient, live: dict[str, Any], second: dict[str, str], database: Database
) -> None:
    path = f"/shipments/{live['id']}/profile-moves"
    move = await made(client, path, ASKED)
    assert move["confirmed_by"] is None
    before = (await client.get(f"/shipments/{live['id']}")).json()
    assert before["profile"]["profile_id"] == "leukapheresis_fresh_2_8"
    done = await client.post(f"{path}/{move['move_id']}/confirm", headers=second)
    assert done.status_code == 200, done.text
    after = (await client.get(f"/shipments/{live['id']}")).json()
    assert (after["profile"]["profile_id"], after["profile"]["version"]) == ("acme", 1)
    work = await rows(
        database, "SELECT payload_id::text FROM worklist WHERE reason = 'profile_changed'"
    )
    assert [row[0] for row in work] == [live["payloads"][0]["id"]]
    audit = await rows(
        database,
        "SELECT reason FROM audit_entry WHERE action LIKE '%profile_move' ORDER BY id",
    )
    assert [row[0] for row in audit] == [ASKED["reason"]] * 2
    frozen = await rows(
        database, "SELECT frozen_at IS NOT NULL FROM profile WHERE profile_id = 'acme'"
    )
    assert [row[0] for row in frozen] == [True]


async def test_who_asks_cannot_confirm(client: httpx.AsyncClient, live: dict[str, Any]) -> None:
    path = f"/shipments/{live['id']}/profile-moves"
    move = await made(client, path, ASKED)
    answer = await client.post(f"{path}/{move['move_id']}/confirm")
    assert answer.status_code == 409
    assert "cannot confirm" in answer.json()["detail"]


async def test_one_move_waits_at_a_time_and_is_confirmed_once(
    client: httpx.AsyncClient, live: dict[str, Any], second: dict[str, str]
) -> None:
    path = f"/shipments/{live['id']}/profile-moves"
    move = await made(client, path, ASKED)
    assert (await client.post(path, json=ASKED)).status_code == 409
    confirm = f"{path}/{move['move_id']}/confirm"
    assert (await client.post(confirm, headers=second)).status_code == 200
    assert (await client.post(confirm, headers=second)).status_code == 409
    assert len((await client.get(path)).json()["items"]) == 1


async def test_a_move_needs_a_reason_and_a_profile(
    client: httpx.AsyncClient, live: dict[str, Any]
) -> None:
    path = f"/shipments/{live['id']}/profile-moves"
    assert (await client.post(path, json={"profile_id": "acme"})).status_code == 422
    unknown = await client.post(path, json={**ASKED, "profile_id": "nobodys"})
    assert unknown.status_code == 422

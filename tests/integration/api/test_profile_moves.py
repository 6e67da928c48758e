"""A live shipment is moved to another profile version by two people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.alerts.evaluator import Evaluator
from services.core.storage.assessments import Assessments
from services.core.storage.database import Database
from tests.integration.alerts.builders import a_boot, store
from tests.support.api import NOW, at, made, rows, shipped

QA = {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN", "kind": "platform"}
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


async def test_after_the_move_the_journey_is_judged_anew_and_the_old_verdict_stays(
    client: httpx.AsyncClient, at_site: httpx.AsyncClient, second: dict[str, str],
    database: Database,
) -> None:  # fmt: skip
    """A day of hold time instead of three, counted from the same beginning."""
    hold = {"value": 24.0, "unit": "h", "source": "study 7", "grade": "S",
            "basis": "sponsor_validated"}  # fmt: skip
    await made(at_site, "/profiles", {**OURS, "numbers": {"hold_h": hold}})
    live = await shipped(at_site)
    payload_id = UUID(live["payloads"][0]["id"])
    ((box_no,),) = await rows(database, "SELECT box_no FROM box")
    async with database.unit_of_work() as uow:
        boot_no = await a_boot(uow, box_no, "9f3c21aa")
        calm = [(n, minute, 5.0 + n % 2 / 10) for n, minute in enumerate(range(480, 720, 5))]
        await store(uow, (box_no, boot_no), calm)
    evaluator = Evaluator(database, claim_max=64, no_data_after=timedelta(minutes=15))
    await evaluator.run_once(NOW)
    path = f"/shipments/{live['id']}/profile-moves"
    move = await made(client, path, ASKED)
    await client.post(f"{path}/{move['move_id']}/confirm", headers=second)
    await evaluator.run_once(NOW)
    async with database.unit_of_work() as uow:
        old, new = await Assessments(uow).history(payload_id)
    assert new.supersedes == old.id
    assert new.reason.startswith("revised because of profile_changed from")
    ends = [verdict.body["told"]["viable_until_p10"] for verdict in (old, new)]
    assert ends == [at(-6 + 72), at(-6 + 24)]
    shown = (await client.get(f"/shipments/{live['id']}")).json()
    assert (shown["viable_until"]["p10"], shown["profile"]["hold_h"]) == (ends[1], 24.0)


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

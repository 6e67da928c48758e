"""Rules for the removal of readings over HTTP: dated, looked ahead at, withdrawn, audited."""

from typing import Any
from uuid import uuid4

import httpx

from services.core.storage.database import Database
from tests.support.api import at, rows

WEEK_H = 7 * 24


def _rule(**changes: Any) -> dict[str, Any]:
    return {
        "sponsor": "Hospital",
        "keep_days": 5475,
        "effective_from": at(WEEK_H),
        "reference": "QAA-2026-14, 7.3",
        "reason": "duty ends",
        **changes,
    }


async def _enter(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/retention-rules", json=_rule())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_rule_is_entered_listed_and_withdrawn_with_an_audit_entry_each(
    client: httpx.AsyncClient, database: Database
) -> None:
    rule = await _enter(client)
    listed = (await client.get("/retention-rules")).json()["items"]
    assert listed == [rule]
    address = f"/retention-rules/{rule['rule_id']}"
    ended = await client.post(f"{address}/withdrawal", json={"reason": "contract prolonged"})
    assert ended.json()["withdrawn_reason"] == "contract prolonged"
    again = await client.post(f"{address}/withdrawal", json={"reason": "once more"})
    assert again.status_code == 409
    found = await rows(
        database,
        "SELECT action, reason FROM audit_entry WHERE entity = 'retention_rule' ORDER BY id",
    )
    assert [tuple(row) for row in found] == [
        ("enter", "duty ends"),
        ("withdraw", "contract prolonged"),
    ]


async def test_a_rule_leaves_time_to_object(client: httpx.AsyncClient) -> None:
    answer = await client.post("/retention-rules", json=_rule(effective_from=at(WEEK_H - 0.1)))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "effective_from"


async def test_the_preview_shows_what_would_go_and_removes_nothing(
    client: httpx.AsyncClient,
) -> None:
    rule = await _enter(client)
    address = f"/retention-rules/{rule['rule_id']}/preview"
    found = (await client.get(address, params={"at": "2099-01-01T00:00:00Z"})).json()
    assert (found["rule"], found["items"]) == (rule, [])
    assert (await client.get(f"/retention-rules/{uuid4()}/preview")).status_code == 404

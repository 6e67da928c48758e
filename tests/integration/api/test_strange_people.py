"""S21 for people and keys: an administrator of one house does nothing to those of another."""

from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.integration.api.sharing import Headers
from tests.support.api import made, rows
from tests.support.firms import firm, key_of

REASON = {"reason": "lost the phone"}
ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "/people/{}", {"name": "Nobody", "roles": ["auditor"], **REASON}),
    ("POST", "/people/{}/reset", {"second_factors": True, **REASON}),
    ("POST", "/people/{}/disable", REASON),
    ("POST", "/people/{}/sessions/end", REASON),
    ("GET", "/people/{}/sessions", {}),
]
STANDING = ("person", "principal", "session", "sign_in_link", "second_factor", "audit_entry")


@pytest.fixture
async def other(client: httpx.AsyncClient) -> Headers:
    """An administrator of firm B; chen.yu is a person of firm A, with a key."""
    for name in ("firm-a", "firm-b"):
        await firm(client, name, "operator")
    person = {"person_id": "chen.yu", "name": "Chen Yu", "organisation": "firm-a"}
    await made(client, "/people", {**person, "roles": ["operator"]})
    return await key_of(client, "firm-b", "administrator")


async def _standing(database: Database) -> list[Any]:
    """Every row that an act on a person would touch, add or end."""
    asked = [f"SELECT t::text FROM {table} AS t ORDER BY 1" for table in STANDING]
    return [await rows(database, one) for one in asked]


@pytest.mark.parametrize(("method", "path", "body"), ACTS)
async def test_s21_administrator_of_another_house_reaches_nobody_of_this_one(
    client: httpx.AsyncClient,
    database: Database,
    other: Headers,
    method: str,
    path: str,
    body: dict[str, Any],
) -> None:
    sent: dict[str, Any] = {"headers": other} | ({"json": body} if body else {})
    nobody = await client.request(method, path.format("no.body"), **sent)
    before = await _standing(database)
    hidden = await client.request(method, path.format("chen.yu"), **sent)
    assert (hidden.status_code, nobody.status_code) == (404, 404), hidden.text
    assert hidden.json()["detail"] == nobody.json()["detail"]
    assert await _standing(database) == before
    assert "chen.yu" not in (await client.get("/people", headers=other)).text


async def test_s21_key_of_another_house_is_not_revoked(
    client: httpx.AsyncClient, other: Headers
) -> None:
    body = {"organisation": "firm-a", "role": "operator", "name": "Poller"}
    theirs = await made(client, "/keys", body)
    answers = [
        await client.post(f"/keys/{prefix}/revoke", json=REASON, headers=other)
        for prefix in (theirs["prefix"], "aaaaaaaa")
    ]
    assert [one.status_code for one in answers] == [404, 404], answers[0].text
    opens = await client.get("/me", headers={"authorization": f"Bearer {theirs['key']}"})
    assert opens.status_code == 200

"""Who may call what: every route with every role, keys made, used, ended and refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, at, local_client, made, rows

ORGANISATION = {
    "organisation_id": "sponsor-qa",
    "name": "Sponsor QA",
    "country": "CN",
    "kind": "platform",
}
GIVEN = sorted(Role)


def _key(role: str = "operator", **changes: Any) -> dict[str, Any]:
    return {"organisation": "sponsor-qa", "role": role, "name": "Poller", **changes}


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.fixture
async def admin(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The local operator, with one organisation entered."""
    await made(client, "/organisations", ORGANISATION)
    return client


@pytest.fixture
async def far(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on another machine, through a proxy."""
    transport = httpx.ASGITransport(app=app, client=("10.1.2.3", 4711))
    headers = {"x-forwarded-for": "10.1.2.3"}
    base = "https://coldlane.example/api/v1"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        yield client


def _address(path: str) -> str:
    known = {"box_id": "CB-9999", "prefix": "aaaaaaaa", "site_id": "NONE", "probe_id": "none"}
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, known.get(part[1:-1], str(uuid4())))
    return path


@pytest.mark.parametrize("role", GIVEN)
async def test_each_role_reaches_what_the_table_gives_it_and_nothing_else(
    admin: httpx.AsyncClient, role: str
) -> None:
    headers = _bearer((await made(admin, "/keys", _key(role)))["key"])
    for (method, path), rule in RULES.items():
        if path == "/stream" and Role(role) in rule.roles:
            continue  # never ends; its refusals are tried, its life has tests of its own
        # An empty body changes nothing: it is refused behind the rule, not by it.
        answer = await admin.request(method, _address(path), content=b"{}", headers=headers)
        assert (answer.status_code == 403) is (Role(role) not in rule.roles), (method, path)
        assert answer.status_code != 401


async def test_s83_refused_access_is_logged_by_role_and_route_and_names_nobody(
    admin: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    key = await made(admin, "/keys", _key("auditor", person="chen.yu", name="Chen Yu"))
    path = "/people/wang.li/reset"
    answer = await admin.post(path, json={"reason": "x"}, headers=_bearer(key["key"]))
    assert answer.status_code == 403
    [line] = [one for one in caplog.records if getattr(one, "event", "") == "access_refused"]
    told = {name: line.__dict__[name] for name in ("roles", "method", "route")}
    assert told == {"roles": "auditor", "method": "POST", "route": "/people/{person_id}/reset"}
    assert not any(name in str(line.__dict__) for name in ("chen.yu", "wang.li", "Chen Yu"))


async def test_s83_refused_access_is_counted_by_route_and_status(admin: httpx.AsyncClient) -> None:
    key = await made(admin, "/keys", _key("auditor"))
    for _ in range(2):
        await admin.post("/people/wang.li/reset", json={"reason": "x"}, headers=_bearer(key["key"]))
    told = (await admin.get("http://localhost/metrics")).text
    route = 'method="POST",route="/people/{person_id}/reset",status="403"'
    assert f"coldlane_http_requests_total{{{route}}} 2.0" in told.splitlines()


async def test_a_key_opens_the_api_from_anywhere(
    admin: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    assert (await far.get("/me")).status_code == 401
    made_key = await made(admin, "/keys", _key("qa_approver", person="chen.yu", name="Chen Yu"))
    me = (await far.get("/me", headers=_bearer(made_key["key"]))).json()
    assert me == {
        "principal_id": "chen.yu",
        "kind": "person",
        "name": "Chen Yu",
        "organisation": "sponsor-qa",
        "roles": ["qa_approver"],
        "language": None,
        "zone": None,
        "session": None,
    }


async def test_the_key_is_shown_once_and_kept_nowhere(
    admin: httpx.AsyncClient, database: Database
) -> None:
    key = (await made(admin, "/keys", _key()))["key"]
    secret = key.split("_", 2)[2]
    assert key not in (await admin.get("/keys")).text
    assert secret not in (await admin.get("/keys")).text
    tables = ("api_key", "audit_entry", "principal", "idempotency_key")
    for table in tables:
        found = await rows(database, f"SELECT t::text FROM {table} AS t")
        assert all(secret not in one[0] for one in found)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer {key}",
        "Basic {key}",
        "{key}",
        "Bearer {key} ",
        "Bearer  {key}",
        "Bearer {key},Bearer {key}",
        "Bearer cl_aaaaaaaa_" + "A" * 43,
    ],
)
async def test_what_is_not_exactly_a_key_opens_nothing(
    admin: httpx.AsyncClient, header: str
) -> None:
    """Also from this machine: who sends a key is not taken for the local operator."""
    key = (await made(admin, "/keys", _key()))["key"]
    answer = await admin.get("/boxes", headers={"authorization": header.format(key=key)})
    assert answer.status_code == 401
    assert key not in answer.text


async def test_a_wrong_secret_behind_a_known_prefix_opens_nothing(
    admin: httpx.AsyncClient,
) -> None:
    key = (await made(admin, "/keys", _key()))["key"]
    wrong = key[:12] + ("A" if key[12] != "A" else "B") + key[13:]
    assert (await admin.get("/boxes", headers=_bearer(wrong))).status_code == 401


async def test_a_revoked_or_ended_key_opens_nothing(
    admin: httpx.AsyncClient, clock: FixedClock
) -> None:
    gone = await made(admin, "/keys", _key())
    short = await made(admin, "/keys", _key(valid_for_h=2))
    assert short["expires_at"] == at(2)
    for one in (gone, short):
        assert (await admin.get("/boxes", headers=_bearer(one["key"]))).status_code == 200
    revoked = await admin.post(f"/keys/{gone['prefix']}/revoke", json={"reason": "left"})
    assert revoked.json()["revoked_at"] == at(0)
    clock.advance(timedelta(hours=2))
    for one in (gone, short):
        assert (await admin.get("/boxes", headers=_bearer(one["key"]))).status_code == 401


async def test_use_is_noted_to_the_minute(admin: httpx.AsyncClient, clock: FixedClock) -> None:
    key = await made(admin, "/keys", _key())
    assert key["last_used_at"] is None
    for seconds in (0, 30, 40):
        clock.advance(timedelta(seconds=seconds))
        await admin.get("/boxes", headers=_bearer(key["key"]))
    (shown,) = (await admin.get("/keys")).json()["items"]
    assert shown["last_used_at"] == (NOW + timedelta(seconds=70)).isoformat().replace("+00:00", "Z")


async def test_a_person_with_two_keys_is_one_person(admin: httpx.AsyncClient) -> None:
    first = await made(admin, "/keys", _key("qa_assessor", person="wang.li", name="Wang Li"))
    second = await made(admin, "/keys", _key("qa_approver", person="wang.li", name="Wang Li"))
    assert first["principal_id"] == second["principal_id"] == "wang.li"
    await made(admin, "/organisations", {**ORGANISATION, "organisation_id": "other"})
    taken = _key("operator", person="wang.li", organisation="other")
    assert (await admin.post("/keys", json=taken)).status_code == 409


async def test_a_machine_is_never_the_local_operator(admin: httpx.AsyncClient) -> None:
    taken = _key("administrator", person="local-operator")
    assert (await admin.post("/keys", json=taken)).status_code == 409


async def test_acts_with_a_key_are_audited_under_its_holder(
    admin: httpx.AsyncClient, database: Database
) -> None:
    key = await made(admin, "/keys", _key("administrator", person="zhao.min", name="Zhao Min"))
    body = {**ORGANISATION, "organisation_id": "lab"}
    answer = await admin.post("/organisations", json=body, headers=_bearer(key["key"]))
    assert answer.status_code == 201
    (entry,) = await rows(
        database, "SELECT principal_id, source FROM audit_entry WHERE entity_id = 'lab'"
    )
    assert tuple(entry) == ("zhao.min", f"key {key['prefix']} from 127.0.0.1")


async def test_a_key_needs_its_organisation_and_a_role_that_can_be_given(
    admin: httpx.AsyncClient,
) -> None:
    unknown = await admin.post("/keys", json=_key(organisation="nobody"))
    assert (unknown.status_code, unknown.json()["detail"]) == (
        422,
        "there is no organisation nobody",
    )
    customs = {**ORGANISATION, "organisation_id": "gacc", "kind": "customs_site"}
    await made(admin, "/organisations", customs)
    refused = await admin.post("/keys", json=_key("qa_approver", organisation="gacc"))
    assert (refused.status_code, refused.json()["remedy"]) == (422, "one of: customs_officer")


async def test_a_foreign_page_cannot_use_the_local_operator_with_an_empty_header(
    clock: FixedClock, database: Database
) -> None:
    async with local_client(create_app(clock, database)) as client:
        answer = await client.get("/boxes", headers={"authorization": ""})
    assert answer.status_code == 401

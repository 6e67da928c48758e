"""Who may sign: a person who has signed in with a second factor; no key, whoever made it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.api.app import create_app
from services.api.gate import Gate
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.deviating import Approve, disposition_of
from tests.integration.api.test_factors import with_app
from tests.integration.api.test_signed_acts import (
    ABROAD,
    ASSESSMENT,
    BASIS,
    EMERGENCY,
    MOVE,
    RULE,
    asked,
)
from tests.support.api import local_client, made, rows
from tests.support.papers import done, key_of
from tests.support.people import PASSWORD, Visitor, entered

__all__ = ["asked"]


async def real(database: Database, shipment: dict[str, Any]) -> dict[str, Any]:
    """The shipment, as one that is not simulated."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text("UPDATE shipment SET simulated = false WHERE shipment_id = CAST(:id AS uuid)"),
            {"id": shipment["id"]},
        )
    return shipment


def pointer(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["pointer"]


async def test_s33_key_of_an_approver_releases_nothing_that_is_real(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    await real(database, held)
    assert pointer(await approve()) == (403, "Authorization")
    assert await disposition_of(client, held) == "QA_HOLD"
    assert len(await rows(database, "SELECT 1 FROM signature")) == 1  # of the assessment


async def test_s33_key_signs_nothing_that_is_real_on_any_route(
    at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any]
) -> None:
    await real(database, asked)
    await made(at_site, "/organisations", ABROAD)
    quality = await key_of(at_site, "qa_approver", "chen.yu")
    officer = await key_of(at_site, "customs_officer", "wang.li")
    await done(at_site, "/officials/wang.li", {"grade": 3, "department": "customs"})
    shown = (await at_site.get(f"/shipments/{asked['id']}/clearance")).json()
    (step,) = [one for one in shown["sign_offs"] if one["department"] == "customs"]
    for key, path, body in (
        (quality, f"/shipments/{asked['id']}/profile-moves", MOVE),
        (quality, "/retention-rules", RULE),
        (quality, "/data-policy/emergencies", EMERGENCY),
        (officer, f"/sign-offs/{step['id']}/steps", {"move": "give", "reason": "seen"}),
        (officer, f"/shipments/{asked['id']}/emergency-releases", BASIS),
        (officer, "/risk-assessments", {**ASSESSMENT, "shipment_id": asked["id"]}),
    ):
        answer = await at_site.post(path, json=body, headers=key)
        assert pointer(answer) == (403, "Authorization"), path
    assert await rows(database, "SELECT 1 FROM signature") == []


async def test_s33_role_that_need_not_sign_signs_with_a_second_factor_only(
    app: FastAPI, at_site: httpx.AsyncClient, asked: dict[str, Any], clock: FixedClock
) -> None:
    """An operator gets in with a password; for the firm's own department they sign all the same."""
    operator = await entered(app, at_site, "li.na", "operator")
    await done(at_site, "/officials/li.na", {"department": "company"})
    shown = (await at_site.get(f"/shipments/{asked['id']}/clearance")).json()
    (step,) = [one for one in shown["sign_offs"] if one["department"] == "company"]
    path, give = f"/sign-offs/{step['id']}/steps", {"move": "give", "reason": "seen"}
    await operator.post("/me/confirmation", {"password": PASSWORD})
    assert pointer(await operator.post(path, give)) == (403, "second_factor")
    await with_app(operator, clock)
    await operator.post("/me/confirmation", {"password": PASSWORD})
    assert (await operator.post(path, give)).status_code == 200


async def test_s33_first_second_factor_ends_what_a_password_alone_has_opened(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    operator, elsewhere = await entered(app, client, "li.na", "operator"), Visitor(app)
    assert (await elsewhere.sign_in("li.na")).status_code == 200
    await operator.post("/me/confirmation", {"password": PASSWORD})
    await with_app(operator, clock)
    assert (await elsewhere.get("/me")).status_code == 401
    assert (await operator.get("/me")).status_code == 200


async def test_s33_administrator_makes_no_key_in_anothers_name(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Neither signed in nor with a key; one of their own says no more than they may."""
    administrator = await entered(app, client, "zhao.min", "administrator")
    await with_app(administrator, clock)
    wish = {"organisation": "sponsor-qa", "name": "Zhao Min"}
    theirs = {**wish, "role": "qa_approver", "person": "chen.yu"}
    assert pointer(await administrator.post("/keys", theirs)) == (403, "person")
    wide = {**wish, "role": "qa_approver", "person": "zhao.min"}
    assert pointer(await administrator.post("/keys", wide)) == (403, "role")
    machine = await administrator.post("/keys", {**wish, "role": "administrator"})
    bearer = {"authorization": f"Bearer {machine.json()['key']}"}
    assert pointer(await client.post("/keys", json=theirs, headers=bearer)) == (403, "person")
    mine = {**wide, "role": "administrator"}
    own = await administrator.post("/keys", mine)
    assert (own.status_code, own.json()["principal_id"]) == (201, "zhao.min")
    # Whoever made it in somebody's name would make more of them with it, as if that person had.
    more = {"authorization": f"Bearer {own.json()['key']}"}
    assert pointer(await client.post("/keys", json=mine, headers=more)) == (403, "person")


@pytest.fixture
async def guarded(app: FastAPI, api_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The same system where people sign in."""
    door = create_app(app.state.parts.clock, api_database, gate=Gate(demanded=True))
    async with local_client(door) as client:
        yield client


async def test_s33_key_in_anothers_name_opens_nothing_where_people_sign_in(
    app: FastAPI, client: httpx.AsyncClient, guarded: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Whoever sat at the open machine played everybody; that ends with the first sign-in."""
    administrator = await entered(app, client, "zhao.min", "administrator")
    await with_app(administrator, clock)
    played = await key_of(client, "operator", "chen.yu")
    assert (await client.get("/boxes", headers=played)).status_code == 200
    assert (await guarded.get("/boxes", headers=played)).status_code == 401
    for person in ({"person": "zhao.min"}, {}):
        wish = {"organisation": "sponsor-qa", "role": "administrator", "name": "Z", **person}
        made_key = (await administrator.post("/keys", wish)).json()["key"]
        bearer = {"authorization": f"Bearer {made_key}"}
        assert (await guarded.get("/boxes", headers=bearer)).status_code == 200

"""A session: its secret, its ends, and the others of the same person."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import rows
from tests.support.people import PASSWORD, Visitor, entered


@pytest.fixture
def app(database: Database, clock: FixedClock) -> FastAPI:
    return create_app(clock, database)


async def test_secret_changes_at_each_sign_in_and_the_old_one_is_dead(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    first = visitor.secret
    assert (await visitor.sign_in("chen.yu")).status_code == 200
    assert first
    assert visitor.secret not in (None, first)
    thief = Visitor(app)
    thief.http.cookies.set(thief.cookie, first)
    assert (await thief.get("/me")).status_code == 401
    planted = Visitor(app)
    planted.http.cookies.set(planted.cookie, "A" * 43)
    await planted.sign_in("chen.yu")
    assert "A" * 43 not in [cookie.value for cookie in planted.http.cookies.jar][-2:]


async def test_session_ends_by_idleness_and_by_its_age(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = await entered(app, client)
    clock.advance(timedelta(minutes=59))
    assert (await visitor.get("/boxes")).status_code == 200  # looking does not keep it
    clock.advance(timedelta(minutes=1))
    assert (await visitor.get("/boxes")).status_code == 401
    await visitor.sign_in("chen.yu")
    for _ in range(14):
        clock.advance(timedelta(minutes=50))
        assert (await visitor.post("/me/stay")).status_code == 200
    session = (await visitor.get("/me")).json()["session"]
    assert session["idle_ends_at"] == session["ends_at"]
    clock.advance(timedelta(minutes=20))
    assert (await visitor.post("/me/stay")).status_code == 401


async def test_dead_session_is_never_the_local_operator(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    secret = visitor.secret
    assert secret
    assert (await visitor.post("/sign-out")).status_code == 204
    assert visitor.secret is None
    assert (await visitor.get("/me")).json()["principal_id"] == "local-operator"
    for dead in (secret, "x", "y" * 5000):
        visitor.http.cookies.set(visitor.cookie, dead, domain="localhost.local")
        assert (await visitor.get("/me")).status_code == 401
    # The sign-in page takes a dead session away; until then nobody is taken for another.
    assert (await visitor.http.get("/sign-in")).status_code == 200
    assert (await visitor.get("/me")).json()["principal_id"] == "local-operator"


async def test_password_is_changed_with_the_present_one_and_other_sessions_end(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    other = Visitor(app)
    await other.sign_in("chen.yu")
    fresh = "seven grey kettles on ice"
    wrong = {"current": "not the password at all", "password": fresh}
    assert (await visitor.post("/me/password", wrong)).status_code == 401
    right = {"current": PASSWORD, "password": fresh}
    assert (await visitor.post("/me/password", right)).status_code == 204
    assert (await visitor.get("/me")).status_code == 200
    assert (await other.get("/me")).status_code == 401
    assert (await other.sign_in("chen.yu")).status_code == 401
    assert (await other.sign_in("chen.yu", fresh)).status_code == 200


async def test_sessions_are_listed_and_ended_one_by_one_or_all(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine = await entered(app, client)
    others = [Visitor(app) for _ in range(3)]
    for other in others:
        await other.sign_in("chen.yu")
    stranger = await entered(app, client, "wang.li")
    listed = (await mine.get("/me/sessions")).json()["items"]
    assert [one["present"] for one in listed].count(True) == 1
    assert len(listed) == 4
    foreign = (await stranger.get("/me/sessions")).json()["items"][0]["id"]
    assert (await mine.post(f"/me/sessions/{foreign}/end")).status_code == 404
    one = next(one["id"] for one in listed if not one["present"])
    assert (await mine.post(f"/me/sessions/{one}/end")).status_code == 204
    assert (await mine.post("/me/sessions/end-others")).status_code == 204
    assert [(await other.get("/me")).status_code for other in others] == [401] * 3
    assert (await mine.get("/me")).status_code == 200
    assert (await stranger.get("/me")).status_code == 200


async def test_administrator_signs_somebody_out_of_one_session_or_all_and_nothing_else_changes(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    first = await entered(app, client)
    second = Visitor(app)
    await second.sign_in("chen.yu")
    stranger = await entered(app, client, "wang.li")
    assert (await stranger.get("/people/chen.yu/sessions")).status_code == 403
    found = (await first.get("/me/sessions")).json()["items"]
    (one,) = [one["id"] for one in found if not one["present"]]
    path = "/people/chen.yu/sessions"
    assert {each["id"] for each in (await client.get(path)).json()["items"]} == {
        each["id"] for each in found
    }
    wish = {"session_id": one, "reason": "laptop lost"}
    assert (await client.post("/people/wang.li/sessions/end", json=wish)).status_code == 404
    assert (await client.post(f"{path}/end", json=wish)).status_code == 204
    assert (await client.post(f"{path}/end", json=wish)).status_code == 404
    assert [(await each.get("/me")).status_code for each in (first, second)] == [200, 401]
    assert (await client.post(f"{path}/end", json={"reason": "to be sure"})).status_code == 204
    assert (await first.get("/me")).status_code == 401
    assert (await stranger.get("/me")).status_code == 200
    again = Visitor(app)
    assert (await again.sign_in("chen.yu")).status_code == 200
    told = await rows(
        database, "SELECT after, reason FROM audit_entry WHERE action = 'end_sessions' ORDER BY id"
    )
    assert [tuple(each) for each in told] == [
        ({"session_id": one, "sessions_ended": 1}, "laptop lost"),
        ({"session_id": None, "sessions_ended": 1}, "to be sure"),
    ]

"""People sign in, stay, are shut out; guessers wait, and foreign pages get nowhere."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.api.access import PREFIX
from services.api.app import create_app
from services.api.gate import Gate
from services.api.rules import RULES
from services.core.domain.governance.throttle import ACCOUNT, ADDRESS, WRONG_KEYS
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import made, rows
from tests.support.people import ORGANISATION, PASSWORD, Visitor, entered, invited


@pytest.fixture
def app(database: Database, clock: FixedClock) -> FastAPI:
    return create_app(clock, database)


def closed(app: FastAPI) -> FastAPI:
    """The same installation, but nobody gets in by being on this machine."""
    parts = app.state.parts
    return create_app(parts.clock, parts.database, gate=Gate(demanded=True))


async def test_s33_link_lets_in_once_and_a_password_is_chosen(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    token = await invited(client)
    visitor, late = Visitor(app), Visitor(app)
    answer = await visitor.post("/sign-in/link", {"token": token, "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (200, {"level": "full"})
    me = (await visitor.get("/me")).json()
    assert (me["principal_id"], me["roles"], me["session"]["level"]) == (
        "chen.yu",
        ["operator"],
        "full",
    )
    again = await late.post("/sign-in/link", {"token": token, "password": PASSWORD})
    assert again.status_code == 401
    await visitor.sign_in("chen.yu")
    tables = ("person", "session", "sign_in_link", "audit_entry", "sign_in_attempt")
    for table in tables:
        for (row,) in await rows(database, f"SELECT t::text FROM {table} AS t"):
            assert PASSWORD not in row
            assert token not in row
            assert visitor.secret is not None
            assert visitor.secret not in row
    (kept,) = await rows(database, "SELECT password_hash FROM person")
    assert kept[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_s33_weak_password_is_refused_and_the_link_stays_good(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    token = await invited(client)
    visitor = Visitor(app)
    for weak in ("short", "Password2026!!", "111122223333", "chen.yu-chen.yu"):
        answer = await visitor.post("/sign-in/link", {"token": token, "password": weak})
        assert answer.status_code == 422, weak
        assert weak not in answer.text
    good = await visitor.post("/sign-in/link", {"token": token, "password": PASSWORD})
    assert good.status_code == 200


async def test_s33_what_is_no_text_is_refused_and_not_echoed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    wrong: list[tuple[str, dict[str, object]]] = [
        ("/sign-in", {"person": "chen.yu", "password": "\ud800" * 12}),
        ("/sign-in", {"person": "chen\x00yu", "password": PASSWORD}),
        ("/sign-in", {"person": "\ud800", "password": PASSWORD}),
        ("/sign-in/link", {"token": "A" * 43, "password": "\ud800" * 12}),
        ("/sign-in/second", {"code": "\ud80012345"}),
        ("/me/confirmation", {"code": "\ud80012345"}),
        ("/me/confirmation", {"password": "\ud800"}),
        ("/me/confirmation", {}),
        ("/me/password", {"current": PASSWORD, "password": "\ud800" * 12}),
        ("/me/confirmation/passkey", {"credential": {"id": "\ud800"}}),
        ("/me/factors/passkey", {"name": "x", "credential": {"id": ["deep"] * 9}}),
    ]
    for path, body in wrong:
        answer = await visitor.post(path, body)
        assert answer.status_code in (409, 422), (path, answer.status_code)
        assert "ud800" not in answer.text
    # A password may hold anything that can be written.
    assert (await visitor.sign_in("chen.yu", "\x00" * 12)).status_code == 401


async def test_s33_unknown_name_and_wrong_password_answer_alike(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await entered(app, client)
    visitor = Visitor(app)
    wrong = await visitor.sign_in("chen.yu", "not the password at all")
    unknown = await visitor.sign_in("nobody", "not the password at all")
    await invited(client, "wang.li", name="Wang Li")
    unused = await visitor.sign_in("wang.li", "not the password at all")
    assert wrong.status_code == unknown.status_code == unused.status_code == 401
    said = [one.json() for one in (wrong, unknown, unused)]
    assert len({one.pop("instance") for one in said}) == 3  # each request has its own number
    assert said[0] == said[1] == said[2]
    assert wrong.headers.keys() == unknown.headers.keys()
    found = await rows(
        database,
        "SELECT entity_id FROM audit_entry WHERE action = 'sign_in_failed' ORDER BY id",
    )
    assert [one[0] for one in found] == ["chen.yu", "unknown", "wang.li"]


async def test_s33_every_name_costs_one_hash(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No account is told from another by time: each answer waits for one argon2id."""
    await entered(app, client)
    hashed: list[str | None] = []
    passwords = app.state.parts.passwords

    class Counting(type(passwords)):  # type: ignore[misc]
        async def proves(self, kept: str | None, password: str) -> bool:
            hashed.append(kept)
            return bool(await super().proves(kept, password))

    monkeypatch.setattr(passwords, "__class__", Counting)
    visitor = Visitor(app)
    for name in ("chen.yu", "nobody"):
        await visitor.sign_in(name, "not the password at all")
    assert [kept is None for kept in hashed] == [False, True]


async def test_s24_guessing_one_name_is_throttled_over_two_workers(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    await entered(app, client)
    workers = [Visitor(app), Visitor(create_app(clock, database), "127.0.0.2")]
    answers = await asyncio.gather(
        *(workers[turn % 2].sign_in("chen.yu", f"guess number {turn}") for turn in range(10))
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [401] * ACCOUNT.free + [429] * (10 - ACCOUNT.free)
    for visitor in workers:
        refused = await visitor.sign_in("chen.yu")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    clock.advance(timedelta(seconds=1))
    assert (await workers[1].sign_in("chen.yu", "guess number 11")).status_code == 401
    assert (await workers[0].sign_in("chen.yu")).headers["retry-after"] == "2"
    clock.advance(timedelta(seconds=2))
    assert (await workers[0].sign_in("chen.yu")).status_code == 200


async def test_s24_address_that_tries_many_names_is_throttled(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await entered(app, client)
    guesser, other = Visitor(app), Visitor(app, "127.0.0.3")
    await rows_set(database, "address 127.0.0.1", ADDRESS.free - 1, app)
    assert (await guesser.sign_in("nobody", "a guess")).status_code == 401
    assert (await guesser.sign_in("chen.yu")).status_code == 429
    assert (await other.sign_in("chen.yu")).status_code == 200


async def rows_set(database: Database, subject: str, failures: int, app: FastAPI) -> None:
    """As if so many attempts had been counted."""
    from services.core.storage.attempts import AttemptRepository

    async with database.unit_of_work() as unit:
        for _ in range(failures):
            await AttemptRepository(unit).count(subject, ADDRESS, app.state.parts.clock.now())


async def test_s24_s32_wrong_keys_are_throttled_by_address(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    wrong = {"authorization": "Bearer cl_aaaaaaaa_" + "A" * 43}
    statuses = [
        (await client.get("/boxes", headers=wrong)).status_code for _ in range(WRONG_KEYS.free + 1)
    ]
    assert statuses == [401] * WRONG_KEYS.free + [429]
    assert (await Visitor(app, "127.0.0.9").http.get("/api/v1/boxes")).status_code == 200


async def test_s34_cookies_over_tls_are_bound_to_the_host(
    clock: FixedClock, database: Database, client: httpx.AsyncClient
) -> None:
    base = "https://coldlane.example"
    app = create_app(clock, database, gate=Gate(demanded=True, public_url=base))
    await made(client, "/organisations", ORGANISATION)
    token = await invited(client)
    visitor = Visitor(app, "10.1.2.3", base)
    answer = await visitor.post("/sign-in/link", {"token": token, "password": PASSWORD})
    session, page = answer.headers.get_list("set-cookie")
    assert session.startswith("__Host-coldlane=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=lax"):
        assert part in session
    assert "Domain" not in session
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert page.startswith("__Host-coldlane-token=")
    assert "HttpOnly" not in page
    assert (await visitor.get("/me")).json()["principal_id"] == "chen.yu"


async def test_s34_without_tls_nobody_signs_in_from_another_machine(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    await entered(app, client)
    for public in (None, "http://coldlane.example"):
        far_app = create_app(clock, database, gate=Gate(demanded=True, public_url=public))
        far = Visitor(far_app, "10.1.2.3", "http://coldlane.example")
        assert (await far.sign_in("chen.yu")).status_code == 403


_FOREIGN: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://localhost:9999"},
    {"origin": "http://localhost.evil.example"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"x_coldlane_token": ""},
    {"x_coldlane_token": "A" * 43},
]


async def test_s34_change_that_no_page_of_ours_asked_for_is_refused(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    visitor = await entered(app, client, "chen.yu", "operator")
    for headers in _FOREIGN:
        answer = await visitor.post("/boxes", {"box_id": "CB-0001"}, **headers)
        assert answer.status_code == 403, headers
    assert await rows(database, "SELECT 1 FROM box") == []
    assert (await visitor.post("/boxes", {"box_id": "CB-0001"})).status_code == 201


async def test_s34_token_of_another_session_is_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine = await entered(app, client)
    other = Visitor(app)
    await other.sign_in("chen.yu")
    token = other.http.cookies.get(other.token_cookie)
    assert token
    assert (await mine.post("/me/stay", x_coldlane_token=token)).status_code == 403


async def test_s34_nobody_is_signed_in_by_a_foreign_page(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await entered(app, client)
    body = {"person": "chen.yu", "password": PASSWORD}
    answer = await Visitor(app).post("/sign-in", body, origin="https://evil.example")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


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


async def test_s20_where_sign_in_is_demanded_nobody_gets_in_without(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = Visitor(closed(app))
    for method, path in RULES:
        answer = await visitor.http.request(method, PREFIX + path.replace("{", "").replace("}", ""))
        assert answer.status_code == 401, (method, path)
    for path in ("/live", "/quality", "/shipments/new"):
        answer = await visitor.http.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next={path}"
    await entered(app, client)
    assert (await visitor.sign_in("chen.yu")).status_code == 200
    assert (await visitor.http.get("/live")).status_code == 200
    assert (await visitor.get("/boxes")).status_code == 200


async def test_disabled_person_is_out_at_once_and_a_reset_lets_in_again(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    key = {"organisation": "sponsor-qa", "role": "operator", "person": "chen.yu", "name": "Chen"}
    bearer = {"authorization": f"Bearer {(await made(client, '/keys', key))['key']}"}
    out = await client.post("/people/chen.yu/disable", json={"reason": "left"})
    assert out.json()["state"] == "disabled"
    assert (await visitor.get("/me")).status_code == 401
    assert (await client.get("/boxes", headers=bearer)).status_code == 401
    assert (await visitor.sign_in("chen.yu")).status_code == 401
    link = (await client.post("/people/chen.yu/reset", json={"reason": "is back"})).json()["link"]
    assert (await visitor.sign_in("chen.yu")).status_code == 401  # the old password is gone
    body = {"token": link.partition("=")[2], "password": PASSWORD}
    assert (await visitor.post("/sign-in/link", body)).status_code == 200


async def test_other_roles_hold_from_the_next_sign_in(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = await entered(app, client)
    change = {"roles": ["auditor"], "reason": "audits from now on"}
    assert (await client.patch("/people/chen.yu", json=change)).status_code == 200
    assert (await visitor.get("/me")).status_code == 401
    await visitor.sign_in("chen.yu")
    assert (await visitor.get("/me")).json()["roles"] == ["auditor"]
    assert (await visitor.post("/boxes", {"box_id": "CB-0001"})).status_code == 403


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


async def test_s60_each_step_of_sign_in_is_an_entry(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    visitor = await entered(app, client)
    await visitor.sign_in("chen.yu", "not the password at all")
    await visitor.sign_in("chen.yu")
    await visitor.post("/me/sessions/end-others")
    await visitor.post("/sign-out")
    await client.post("/people/chen.yu/reset", json={"reason": "lost it"})
    await client.post("/people/chen.yu/disable", json={"reason": "left"})
    found = await rows(
        database,
        "SELECT action, principal_id FROM audit_entry WHERE entity <> 'organisation' ORDER BY id",
    )
    assert [tuple(one) for one in found] == [
        ("create", "local-operator"),
        ("sign_in", "chen.yu"),
        ("sign_in_failed", "unknown"),
        ("sign_in", "chen.yu"),
        ("sign_out_everywhere", "chen.yu"),
        ("sign_out", "chen.yu"),
        ("reset", "local-operator"),
        ("disable", "local-operator"),
    ]

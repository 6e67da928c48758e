"""People sign in and are shut out; foreign pages get nowhere."""

import httpx
import pytest
from fastapi import FastAPI

from services.api.access import PREFIX
from services.api.app import create_app
from services.api.gate import Gate
from services.api.rules import RULES
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


async def test_s20_where_sign_in_is_demanded_nobody_gets_in_without(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = Visitor(closed(app))
    nothing_valid: tuple[dict[str, str], ...] = (
        {},
        {"authorization": "Bearer cl_aaaaaaaa_short"},
        {"authorization": "Basic YTpi"},
        {"cookie": f"{visitor.cookie}=of-no-session", "origin": visitor.origin},
    )
    for method, path in RULES:
        target = PREFIX + path.replace("{", "").replace("}", "")
        for headers in nothing_valid:
            answer = await visitor.http.request(method, target, headers=headers)
            assert answer.status_code == 401, (method, path, headers)
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

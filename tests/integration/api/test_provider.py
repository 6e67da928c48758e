"""Signing in through a real OpenID Connect provider, with a browser's manners."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.gate import Gate
from services.core.domain.governance.access import Role
from services.core.domain.governance.foreign import Provider
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from tests.support.api import local_client, made, rows
from tests.support.people import ORGANISATION, PASSWORD, Visitor, invited
from tests.support.sign_in_provider import RunningProvider


@pytest.fixture
def app(database: Database, oidc_provider: RunningProvider) -> FastAPI:
    """People of the provider's group `qa` approve, those of `desk` operate."""
    provider = Provider(
        issuer=oidc_provider.issuer,
        name="There",
        client_id="coldlane",
        client_secret=oidc_provider.secret,
        organisation="sponsor-qa",
        roles={"qa": Role.QA_APPROVER, "desk": Role.OPERATOR},
    )
    return create_app(SystemClock(), database, gate=Gate(demanded=True), provider=provider)


@pytest.fixture
async def admin(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The local operator, beside it."""
    async with local_client(create_app(SystemClock(), database)) as client:
        await made(client, "/organisations", ORGANISATION)
        yield client


async def away(visitor: Visitor, way: str = "/live") -> str:
    """Ask to sign in there; returns the address of the provider."""
    answer = await visitor.http.get("/sign-in/provider", params={"next": way})
    assert answer.status_code == 303
    return answer.headers["location"]


async def there(address: str, login: str) -> str:
    """Give a name at the provider; returns the address that it sends the browser back to."""
    async with httpx.AsyncClient(trust_env=False, timeout=60, follow_redirects=True) as browser:
        form = await browser.get(address)
        answer = await browser.post(form.url, data={"login": login}, follow_redirects=False)
        while not urlsplit(answer.headers["location"]).path.startswith("/sign-in"):
            following = form.url.join(answer.headers["location"])
            answer = await browser.get(following, follow_redirects=False)
        return str(answer.headers["location"])


async def back(visitor: Visitor, address: str) -> httpx.Response:
    """Come back with what the provider said."""
    parts = urlsplit(address)
    return await visitor.http.get(f"{parts.path}?{parts.query}")


def base(provider: RunningProvider) -> str:
    """Where the provider believes that our pages stand."""
    return provider.back.removesuffix("/sign-in/provider/back")


async def test_s30_person_of_the_provider_gets_in_with_the_roles_of_their_groups(
    app: FastAPI, admin: httpx.AsyncClient, oidc_provider: RunningProvider, database: Database
) -> None:
    visitor = Visitor(app, base=base(oidc_provider))
    answer = await back(visitor, await there(await away(visitor, "/quality?d=1"), "chen.yu+desk"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/quality?d=1")
    me = (await visitor.get("/me")).json()
    assert (me["principal_id"], me["name"], me["organisation"], me["roles"]) == (
        "chen.yu",
        "Foreign chen.yu",
        "sponsor-qa",
        ["operator"],
    )
    # Who signs owes a second factor here, whatever the other service has asked for.
    approver = Visitor(app, base=base(oidc_provider))
    answer = await back(approver, await there(await away(approver), "wang.li+qa"))
    assert answer.headers["location"] == "/me"
    assert (await approver.get("/me")).json()["session"]["level"] == "enrol"
    found = await rows(
        database,
        "SELECT action, principal_id FROM audit_entry WHERE principal_id <> 'local-operator'"
        " ORDER BY id",
    )
    assert [tuple(one) for one in found] == [
        ("create", "chen.yu"),
        ("sign_in", "chen.yu"),
        ("create", "wang.li"),
        ("sign_in", "wang.li"),
    ]


async def test_s30_what_does_not_fit_the_question_lets_nobody_in(
    app: FastAPI,
    admin: httpx.AsyncClient,
    oidc_provider: RunningProvider,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    visitor, other = (Visitor(app, base=base(oidc_provider)) for _ in range(2))
    answered = await there(await away(visitor), "chen.yu+desk")
    await away(other)
    state = parse_qs(urlsplit(answered).query)["state"][0]
    wrong = [
        (other, answered),  # another browser's answer: its cookie holds another state
        (visitor, answered.replace(state, "A" * 43)),
        (visitor, answered.replace("iss=", "iss=https://evil.example&was=")),
        (visitor, answered),  # the question was used up by the answer before
    ]
    for browser, address in wrong:
        answer = await back(browser, address)
        assert answer.headers["location"] == "/sign-in?refused=provider"
        assert browser.secret is None
        if browser is visitor:
            browser.http.cookies.set(f"{browser.cookie}-state", state, domain="localhost.local")
    told = [str(one.__dict__["detail"]) for one in caplog.records if "detail" in one.__dict__]
    assert told == [
        "the answer belongs to another browser",
        "the answer belongs to another browser",
        "another service answered",
        "the question was answered or has ended",
    ]
    failed = await rows(
        database, "SELECT count(*) FROM audit_entry WHERE action = 'sign_in_failed'"
    )
    assert failed[0][0] == len(wrong)


async def test_s30_name_that_is_taken_and_group_that_is_unknown_let_nobody_in(
    app: FastAPI, admin: httpx.AsyncClient, oidc_provider: RunningProvider
) -> None:
    await invited(admin, "chen.yu")
    for login in ("chen.yu+desk", "li.na+nothing"):
        visitor = Visitor(app, base=base(oidc_provider))
        answer = await back(visitor, await there(await away(visitor), login))
        assert answer.headers["location"] == "/sign-in?refused=provider"


async def test_s30_person_of_the_provider_is_shut_out_here(
    app: FastAPI, admin: httpx.AsyncClient, oidc_provider: RunningProvider
) -> None:
    visitor = Visitor(app, base=base(oidc_provider))
    await back(visitor, await there(await away(visitor), "chen.yu+desk"))
    assert (await visitor.get("/me")).status_code == 200
    await admin.post("/people/chen.yu/disable", json={"reason": "left"})
    assert (await visitor.get("/me")).status_code == 401
    again = Visitor(app, base=base(oidc_provider))
    answer = await back(again, await there(await away(again), "chen.yu+desk"))
    assert answer.headers["location"] == "/sign-in?refused=provider"
    assert (await again.sign_in("chen.yu", PASSWORD)).status_code == 401


async def test_nobody_is_led_to_another_site(
    app: FastAPI, admin: httpx.AsyncClient, oidc_provider: RunningProvider
) -> None:
    for wish in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        visitor = Visitor(app, base=base(oidc_provider))
        answer = await back(visitor, await there(await away(visitor, wish), "chen.yu+desk"))
        assert answer.headers["location"] == "/live"


async def test_service_that_does_not_answer_is_said(database: Database) -> None:
    provider = Provider(
        issuer="http://localhost:9",
        name="There",
        client_id="coldlane",
        organisation="sponsor-qa",
        roles={"qa": Role.QA_APPROVER},
    )
    app = create_app(SystemClock(), database, provider=provider)
    visitor = Visitor(app)
    answer = await visitor.http.get("/sign-in/provider")
    assert answer.headers["location"] == "/sign-in?refused=provider"

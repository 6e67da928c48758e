"""The frame of the pages: each opens in both languages, for those who may, and says who may."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.api.menu import PAGES
from tests.support.api import made

ORGANISATION = {
    "organisation_id": "sponsor-qa",
    "name": "Sponsor QA",
    "country": "CN",
    "kind": "platform",
}


@pytest.fixture
async def browser_here(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on this machine."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_every_page_opens_in_both_languages(browser_here: httpx.AsyncClient) -> None:
    for plan in PAGES:
        path = "/".join(str(uuid4()) if "{" in part else part for part in plan.path.split("/"))
        for language, tongue in (("en", "en"), ("zh", "zh-CN")):
            answer = await browser_here.get(f"{path}?lang={language}")
            assert answer.status_code == 200, plan.path
            assert f'<html lang="{tongue}"' in answer.text
            assert ' id="main"' in answer.text
            assert " style=" not in answer.text
            assert answer.text.count('rel="stylesheet"') <= 2, plan.path


async def test_every_style_sheet_of_a_page_is_sent_and_no_join_that_somebody_makes_up(
    browser_here: httpx.AsyncClient,
) -> None:
    asked = set()
    for plan in PAGES:
        path = "/".join(str(uuid4()) if "{" in part else part for part in plan.path.split("/"))
        page = (await browser_here.get(path)).text
        asked |= set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', page))
    for sheet in asked:
        answer = await browser_here.get(sheet)
        assert (answer.status_code, answer.headers["content-type"][:8]) == (200, "text/css"), sheet
    root = next(iter(asked)).partition("/sheets/")[0]
    for names in (("ledger", "ask"), ("ask", "ledger", "tokens"), ("base",)):
        made_up = "+".join(f"css~{name}" for name in names)
        for name in (made_up, f"{made_up}+css~shell"):
            assert (await browser_here.get(f"{root}/sheets/{name}.css")).status_code == 404, name


async def test_a_page_says_who_may_open_it(
    client: httpx.AsyncClient, browser_here: httpx.AsyncClient
) -> None:
    await made(client, "/organisations", ORGANISATION)
    body = {"organisation": "sponsor-qa", "role": "auditor", "name": "Chen Yu"}
    key = (await made(client, "/keys", body))["key"]
    headers = {"authorization": f"Bearer {key}"}
    refused = await browser_here.get("/shipments/new?lang=en", headers=headers)
    assert refused.status_code == 403
    assert "You may not open this page" in refused.text
    assert ">operator</span>" in refused.text
    other = await browser_here.get("/shipments/new?lang=zh", headers=headers)
    assert (">操作员</span>" in other.text, ">operator</span>" in other.text) == (True, False)
    assert 'href="/quality"' in refused.text
    assert 'href="/shipments/new"' not in refused.text


async def test_a_stranger_is_told_so_and_gets_no_menu(browser_here: httpx.AsyncClient) -> None:
    strange = await browser_here.get("/live?lang=en", headers={"x-forwarded-for": "10.1.2.3"})
    assert strange.status_code == 401
    assert "does not know who you are" in strange.text
    assert 'data-go="l"' not in strange.text


async def test_a_link_from_another_site_leads_here(browser_here: httpx.AsyncClient) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    assert (await browser_here.get("/live", headers=headers)).status_code == 200
    assert (await browser_here.get("/api/v1/boxes", headers=headers)).status_code == 403

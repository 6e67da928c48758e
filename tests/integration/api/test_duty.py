"""The duty telephone stands at one place of every page; without one, administrators are told."""

import re
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.api.app import create_app
from services.api.menu import PAGES
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import made

NUMBER = "+86 21 6834 0000"
LINK = f'href="tel:+862168340000">{NUMBER}</a>'
PLACE = re.compile(r'popovertarget="duty".*</div>\s*<div class="seg"', re.DOTALL)
UNSET = "COLDLANE_DUTY_PHONE"


def browser(app: FastAPI) -> httpx.AsyncClient:
    """A browser on this machine."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_every_page_names_the_duty_telephone_at_the_same_place(
    api_database: Database, clock: FixedClock
) -> None:
    paths = [re.sub(r"{\w+}", str(uuid4()), plan.path) for plan in PAGES]
    async with browser(create_app(clock, api_database, duty_phone=NUMBER)) as here:
        for path in [*paths, "/sign-in"]:
            page = (await here.get(f"{path}?lang=en")).text
            assert page.count(LINK) == 3, f"{path}: in the bar and in two banners"
            assert PLACE.search(page.partition("</header>")[0]), path
            assert UNSET not in page
        for path in (f"/s/{'x' * 43}", f"/errand/{'x' * 32}"):
            page = (await here.get(path)).text
            assert page.count(LINK) == 1, path


async def test_without_a_number_administrators_alone_are_told_so(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    firm = {"organisation_id": "sponsor-qa", "name": "Sponsor QA", "country": "CN"}
    await made(client, "/organisations", {**firm, "kind": "platform"})
    body = {"organisation": "sponsor-qa", "role": "auditor", "name": "Chen Yu"}
    key = (await made(client, "/keys", body))["key"]
    async with browser(app) as here:
        assert UNSET in (await here.get("/live?lang=en")).text
        page = await here.get("/shipments?lang=en", headers={"authorization": f"Bearer {key}"})
    assert page.status_code == 200
    assert 'id="duty"' not in page.text

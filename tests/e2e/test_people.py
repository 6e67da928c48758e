"""People who may sign in, on the page of the administrator: let in, changed, locked, unlocked."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.entering import post
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
FIRM = {"organisation_id": "page-firm", "name": "Page Firm", "country": "CN", "kind": "sponsor"}
LINK = re.compile(r"^http://localhost:\d+/sign-in#link=[\w-]{43}$")


def entries(url: str) -> dict[str, str | None]:
    """What the trail says was done to the person, with the reasons."""
    path = f"{url}/api/v1/audit?entity=person&entity_id=page.lin"
    found: list[dict[str, Any]] = httpx.get(path, trust_env=False, timeout=60).json()["items"]
    return {one["action"]: one["reason"] for one in found}


async def invite(page: Page) -> Locator:
    """By the form, whose faults stand beside their fields; returns the person's row."""
    await page.keyboard.press("i")
    ask = page.locator("dialog.ask")
    await ask.locator("#ask-person_id").fill("Page Lin")
    await ask.locator("#ask-name").fill("Lin Mei")
    await ask.locator("#ask-organisation").select_option("page-firm")
    await ask.get_by_role("button", name="Invite").click()
    await expect(ask.locator("#ask-roles-error")).to_have_text("Please fill this in.")
    await ask.get_by_label("customs officer").check()
    await ask.get_by_role("button", name="Invite").click()
    await expect(ask.locator("#ask-person_id-error")).to_contain_text("use 2 to 64 of a-z")
    await ask.locator("#ask-person_id").fill("page.lin")
    await ask.get_by_role("button", name="Invite").click()
    await expect(ask.locator("#ask-roles-error")).to_contain_text("nobody in the role")
    await ask.get_by_label("customs officer").uncheck()
    await ask.get_by_label("QA assessor").check()
    await ask.get_by_role("button", name="Invite").click()
    await expect(page.locator("#fresh-link")).to_have_value(LINK, timeout=PATIENCE_MS)
    return page.locator("[data-person='page.lin']")


async def give_reason(page: Page, words: str) -> None:
    """The last field of every act, and its button."""
    await page.locator("#ask-reason").fill(words)
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_person_is_invited_changed_locked_and_unlocked(
    url: str, browser: Browser, watch: Watch
) -> None:
    await asyncio.to_thread(post, url, "/organisations", FIRM)
    page = await watch.open(browser)
    await page.goto(f"{url}/audit?lang=en")
    await expect(page.locator("#entries tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
    await page.keyboard.press("g")
    await page.keyboard.press("w")
    await expect(page).to_have_url(re.compile(r"/people$"), timeout=PATIENCE_MS)
    link = page.locator("[data-part=link]")
    await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)

    row = await invite(page)
    await expect(row).to_contain_text("invited, not yet signed in", timeout=PATIENCE_MS)
    first = await page.locator("#fresh-link").input_value()
    await page.get_by_role("button", name="Put it away").click()
    await expect(page.locator("#fresh-link")).to_have_count(0)
    assert first not in await page.content()

    await row.get_by_role("button", name="Change").click()
    await page.locator("dialog.ask").get_by_label("auditor").check()
    await give_reason(page, "audits too")
    await expect(row).to_contain_text("auditor, QA assessor", timeout=PATIENCE_MS)

    async with httpx.AsyncClient(base_url=url, trust_env=False) as visitor:
        wish = {"token": first.partition("#link=")[2], "password": "violet orbit kettle 42"}
        entered = await visitor.post("/api/v1/sign-in/link", json=wish, headers={"origin": url})
        assert entered.status_code == 200, entered.text
        await row.get_by_role("button", name="Sign out").click(timeout=PATIENCE_MS)
        await expect(page.locator("#ask-session_id option")).to_have_count(2)
        await give_reason(page, "left open")
        assert (await visitor.get("/api/v1/me")).status_code == 401

    await row.get_by_role("button", name="Lock").click()
    await give_reason(page, "left the firm")
    await expect(row).to_contain_text("locked", timeout=PATIENCE_MS)
    await expect(row.get_by_role("button")).to_have_count(2)
    await row.get_by_role("button", name="Unlock").click()
    await give_reason(page, "is back")
    await expect(page.locator("#fresh-link")).to_have_value(LINK, timeout=PATIENCE_MS)
    assert await page.locator("#fresh-link").input_value() != first
    await expect(row).to_contain_text("invited", timeout=PATIENCE_MS)
    told = {
        "create": None,
        "change": "audits too",
        "end_sessions": "left open",
        "disable": "left the firm",
        "reset": "is back",
    }
    assert told.items() <= (await asyncio.to_thread(entries, url)).items()

    await page.goto(f"{url}/people?lang=zh&q=nobody+at+all")
    await expect(page.locator(".state")).to_contain_text("没有符合", timeout=PATIENCE_MS)
    await page.locator(".state .btn").click()
    await expect(row).to_contain_text("已邀请", timeout=PATIENCE_MS)


async def test_only_administrators_find_the_page(url: str) -> None:
    await asyncio.to_thread(post, url, "/organisations", FIRM)
    body = {"organisation": "page-firm", "role": "auditor", "name": "Page auditor"}
    made = await asyncio.to_thread(post, url, "/keys", body)
    headers = {"authorization": f"Bearer {made['key']}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, trust_env=False, timeout=60
    ) as client:
        assert (await client.get("/people?lang=en")).status_code == 403
        audit = await client.get("/audit?lang=en")
    assert audit.status_code == 200
    assert 'href="/people"' not in audit.text

"""The state of the installation, and the description of the API, without any other host."""

import asyncio
import os
import signal

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, up

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


async def test_the_status_is_honest_when_the_server_stops(
    browser: Browser, watch: Watch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    system: RunningSystem = up(tmp_path_factory.mktemp("status") / "data")
    try:
        url = str(system.await_ready().run["page_url"])
        page = await watch.open(browser)
        await page.goto(f"{url}/status?lang=en")
        ingest = page.locator("[data-part-name=ingest]")
        await expect(ingest).to_have_attribute("data-state", "ok", timeout=PATIENCE_MS)
        await expect(page.locator("#processes")).to_contain_text("alerts")
        await expect(page.locator("#facts")).to_contain_text("PostgreSQL")
        # A process that hangs refuses nothing: what it said last does not stand as if it were new.
        verdict = page.locator("#verdict")
        api = int(system.run["parts"]["api"])
        os.kill(api, signal.SIGSTOP)
        try:
            await expect(verdict).to_contain_text("does not answer", timeout=PATIENCE_MS)
            await expect(ingest).to_have_attribute("data-state", "unknown")
        finally:
            os.kill(api, signal.SIGCONT)
        await expect(ingest).to_have_attribute("data-state", "ok", timeout=PATIENCE_MS)
    finally:
        await asyncio.to_thread(system.end)
    await expect(page.locator("#verdict")).to_contain_text(
        "The server does not answer", timeout=PATIENCE_MS
    )
    await expect(ingest).to_have_attribute("data-state", "unknown")
    await expect(page.locator("#old")).to_contain_text("What stands below is of")


async def test_a_call_is_found_and_read_offline(url: str, browser: Browser, watch: Watch) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/docs?lang=zh")
    await page.locator("#f-q").fill("no such call")
    await expect(page.locator("#none")).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#f-q").fill("post /boxes register many")
    await expect(page.locator(".calls li:not([hidden])")).to_have_count(1, timeout=PATIENCE_MS)
    await page.locator(".calls li:not([hidden]) a").click()
    await expect(page.locator("#NewBoxes")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("main")).to_contain_text("允许的角色")

"""The page when the server falls silent: it never looks alive when it is not."""

import os
import signal
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)


async def test_a_silent_server_is_told_and_its_return_is_noticed(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00600", "CB-0600")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 50, every=timedelta(minutes=5))
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en&s=CT-00600")
    await expect(page.locator("slot-list .book")).to_be_visible(timeout=20_000)
    await expect(page.locator("slot-list .book")).to_be_enabled()

    api = int(system.run["parts"]["api"])
    os.kill(api, signal.SIGSTOP)
    try:
        await expect(page.locator("[data-part=link-word]")).to_have_text(
            "Reconnecting", timeout=25_000
        )
        await expect(page.locator("[data-part=banner]")).to_be_visible(timeout=25_000)
        await expect(page.locator("[data-part=banner-text]")).to_contain_text("Connection lost")
        await expect(page.locator("slot-list .book")).to_be_disabled()
    finally:
        os.kill(api, signal.SIGCONT)

    await expect(page.locator("[data-part=banner]")).to_be_hidden(timeout=40_000)
    await expect(page.locator("slot-list .book")).to_be_enabled(timeout=10_000)
    box.publish([-184.0], every=timedelta(minutes=1))
    strip = page.locator("[data-reference='CT-00600'] .value")
    await expect(strip).to_have_text("−184.0", timeout=20_000)
    box.close()

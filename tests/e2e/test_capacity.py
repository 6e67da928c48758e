"""Capacity: a bay is closed for a time and opened again, and the quota is set."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.entering import BAY, SITE, post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


async def test_a_bay_is_closed_and_opened_again(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    # A site of its own: other stories book at theirs, and closures and quotas would meet them.
    bay = {**BAY, "bay_id": "CAP-K1", "bay_class": "cryogenic"}
    where = {"lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    place = {**SITE, **where, "site_id": "CAP", "bays": [bay]}
    post(url, "/sites", place)
    page = await watch.open(browser)
    await page.goto(f"{url}/capacity?site=CAP&lang=en")
    await expect(page.locator("#bays")).to_contain_text("Cryogenic bay 1", timeout=PATIENCE_MS)
    await page.locator("#close-reason").fill("defrosting")
    await page.locator("[data-form=close] button").click()
    await expect(page.locator("#closures")).to_contain_text("defrosting", timeout=PATIENCE_MS)

    # A time that is published already is refused in the server's words.
    await page.locator("[data-form=publish] button").click()
    await expect(page.locator(".note.bad")).to_contain_text("published", timeout=PATIENCE_MS)

    await page.get_by_role("button", name="Take the closure back").click()
    await expect(page.locator("#closures")).to_contain_text("No bay is closed", timeout=PATIENCE_MS)
    await page.locator("#quota-grace_min").fill("45")
    await page.locator("[data-form=quota] button").click()
    await expect(page.locator("#notes")).to_contain_text("quota is set", timeout=PATIENCE_MS)
    await page.reload()
    await expect(page.locator("#quota-grace_min")).to_have_value("45", timeout=PATIENCE_MS)

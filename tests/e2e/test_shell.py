"""The frame around every page: one stream for all tabs, keys, zone and sound."""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import BAY, SITE, post
from tests.e2e.watching import DESK, Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
UNTIL_NOBODY_LEADS = """async () => {
  const leads = async () => (await navigator.locks.query()).held
    .some(({ name }) => name === "coldlane-sound");
  while (await leads()) await new Promise((resolve) => setTimeout(resolve, 50));
}"""
LIVE = re.compile("link-live")


async def tab_of(page: Page, address: str) -> Page:
    """Another tab of the same browser profile."""
    tab = await page.context.new_page()
    await tab.goto(address)
    await expect(tab.locator("[data-part=link]")).to_have_class(LIVE, timeout=PATIENCE_MS)
    return tab


def open_streams(url: str) -> int:
    text = httpx.get(f"{url}/metrics", trust_env=False, timeout=60).text
    (line,) = (one for one in text.splitlines() if one.startswith("coldlane_sse_clients "))
    return int(float(line.split()[1]))


async def test_a_page_that_shows_no_site_begins_in_the_zone_of_one(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK, timezone_id="America/New_York")
    await page.goto(f"{url}/alarms?lang=en")
    await expect(page.locator("[data-part=link]")).to_have_class(LIVE, timeout=PATIENCE_MS)
    bay = {**BAY, "bay_id": "ZONE-1", "bay_class": "cryogenic"}
    where = {"lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai", "bays": [bay]}
    post(url, "/sites", {**SITE, **where, "site_id": "ZONE"})
    zone = page.locator("[data-part=clock-zone-name]")
    await expect(zone).to_have_text("UTC+8 Shanghai", timeout=PATIENCE_MS)


async def test_all_tabs_share_one_stream_and_keys_lead_to_every_page(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/live?lang=en")
    await expect(page.locator("[data-part=link]")).to_have_class(LIVE, timeout=PATIENCE_MS)
    before = open_streams(url)
    second = await tab_of(page, f"{url}/live?lang=en")
    third = await tab_of(page, f"{url}/quality?lang=en")
    assert open_streams(url) == before
    await expect(second.locator("[data-part=health-count]")).not_to_be_empty(timeout=PATIENCE_MS)

    await third.keyboard.press("?")
    await expect(third.locator("#keys")).to_contain_text("Live", timeout=PATIENCE_MS)
    await third.keyboard.press("Escape")
    await expect(third.locator("#keys")).to_be_hidden(timeout=PATIENCE_MS)
    await third.keyboard.type("gl")
    await expect(third).to_have_url(re.compile("/live"), timeout=PATIENCE_MS)

    # The page's scripts are there once its clock has a zone.
    zone = third.locator("[data-part=clock-zone-name]")
    await expect(zone).not_to_be_empty(timeout=PATIENCE_MS)
    mark = third.locator("[data-part=sound-tag]")
    await expect(mark).to_have_text("Sound off")
    await third.locator(".more").click()
    await third.locator("[data-part=zone]").select_option("utc")
    await expect(zone).to_have_text("UTC", timeout=PATIENCE_MS)
    await third.locator("[data-part=sound]").click()
    await expect(third.locator("[data-part=sound]")).to_have_attribute(
        "data-state", "on", timeout=PATIENCE_MS
    )
    await expect(mark).to_be_hidden()
    # Switched off, it is off in all tabs, and the next one that is switched on can sound.
    heard = second.locator("[data-part=sound]")
    await expect(heard).not_to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
    await third.locator("[data-part=sound]").click()
    await expect(heard).to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
    await expect(mark).to_have_text("Sound off")
    await third.evaluate(UNTIL_NOBODY_LEADS)


async def test_paper_is_light_whatever_the_screen_is(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/inspections?lang=zh&theme=dark")
    await expect(page.locator("[data-part=link]")).to_have_class(LIVE, timeout=PATIENCE_MS)

    await page.emulate_media(media="print")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.emulate_media(media="screen")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")

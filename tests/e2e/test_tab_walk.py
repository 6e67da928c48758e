"""Every page by keyboard alone: the focus is always seen, reaches everything, and gets out."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.looking import paths_of, walk
from tests.e2e.test_access import settled
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(420)

PATIENCE_MS = 60_000
# Two hundred links of one kind, as they stand on one page: two minutes of tabs that prove no more.
LONG = {"/docs"}


async def test_the_focus_is_seen_reaches_everything_and_is_never_trapped(
    url: str, browser: Browser, watch: Watch, shipment_id: str, inspection_id: str
) -> None:
    page = await watch.open(browser, reduced_motion="reduce")
    faults = {}
    for path in paths_of(shipment_id, inspection_id, "CB-0800"):
        if path in LONG:
            continue
        await page.goto(f"{url}{path}?lang=en")
        link = page.locator("[data-part=link]")
        await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)
        await settled(page)
        if found := await walk(page):
            faults[path] = found
    assert faults == {}

"""Every page by keyboard alone: the focus is always seen, reaches everything, and gets out."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.looking import paths_of, stops_of, walk
from tests.e2e.test_access import settled
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(420)

PATIENCE_MS = 60_000
# Two hundred links of one kind, as they stand on one page: two minutes of tabs that prove no more.
LONG = {"/docs"}
# Readings and inspections of the shared shipment write lines between two tabs.
MOST_WALKS = 3


async def walked(page: Page, address: str) -> list[str]:
    """The faults of a walk on which the page got no other stops; one that did is walked anew.

    A missing ring counts on each walk.
    """
    bare: list[str] = []
    found: list[str] = []
    for _ in range(MOST_WALKS):
        await page.goto(address)
        link = page.locator("[data-part=link]")
        await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)
        await settled(page)
        before = await stops_of(page)
        found = await walk(page)
        if not found or await stops_of(page) == before:
            break
        bare += [fault for fault in found if fault.startswith("no ring")]
    return bare + found


async def test_the_focus_is_seen_reaches_everything_and_is_never_trapped(
    url: str, browser: Browser, watch: Watch, shipment_id: str, inspection_id: str
) -> None:
    page = await watch.open(browser, reduced_motion="reduce")
    faults = {}
    for path in paths_of(shipment_id, inspection_id, "CB-0800"):
        if path in LONG:
            continue
        if found := await walked(page, f"{url}{path}?lang=en"):
            faults[path] = found
    assert faults == {}

"""The officer's story: from the queue over slot and check-in to the inspection."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

REFERENCE, BOX = "CT-00860", "CB-0860"
PATIENCE_MS = 60_000


async def test_an_officer_brings_a_shipment_from_the_queue_to_the_bay(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, REFERENCE, BOX)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
    publishing.close()

    page = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    second = await watch.open(browser)
    for one in (page, second):
        await one.goto(f"{url}/inspections?site=PVG&lang=en")
    row = f"#queue [data-reference='{REFERENCE}']"
    await expect(page.locator(row)).to_contain_text("Latest start", timeout=PATIENCE_MS)
    await expect(page.locator(row)).to_contain_text("to spare")

    # Chosen in the queue, chosen everywhere, and in the address.
    await page.locator(f"{row} .pick").click()
    await expect(page.locator("#case h2")).to_have_text(REFERENCE)
    assert f"s={REFERENCE}" in page.url
    best = page.locator("#bays .cell.best")
    await expect(best).to_contain_text("spare", timeout=PATIENCE_MS)

    # Papers are missing: it says who has them, and nothing but the release waits for them.
    await expect(page.locator("#case .blockers")).to_contain_text("applicant", timeout=PATIENCE_MS)
    await expect(page.locator(row)).to_contain_text("1 missing: applicant")

    # By keys: to the best slot, one down and up again, and booked.
    await page.keyboard.press("b")
    await expect(page.locator("#bays .cell.chosen")).to_be_focused()
    begins = await page.locator("#bays .cell.chosen").get_attribute("data-slot")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(f"#bays .cell.chosen:not([data-slot='{begins}'])")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(f"#bays .cell.chosen[data-slot='{begins}']")).to_be_focused()
    await page.keyboard.press("Enter")
    for one in (page, second):
        await expect(one.locator(row)).to_contain_text("confirmed", timeout=PATIENCE_MS)

    # Back by the slot: what is chosen on the board is chosen in the queue.
    await second.locator("#bays .block", has_text=REFERENCE).click()
    await expect(second.locator(f"{row}.selected")).to_be_visible()
    await second.get_by_role("button", name="Give the slot back").click()
    await expect(second.locator("#desk-reason-error")).to_contain_text("Say why")
    await second.get_by_role("button", name="What if it waits 2 h?").click()
    await expect(second.locator(".what-if")).to_contain_text("Place 1 → ")

    await page.get_by_role("button", name="Check in").click()
    for one in (page, second):
        await expect(one.locator(row)).to_contain_text("at the bay", timeout=PATIENCE_MS)

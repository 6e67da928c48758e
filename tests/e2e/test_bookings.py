"""Bookings: slots that are in time with their spare minutes; booked, moved and given back."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
CT = "CT-00880"


async def test_an_operator_books_moves_and_gives_back_a_slot_while_another_page_follows(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, CT, "CB-0880", "BKG")
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
    publishing.close()
    page = await watch.open(browser)
    second = await watch.open(browser)
    await page.goto(f"{url}/bookings?lang=en")
    await second.goto(f"{url}/bookings?lang=en&s={CT}")
    await page.locator(f"#shipments [data-reference={CT}]").click(timeout=PATIENCE_MS)
    assert f"s={CT}" in page.url

    # Every slot says how much it leaves; papers are missing, and that blocks no slot.
    slots = page.locator("#slots tbody tr")
    await expect(slots.first).to_contain_text("spare", timeout=PATIENCE_MS)
    await expect(page.locator("#documents")).to_contain_text("never blocks a slot")
    await page.locator("#slots .btn.p").click()
    await page.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        await expect(one.locator("#held")).to_contain_text("BKG-", timeout=PATIENCE_MS)
        await expect(one.locator("#held")).to_contain_text("confirmed", timeout=PATIENCE_MS)

    # Moved with a reason, which both sides read.
    await page.locator("#slots tbody tr").nth(4).get_by_role("button").click(timeout=PATIENCE_MS)
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-reason-error")).to_contain_text("fill this in")
    await page.locator("#ask-reason").fill("driver is late")
    await page.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        await expect(one.locator("#held")).to_contain_text("driver is late", timeout=PATIENCE_MS)

    await second.get_by_role("button", name="Give the slot back").click()
    await second.locator("#ask-reason").fill("flight diverted")
    await second.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        await expect(one.locator("#held")).to_contain_text("No slot held", timeout=PATIENCE_MS)
    await page.locator("#who .chip[data-chip=without]").click()
    await expect(page.locator(f"#shipments [data-reference={CT}]")).to_be_visible()

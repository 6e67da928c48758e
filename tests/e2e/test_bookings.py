"""Bookings: slots that are in time with their spare minutes; booked, moved and given back."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, want_at_once
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
CT = "CT-00880"
LATE = "CT-00881"


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


async def test_a_slot_too_late_is_asked_for_with_a_reason_on_the_desk_and_by_an_operator(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, LATE, "CB-0881", "LTE")
    want_at_once(url, LATE)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 10, every=timedelta(minutes=2))
    publishing.close()

    # The officer: no slot is called the best, and none is booked before it is said why.
    desk = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    await desk.goto(f"{url}/inspections?site=LTE&lang=en&s={LATE}")
    case = desk.locator("#case")
    await expect(case).to_contain_text("First free slot", timeout=PATIENCE_MS)
    ask = case.get_by_role("button", name="Ask for this slot all the same")
    await ask.click()
    await expect(case.locator("#desk-reason-error")).to_contain_text("all the same")
    await case.locator("#desk-reason").fill("sponsor tests a retained sample")
    await ask.click()
    await expect(case).to_contain_text("asked for, officer to answer", timeout=PATIENCE_MS)
    await expect(case).to_contain_text("no slot in time, QA to decide")
    await case.locator("#desk-reason").fill("not before QA has spoken")
    await case.get_by_role("button", name="Decline").click()
    await expect(case).to_contain_text("No slot held", timeout=PATIENCE_MS)

    # The operator, on the page of bookings.
    page = await watch.open(browser)
    await page.goto(f"{url}/bookings?lang=en&s={LATE}")
    await expect(page.locator(".no-slot")).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#slots tbody .btn").first.click()
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-late_reason-error")).to_contain_text("fill this in")
    await page.locator("#ask-late_reason").fill("QA has agreed by telephone")
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#held")).to_contain_text("asked for", timeout=PATIENCE_MS)
    await expect(case).to_contain_text("Agree", timeout=PATIENCE_MS)

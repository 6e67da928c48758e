"""Bookings: slots that are in time with their spare minutes; booked, moved and given back."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, want_at_once
from tests.e2e.watching import Watch
from tests.e2e.wording import words
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
STORIES = [("en", "CT-00880", "CB-0880", "BKG"), ("zh", "CT-00882", "CB-0882", "BKZ")]
LATE = [("en", "CT-00881", "CB-0881", "LTE"), ("zh", "CT-00883", "CB-0883", "LTZ")]


@pytest.mark.parametrize(("language", "reference", "box", "site"), STORIES)
async def test_an_operator_books_moves_and_gives_back_a_slot_while_another_page_follows(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    reference: str,
    box: str,
    site: str,
) -> None:
    def said(key: str) -> re.Pattern[str]:
        return words(language, key)

    registered = enter_quickly(url, reference, box, site)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
    publishing.close()
    page = await watch.open(browser)
    second = await watch.open(browser)
    await page.goto(f"{url}/bookings?lang={language}")
    await second.goto(f"{url}/bookings?lang={language}&s={reference}")
    await page.locator(f"#shipments [data-reference={reference}]").click(timeout=PATIENCE_MS)
    assert f"s={reference}" in page.url

    # Every slot says how much it leaves; papers are missing, and that blocks no slot.
    slots = page.locator("#slots tbody tr")
    await expect(slots.first).to_contain_text(said("live.spare"), timeout=PATIENCE_MS)
    await expect(page.locator("#documents")).to_contain_text(said("booking.papers_do_not_block"))
    await page.locator("#slots .btn.p").click()
    await page.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        held = one.locator("#held")
        await expect(held).to_contain_text(f"{site}-", timeout=PATIENCE_MS)
        await expect(held).to_contain_text(said("desk.place.CONFIRMED"), timeout=PATIENCE_MS)

    # Moved with a reason, which both sides read.
    await page.locator("#slots tbody tr").nth(4).get_by_role("button").click(timeout=PATIENCE_MS)
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-reason-error")).to_contain_text(said("form.fill_in"))
    await page.locator("#ask-reason").fill("driver is late")
    await page.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        await expect(one.locator("#held")).to_contain_text("driver is late", timeout=PATIENCE_MS)

    await second.get_by_role("button", name=said("desk.give_back")).click()
    await second.locator("#ask-reason").fill("flight diverted")
    await second.locator("dialog.ask button[type=submit]").click()
    for one in (page, second):
        await expect(one.locator("#held")).to_contain_text(
            said("desk.no_place"), timeout=PATIENCE_MS
        )
    await page.locator("#who .chip[data-chip=without]").click()
    await expect(page.locator(f"#shipments [data-reference={reference}]")).to_be_visible()


@pytest.mark.parametrize(("language", "reference", "box", "site"), LATE)
async def test_a_slot_too_late_is_asked_for_with_a_reason_on_the_desk_and_by_an_operator(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    reference: str,
    box: str,
    site: str,
) -> None:
    def said(key: str) -> re.Pattern[str]:
        return words(language, key)

    registered = enter_quickly(url, reference, box, site)
    want_at_once(url, reference)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 10, every=timedelta(minutes=2))
    publishing.close()

    # The officer: no slot is called the best, and none is booked before it is said why.
    desk = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    await desk.goto(f"{url}/inspections?site={site}&lang={language}&s={reference}")
    case = desk.locator("#case")
    await expect(case).to_contain_text(said("desk.first_is"), timeout=PATIENCE_MS)
    ask = case.get_by_role("button", name=said("desk.book_late"))
    await ask.click()
    await expect(case.locator("#desk-reason-error")).to_contain_text(
        said("desk.late_reason_needed")
    )
    await case.locator("#desk-reason").fill("sponsor tests a retained sample")
    await ask.click()
    await expect(case).to_contain_text(said("desk.place.REQUESTED"), timeout=PATIENCE_MS)
    await expect(case).to_contain_text(said("desk.tier.NO_SLOT_IN_TIME"))
    await case.locator("#desk-reason").fill("not before QA has spoken")
    await case.get_by_role("button", name=said("desk.decline")).click()
    await expect(case).to_contain_text(said("desk.no_place"), timeout=PATIENCE_MS)

    # The operator, on the page of bookings.
    page = await watch.open(browser)
    await page.goto(f"{url}/bookings?lang={language}&s={reference}")
    await expect(page.locator(".no-slot")).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#slots tbody .btn").first.click()
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-late_reason-error")).to_contain_text(said("form.fill_in"))
    await page.locator("#ask-late_reason").fill("QA has agreed by telephone")
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#held")).to_contain_text(
        said("desk.place.REQUESTED"), timeout=PATIENCE_MS
    )
    await expect(case).to_contain_text(said("desk.agree"), timeout=PATIENCE_MS)

"""What is pressed acts on what is shown, also while the answer of another choice is on its way."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.holding import book, enter_judged, free_slots
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
SITE = "CHO"
FIRST, SECOND = "CT-00890", "CT-00891"


async def held_back(page: Page, pattern: str) -> asyncio.Event:
    """Answers of these addresses wait for the event."""
    let_go = asyncio.Event()

    async def wait(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route(pattern, wait)
    return let_go


def key_of(slot: dict[str, Any]) -> str:
    """As the board names a slot: bay, place, minutes."""
    start = datetime.fromisoformat(slot["start"])
    return f"{slot['bay_id']}.{slot['place']}.{int(start.timestamp() // 60)}"


async def choose_on_the_live_board(page: Page, second: str, number: str) -> None:
    """Another one is chosen, and its slots are not here yet: the booking of the first is gone."""
    slots = page.locator("slot-list")
    await expect(slots).to_contain_text(number, timeout=PATIENCE_MS)
    let_go = await held_back(page, f"**/shipments/{second}/slots?**")
    await page.locator(f"strip-list [data-reference='{SECOND}'] .pick").click()
    await expect(page.locator("#detail")).to_contain_text(SECOND, timeout=PATIENCE_MS)
    await expect(slots).not_to_contain_text(number)
    await expect(slots.locator(".cancel")).to_be_hidden()
    let_go.set()
    await expect(slots.locator(".slot").first).to_be_visible(timeout=PATIENCE_MS)


async def choose_among_bookings(page: Page, second: str) -> None:
    """What stands there of the first cannot be pressed under the name of the second."""
    parts = page.locator(".booking-parts")
    await expect(page.locator("#slots tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
    let_go = await held_back(page, f"**/shipments/{second}/slots?**")
    await page.locator(f"#shipments [data-reference='{SECOND}']").click()
    await expect(page.locator("#one > header h2")).to_have_text(SECOND)
    await expect(parts).to_have_attribute("inert", "")
    let_go.set()
    await expect(parts).not_to_have_attribute("inert", "", timeout=PATIENCE_MS)


async def lose_the_chosen_slot(desk: Page, url: str, second: str) -> None:
    """A slot to move to goes to another while somebody types why: the server's words say so."""
    await desk.locator("#bays .cell").nth(3).click(timeout=PATIENCE_MS)
    move = desk.locator("#case").get_by_role("button", name="Move to")
    await expect(move).to_be_visible(timeout=PATIENCE_MS)
    chosen = str(await desk.locator("#bays .cell.chosen").get_attribute("data-slot"))
    await desk.locator("#desk-reason").fill("driver is late")
    (taken,) = (one for one in await free_slots(url, second) if key_of(one) == chosen)
    book(url, second, taken)
    slot = desk.locator(f"#bays [data-slot='{chosen}']")
    await expect(slot).to_have_count(0, timeout=PATIENCE_MS)
    await move.click()
    await expect(desk.locator("#notes .note.bad")).to_be_visible(timeout=PATIENCE_MS)


async def test_what_is_pressed_acts_on_what_is_shown(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    first, second = (
        enter_judged(system, url, FIRST, "CB-0890", SITE),
        enter_judged(system, url, SECOND, "CB-0891", SITE),
    )
    number = book(url, first, (await free_slots(url, first))[0])
    await free_slots(url, second)
    page = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    await page.goto(f"{url}/live?lang=en&s={FIRST}")
    await choose_on_the_live_board(page, second, number)
    await page.goto(f"{url}/bookings?lang=en&s={FIRST}")
    await choose_among_bookings(page, second)
    await page.goto(f"{url}/inspections?site={SITE}&lang=en&s={FIRST}")
    await lose_the_chosen_slot(page, url, second)

    # A shipment that cannot be read: the zone may be chosen all the same.
    await page.route(f"**/api/v1/shipments/{first}", lambda route: route.fulfill(status=503))
    await page.goto(f"{url}/shipments/{first}?lang=en")
    failed = page.locator(".state-failed")
    await expect(failed).to_be_visible(timeout=PATIENCE_MS)
    await page.locator(".more").click()
    await page.locator("[data-part=zone]").select_option("utc")
    await expect(page.locator("[data-part=clock-zone-name]")).to_have_text("UTC")
    await expect(failed).to_be_visible()

"""What is spoken to people who listen: one message in ten seconds at most, alarms as a count."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(300)

SAY = """async () => {
  const script = document.querySelector("script[type=module][src*='/js/']").src;
  window.say = await import(script.replace(/[^/]+$/, "say.js"));
}"""


async def spoken(page: Page) -> tuple[str, str]:
    """What interrupts, and what waits until the reader pauses."""
    regions = (page.locator("#say-alert"), page.locator("#say"))
    await expect(regions[0]).to_have_role("alert")
    await expect(regions[1]).to_have_role("status")
    return (await regions[0].inner_text(), await regions[1].inner_text())


async def test_at_most_one_message_is_spoken_in_ten_seconds_and_alarms_are_counted(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    await page.clock.install()
    await page.goto(f"{url}/sign-in?lang=en")
    await page.evaluate(SAY)
    await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))

    await page.evaluate("say.announceAlarm('P2 CT-1: above', false)")
    await page.clock.run_for(100)
    assert await spoken(page) == ("", "P2 CT-1: above")

    await page.evaluate("say.announceAlarm('P2 CT-2: above', false)")
    await page.evaluate("say.announce('Connection lost')")
    await page.clock.run_for(9_500)
    assert await spoken(page) == ("", "P2 CT-1: above"), "ten seconds are not over"
    await page.clock.run_for(600)
    assert await spoken(page) == ("", "P2 CT-2: above Connection lost")

    for n, urgent in ((3, "false"), (4, "true"), (5, "false")):
        await page.evaluate(f"say.announceAlarm('CT-{n}: above', {urgent})")
    await page.clock.run_for(10_000)
    assert await spoken(page) == ("3 new alarms", "")
    await page.evaluate("say.announceAlarm('P1 CT-6: above', true)")
    await page.clock.run_for(10_000)
    assert await spoken(page) == ("P1 CT-6: above", "")

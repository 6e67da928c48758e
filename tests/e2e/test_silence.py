"""How long a page believes in a server that says nothing: told by a clock in the test's hand."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
# As in a browser without shared workers: then this page's own clock rules over its connection too.
ALONE = "delete window.SharedWorker"
TRY = "document.querySelector('[data-part=first-retry]').click()"
TRY_AGAIN = "document.querySelector('[data-part=retry]').click()"


def snapshot(url: str) -> str:
    """What the real stream says first, and nothing behind it."""
    said = ""
    with httpx.stream("GET", f"{url}/api/v1/stream", trust_env=False, timeout=60) as answer:
        for text in answer.iter_text():
            said += text
            begin = said.find("event: snapshot")
            if begin >= 0 and "\n\n" in said[begin:]:
                break
    return said.rpartition("\n\n")[0] + "\n\n"


class Silent:
    """A server that says what is laid before it once, and then holds the line in silence."""

    def __init__(self) -> None:
        self.says: list[str] = []

    async def answer(self, route: Route) -> None:
        if self.says:
            await route.fulfill(content_type="text/event-stream", body=self.says.pop())


async def link_is(page: Page, word: str, *, banner: bool) -> None:
    await expect(page.locator("[data-part=link-word]")).to_have_text(word, timeout=PATIENCE_MS)
    await expect(page.locator("[data-part=banner]")).to_be_visible(visible=banner)


async def test_silence_is_told_after_fifteen_seconds_and_the_link_given_up_after_thirty(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    await page.add_init_script(ALONE)
    await page.clock.install()
    server = Silent()
    await page.route("**/api/v1/stream", server.answer)
    async with page.expect_request("**/api/v1/stream", timeout=PATIENCE_MS):
        await page.goto(f"{url}/handover?lang=en")
    # From here on no second passes but those that the test lets pass.
    await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    server.says.append(snapshot(url))
    await page.evaluate(TRY)
    await link_is(page, "Live", banner=False)

    await page.clock.run_for(14_900)
    await link_is(page, "Live", banner=False)
    await page.clock.run_for(1_100)
    await link_is(page, "Reconnecting", banner=False)
    await page.clock.run_for(13_900)
    await link_is(page, "Reconnecting", banner=False)
    await page.clock.run_for(1_100)
    await link_is(page, "Disconnected", banner=True)
    said = page.locator("[data-part=banner-text]")
    await expect(said).to_contain_text("Connection lost 00:00:3")

    server.says.append(snapshot(url))
    await page.evaluate(TRY_AGAIN)
    await link_is(page, "Live", banner=False)

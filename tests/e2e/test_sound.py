"""The sound of a page that nobody has touched: blocked, said so, and woken by the first touch."""

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
NOTE_SOUNDS = """addEventListener("alarmsound", ({ detail }) => {
  document.documentElement.dataset.sounded = detail;
})"""
# Asked without the touch that the test's own tools lend to a page.
SAID = """new Promise((resolve) => {
  const look = () => {
    const tag = document.querySelector("[data-part=sound-tag]");
    const live = document.body?.dataset.link === "live";
    if (!live || !["blocked", "on"].includes(tag?.dataset.state)) return setTimeout(look, 50);
    const { sounded = "nothing" } = document.documentElement.dataset;
    resolve(`${tag.dataset.state}, ${tag.textContent}, ${sounded}`);
  };
  look();
})"""


async def untouched(page: Page, address: str | None = None) -> str:
    """Open a page, or load it anew; what its tag says, and what it has sounded, by itself."""
    session = await page.context.new_cdp_session(page)
    await (page.goto(address) if address else page.reload())
    return await said(session)


async def said(session: CDPSession) -> str:
    asked = {"expression": SAID, "awaitPromise": True}
    answer = await session.send("Runtime.evaluate", asked)
    return str(answer["result"]["value"])


@pytest.mark.usefixtures("shipment_id")  # a P1 alarm that nobody has taken
async def test_a_sound_that_the_browser_blocks_is_told_and_woken_by_a_touch(
    url: str, browser: Browser, watch: Watch
) -> None:
    first = await watch.open(browser)
    await first.goto(f"{url}/alarms?lang=en")
    await first.locator(".more").click()
    button = first.locator("[data-part=sound]")
    await button.click()
    await expect(button).to_have_attribute("data-state", "on", timeout=PATIENCE_MS)
    await first.context.add_init_script(NOTE_SOUNDS)
    page = await first.context.new_page()
    await first.close()

    blocked = "blocked, Sound blocked: touch the page, nothing"
    assert await untouched(page, f"{url}/alarms?lang=en") == blocked
    assert await untouched(page) == blocked, "loaded anew, and nobody has touched it"
    await page.mouse.click(5, 450)
    html = page.locator("html")
    await expect(html).to_have_attribute("data-sounded", "1", timeout=PATIENCE_MS)
    await expect(page.locator("[data-part=sound-tag]")).to_be_hidden(timeout=PATIENCE_MS)

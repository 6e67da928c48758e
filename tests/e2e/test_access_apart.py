"""What stands beside the pages of the menu: sign-in, links, wall, dialogs; nothing for axe."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post, want_at_once
from tests.e2e.looking import settling
from tests.e2e.test_access import OUTSIDE, findings, settled
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(420)

PATIENCE_MS = 60_000
LOOKS = (("en", "dark"), ("zh", "light"))
CONTRAST = ["color-contrast"]
PROVE = """() => {
  const shell = document.querySelector("script[type=module][src*='/js/']").src;
  import(shell.replace(/[^/]+$/, "proving.js")).then(({asked}) => asked());
}"""
ALARM = "CT-00805"
# The first that a page has to show.
SHOWN = ".strip, main h1:not(.sr)"


async def _open(page: Page, address: str) -> None:
    await page.goto(address)
    link = page.locator("[data-part=link]")
    await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)
    await settled(page)


async def _keys(page: Page) -> Locator:
    await page.keyboard.press("?")
    return page.locator("#keys")


async def _menu(page: Page) -> Locator:
    await page.locator(".more").click()
    return page.locator("#more-pages")


async def _duty(page: Page) -> Locator:
    await page.locator(".duty").click()
    return page.locator("#duty")


async def _signed_out(page: Page) -> Locator:
    await page.evaluate("dispatchEvent(new Event('signedout'))")
    return page.locator("#signed-out")


async def _signing(page: Page) -> Locator:
    await page.evaluate(PROVE)
    return page.locator("#prove")


async def _entering(page: Page) -> Locator:
    await page.locator("#enter").click()
    return page.locator("dialog.ask")


async def _acting(page: Page, name: str) -> Locator:
    """A button of the alarm of ours, and the words it asks for."""
    row = page.locator(".alarm-row", has_text=ALARM)
    await row.locator(f"[data-act={name}]").first.click(timeout=PATIENCE_MS)
    return page.locator("#notes .reason")


async def _shelving(page: Page) -> Locator:
    return await _acting(page, "shelve")


async def _acknowledging(page: Page) -> Locator:
    return await _acting(page, "acknowledge")


# Each with a page that it stands on; whoever has taken an alarm is asked for the reason again.
DIALOGS: tuple[tuple[str, Callable[[Page], Awaitable[Locator]]], ...] = (
    ("/handover", _keys),
    ("/handover", _menu),
    ("/handover", _duty),
    ("/handover", _signed_out),
    ("/handover", _signing),
    ("/organisations", _entering),
    (f"/alarms?q={ALARM}", _shelving),
    (f"/alarms?q={ALARM}", _acknowledging),
)


@pytest.fixture
def shared(url: str, shipment_id: str) -> str:
    """The address of a link to a shipment, for whoever has it."""
    made = post(url, f"/shipments/{shipment_id}/links", {"made_for": "the hospital"})
    return url + str(made["path"])


@pytest.fixture
def alarm(system: RunningSystem, url: str) -> None:
    """One that may be shelved: no slot is in time."""
    registered = enter_quickly(url, ALARM, "CB-0805")
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
    publishing.close()
    want_at_once(url, ALARM)


async def looked_at(page: Page, axe: Path) -> list[str]:
    """With axe in the look that is open, and in the other theme as far as colours go."""
    found = await findings(page, axe)
    await page.evaluate(
        "document.documentElement.dataset.theme = document.documentElement.dataset.theme === 'dark'"
        " ? 'light' : 'dark'"
    )
    found += await findings(page, axe, CONTRAST)
    if not await page.locator(".wall").count():  # nobody holds a wall in the hand
        await page.set_viewport_size({"width": 320, "height": 844})
        found += await settling(lambda: page.evaluate(OUTSIDE))
        await page.set_viewport_size({"width": 1440, "height": 900})
    return found


async def test_pages_beside_the_menu_are_open_to_everybody(
    url: str, browser: Browser, watch: Watch, axe: Path, shared: str
) -> None:
    page = await watch.open(browser, reduced_motion="reduce")
    faults = {}
    paths = ["/sign-in", f"/sign-in#link={'x' * 43}", "/live?wall", "/docs/list_shipments"]
    for address in [*(f"{url}{path}" for path in paths), shared, f"{url}/s/{'x' * 43}"]:
        for language, theme in LOOKS:
            before, _, after = address.partition("#")
            mark = "&" if "?" in before else "?"
            wishes = f"{before}{mark}lang={language}&theme={theme}" + (f"#{after}" if after else "")
            await page.goto(wishes)
            await expect(page.locator(SHOWN).first).to_be_visible(timeout=PATIENCE_MS)
            if found := await looked_at(page, axe):
                faults[f"{re.sub(url, '', address)[:30]} {language}"] = found
    assert faults == {}, faults


@pytest.mark.usefixtures("alarm")
async def test_every_dialog_is_open_to_everybody_while_it_is_open(
    url: str, browser: Browser, watch: Watch, axe: Path
) -> None:
    page = await watch.open(browser, reduced_motion="reduce")
    faults = {}
    for language, theme in LOOKS:
        for path, show in DIALOGS:
            mark = "&" if "?" in path else "?"
            await _open(page, f"{url}{path}{mark}lang={language}&theme={theme}")
            shown = await show(page)
            await expect(shown).to_be_visible(timeout=PATIENCE_MS)
            if found := await looked_at(page, axe):
                faults[f"{show.__name__} {language}"] = found
    assert faults == {}, faults

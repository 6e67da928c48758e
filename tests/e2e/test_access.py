"""Every page in both languages and themes: nothing for axe to find, few bytes, no wide page."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.looking import paths_of
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(420)

PATIENCE_MS = 60_000
MOST_BYTES = 350 * 1024
RUN = """(rules) => axe.run(document, rules ? {runOnly: {type: "rule", values: rules}} : {})
  .then(({violations}) => violations.map(({id, nodes}) =>
    `${id}: ${nodes.slice(0, 3).map(({target, failureSummary}) =>
      `${target.join(" ")} ${(failureSummary.split("\\n")[1] ?? "").trim()}`).join(" | ")}`))"""

NARROW = (390, 820, 1024, 1220)
# What stands outside of the page and in nothing that scrolls by itself, or ends in dots; a map is
# cut by its frame.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const parents = (e) => e.parentElement ? [e.parentElement, ...parents(e.parentElement)] : [];
  const holds = (p) => p !== document.body && p !== document.documentElement &&
    (/auto|scroll/.test(getComputedStyle(p).overflowX)
      || getComputedStyle(p).textOverflow === "ellipsis");
  const seen = {visibilityProperty: true, opacityProperty: true};
  const found = [...document.body.querySelectorAll("*:not(.skip, live-map *)")].filter((e) => {
    const {left, right, width: own} = e.getBoundingClientRect();
    return own > 1 && (right > width + 1 || left < -1) && e.checkVisibility(seen)
      && !parents(e).some(holds);
  });
  const wide = document.scrollingElement.scrollWidth;
  return [...(wide > width ? [`the page is ${wide} wide`] : []),
    ...found.slice(0, 5).map((e) => `${e.localName}.${e.className} #${e.id}`)];
}"""


async def settled(page: Page) -> None:
    """Everything that the page asked for at first is there."""
    await expect(page.locator(".state-loading")).to_have_count(0, timeout=PATIENCE_MS)
    if await page.locator("trace-chart .plot").count():
        await expect(page.locator("trace-chart .plot canvas")).to_be_visible(timeout=PATIENCE_MS)
    await page.evaluate("document.fonts.ready.then(() => true)")


async def weighed(page: Page, address: str) -> int:
    """Open a page and add up what came over the wire for it."""
    session = await page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.goto(address)
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    await settled(page)
    return int(sum(sizes))


async def findings(page: Page, axe: Path, rules: list[str] | None = None) -> list[str]:
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe.read_text(encoding="utf-8"))  # noqa: ASYNC240  one small file
    found: list[str] = await page.evaluate(RUN, rules)
    return found


async def sideways(page: Page) -> list[str]:
    """What would have to be scrolled to sideways on a phone or a tablet held upright."""
    found = []
    for width in NARROW:
        await page.set_viewport_size({"width": width, "height": 844})
        found += [f"{width}: {fault}" for fault in await page.evaluate(OUTSIDE)]
    await page.set_viewport_size({"width": 1440, "height": 900})
    return found


async def heavy(page: Page, address: str) -> list[str]:
    """Open a page in English and dark; what came over the wire for it, when that is too much."""
    size = await weighed(page, f"{address}?lang=en&theme=dark")
    return [f"{size} bytes"] if size > MOST_BYTES else []


async def faults_of(page: Page, address: str, axe: Path) -> dict[str, list[str]]:
    """What is wrong with a page, in both languages and themes, on a desk and on a phone.

    A language has no colours of its own: the themes are looked at in one of them each.
    """
    faults = {"bytes": await heavy(page, address)}
    faults["en dark"] = await findings(page, axe)
    faults["en sideways"] = await sideways(page)
    await page.goto(f"{address}?lang=zh&theme=light")
    await settled(page)
    faults["zh light"] = await findings(page, axe)
    faults["zh sideways"] = await sideways(page)
    return {name: found for name, found in faults.items() if found}


@pytest.mark.usefixtures("somebody")
async def test_every_page_is_light_and_open_to_everybody(
    url: str, browser: Browser, watch: Watch, axe: Path, shipment_id: str, inspection_id: str
) -> None:
    faults = {}
    for path in paths_of(shipment_id, inspection_id, "CB-0800"):
        page = await watch.open(browser, reduced_motion="reduce")
        if found := await faults_of(page, url + path, axe):
            faults[path] = found
        await page.context.close()
        watch.contexts.clear()
    assert faults == {}, faults

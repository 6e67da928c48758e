"""What the map says of a silent box, one far off, one of many; and that it is chosen there."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.watching import DESK, Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
# The page's own store is told of four: two at a site, one heard somewhere in twenty kilometres,
# and one in the air, last heard where it left.
FILL = """async () => {
  const module = (name) =>
    import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));
  const [{ store }, { serverNow }] = [await module("store.js"), await module("clock.js")];
  const after = (hours) => new Date(serverNow() + hours * 3_600_000).toISOString();
  const rest = {revision: 1, state: "moving", product: "leukapheresis", evidence: "COMPLETE",
    payloads: [], boxes: [], legs: [], simulated: true, condition: "IN_RANGE"};
  const at = (lat, lon, more) => ({last_reading:
    {temp_c: 5, placed_at: after(-0.1), lat, lon, acc_m: 12, ...more}});
  const leg = {id: "leg", mode: "air", status: "departed", from_code: "FRA", to_code: "MRK",
    from_lat: 50.03, from_lon: 8.57, to_lat: 31.14, to_lon: 121.81,
    planned_departure: after(-4), actual_departure: after(-4), planned_arrival: after(7)};
  const one = (name, rank, hours, values) => ({...rest, id: `mark-${name}`, rank,
    reference: `MARK-${name}`, latest_inspection_start: after(hours), ...values});
  store.takeSnapshot({alarms: [], appointments: [],
    sites: [{site_id: "MRK", name_en: "Marked Airport", name_zh: "标记机场", lat: 31.14,
      lon: 121.81, zone: "Asia/Shanghai", revision: 1, bays: []}],
    shipments: [
      one("LATER", 2, 9, at(31.15, 121.8)),
      one("FIRST", 1, 3, at(31.14, 121.8, {acc_m: 9_000})),
      one("VAGUE", 3, 9, at(35.76, 140.38, {acc_m: 20_000})),
      one("SILENT", 4, 12, {legs: [leg], phase: {code: "in_flight", leg_id: "leg"},
        evidence: "SILENT_EXPECTED",
        summary: {silence: {state: "planned", since: after(-4), expected_until: after(7)}},
        ...at(50.03, 8.57, {placed_at: after(-4)})}),
    ]});
}"""
CIRCLES = """() => Object.values(document.querySelector("live-map").map._layers)
  .filter((layer) => layer instanceof L.Circle).map((layer) => layer.getRadius()).sort()"""
WORDS = {
    "en": ("most urgent MARK-FIRST", "estimate", "silent, last heard"),
    "zh": ("最紧急 MARK-FIRST", "估计", "静默，最后读数"),
}


async def choose_on_the_map(page: Page) -> None:
    """A mark chooses its strip, a ring that of its worst; and a strip its mark."""
    strip = page.locator(".strip.selected .pick")
    await page.locator(".pin.old .mark").click()
    await expect(strip).to_have_text("MARK-SILENT", timeout=PATIENCE_MS)
    await expect(page.locator(".pin.chosen")).to_contain_text("MARK-SILENT")
    await page.locator(".ring .ring-count").click()
    await expect(strip).to_have_text("MARK-FIRST", timeout=PATIENCE_MS)
    await expect(page).to_have_url(re.compile("s=MARK-FIRST"))
    await page.locator(".strip[data-reference=MARK-VAGUE] .pick").click()
    await expect(page.locator(".pin.chosen")).to_contain_text("MARK-VAGUE", timeout=PATIENCE_MS)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_map_says_what_is_silent_estimated_or_vague_and_names_the_worst(
    url: str, browser: Browser, watch: Watch, language: str
) -> None:
    worst, estimate, silent = WORDS[language]
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/live?lang={language}&q=MARK-")
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    await expect(page.locator(".leaflet-container")).to_be_visible(timeout=PATIENCE_MS)
    await page.evaluate(FILL)
    # Nobody there asks for somebody: the one to inspect first is named all the same.
    ring = page.locator(".ring")
    await expect(ring).to_contain_text("MARK-FIRST", timeout=PATIENCE_MS)
    await expect(page.locator(".leaflet-marker-icon", has=ring)).to_have_attribute(
        "aria-label", re.compile(re.escape(worst))
    )
    # A position that is some kilometres in doubt says so, at a site too; twelve metres do not.
    assert await page.evaluate(CIRCLES) == [20_000, 9_000]
    old = page.locator(".pin.old")
    await expect(old.locator(".pin-time")).to_have_text(re.compile(r"\d\d:\d\d"))
    await expect(page.locator(".leaflet-marker-icon", has=old)).to_have_attribute(
        "aria-label", re.compile(silent)
    )
    await expect(page.locator(".estimate")).to_contain_text(estimate)
    await choose_on_the_map(page)

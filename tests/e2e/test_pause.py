"""Pause: list, map and chart stand still whatever comes; alarms go on, and it says since when."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, want_at_once
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
OURS = "[data-reference='CT-00625']"
# Everything that stands still, as it is written and drawn.
SHOWN = """() => ["strip-list .strips", "live-map .leaflet-marker-pane", "trace-chart .table"]
  .map((name) => document.querySelector(name)?.innerHTML ?? "")
  .concat([...document.querySelectorAll("trace-chart canvas, live-map canvas")]
    .map((one) => one.toDataURL()))"""
# A new stream of its own: its snapshot makes every map of the store anew.
SNAPSHOT = """async () => {
  const shell = document.querySelector("script[type=module][src*='/js/live.js']").src;
  const {store} = await import(shell.replace("live.js", "store.js"));
  const before = store.alarms;
  document.querySelector("[data-part=retry]").click();
  while (store.alarms === before) await new Promise((done) => setTimeout(done, 50));
}"""


async def settled_picture(page: Page) -> list[str]:
    """What is shown once the page has made room for its words: two pictures that are the same."""
    last: list[str] = []
    picture = await page.evaluate(SHOWN)
    while picture != last:
        await asyncio.sleep(0.5)
        last, picture = picture, await page.evaluate(SHOWN)
    return last


@pytest.mark.usefixtures("shipment_id")  # an alarm that is there before keeps the bar's room
async def test_pause_holds_list_map_and_chart_against_readings_alarms_and_snapshots(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00625", "CB-0625")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60, every=timedelta(minutes=2))
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en&q=CT-00625&s=CT-00625")
    value = page.locator(f"{OURS} .value")
    await expect(value).to_have_text("−185.0", timeout=PATIENCE_MS)
    await expect(page.locator(".plot canvas")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("live-map .ring")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("alarm-bar .card").first).to_be_visible(timeout=PATIENCE_MS)

    pause = page.locator("[data-part=pause]")
    await pause.click()
    await expect(pause).to_have_attribute("aria-pressed", "true")
    said = page.locator("[data-part=paused]")
    await expect(said).to_contain_text("stand still since")
    # What is done meanwhile is done to the shipment as it is now.
    for press, then in ((".book", ".booked-slot"), (".cancel", ".book")):
        await page.locator(f"slot-list {press}").click(timeout=PATIENCE_MS)
        await expect(page.locator(f"slot-list {then}")).to_be_visible(timeout=PATIENCE_MS)
    await page.mouse.move(0, 0)
    before = await settled_picture(page)
    box.publish([-184.0], every=timedelta(minutes=1))
    box.close()
    await asyncio.to_thread(want_at_once, url, "CT-00625")
    card = page.locator("alarm-bar .card", has_text="CT-00625").first
    await expect(card).to_be_visible(timeout=PATIENCE_MS)
    assert await page.evaluate(SHOWN) == before
    await page.evaluate(SNAPSHOT)
    await expect(card).to_be_visible(timeout=PATIENCE_MS)
    assert await page.evaluate(SHOWN) == before
    await expect(value).to_have_text("−185.0")

    await page.locator("[data-part=resume]").click()
    await expect(value).to_have_text("−184.0", timeout=PATIENCE_MS)
    await expect(said).to_be_hidden()
    assert await page.evaluate(SHOWN) != before

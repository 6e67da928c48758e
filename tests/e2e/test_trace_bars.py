"""The edges of a curve: where the radio was off in flight, what came late, what that revised."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
MINUTE = 60_000
# The page's own modules, told of a flight whose log came at its end, and of one that is in the air.
ASK = """async ([events, late, silent]) => {
  const module = (name) =>
    import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));
  const [{ barsOf }, { drawBars }] = [await module("trace-data.js"), await module("trace-edge.js")];
  const shipment = silent ? {summary: {silence: {state: "planned"}}} : {};
  const trace = {events, late, points: [{at: 0}]};
  const bars = barsOf(trace, shipment, 600 * 60_000);
  const words = [];
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.fillText = (text) => words.push(text);
  const frame = {ctx, left: 0, right: 6000, bottom: 100, x: (ms) => ms / 6000, y: () => 0};
  drawBars(frame, bars, "UTC");
  return { bars: bars.map(({ from, to, off }) => [from / 60_000, to / 60_000, off]), words };
}"""
OFF, ON = {"at": 60 * MINUTE, "kind": "radio_off"}, {"at": 540 * MINUTE, "kind": "radio_on"}
IN_FLIGHT = [60 * MINUTE, 540 * MINUTE, 545 * MINUTE]
ON_GROUND = [10 * MINUTE, 30 * MINUTE, 50 * MINUTE]
WORDS = {
    "en": (
        "back-filled 00:50",
        "radio off in flight, back-filled 09:05",
        "radio off in flight",
    ),
    "zh": ("00:50 补传", "飞行静默，09:05 补传", "飞行静默"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_bar_says_that_the_radio_was_off_and_when_its_readings_came(
    url: str, browser: Browser, watch: Watch, language: str
) -> None:
    ground, flown, flying = WORDS[language]
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang={language}")
    await expect(page.locator("trace-chart")).to_be_attached(timeout=PATIENCE_MS)

    async def told(*what: Any) -> Any:
        return await page.evaluate(ASK, list(what))

    landed = await told([OFF, ON], [ON_GROUND, IN_FLIGHT], False)
    assert landed["words"] == [ground, flown]
    assert [60, 540, True] in landed["bars"]
    in_the_air = await told([OFF], [], True)
    assert in_the_air == {"bars": [[60, 600, True]], "words": [flying]}
    # Silence that nobody planned is no flight: it has no bar, it is a gap.
    assert await told([OFF], [], False) == {"bars": [], "words": []}


EVERY = timedelta(minutes=1)
# The page's own module, on a canvas that notes what is written.
FLAG = """async () => {
  const module = (name) =>
    import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));
  const { drawRevised } = await module("trace-edge.js");
  const words = [];
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.fillText = (text) => words.push(text);
  const [at, hour] = [Date.now(), 3_600_000];
  const frame = {ctx, left: 0, right: 4000, top: 0, x: (ms) => (ms - at) / hour * 1000 + 3000};
  drawRevised(frame, [[at - 2 * hour, at], [at - 9 * hour, at - 8 * hour]], "UTC");
  return words;
}"""
REVISED = {
    "en": {
        "words": r"Back-filled .*: .* – .*\. Late readings changed what had been said from .* on,"
        r" revised .*\.$",
        "came": r"^back-filled \d\d:\d\d · ",
        "key": ("Back-filled", "Revised"),
        "flag": r"revised \d\d:\d\d$",
    },
    "zh": {
        "words": r"的读数于 .* 补传。 补传读数改变了自 .* 起的结论，.* 已修正。$",
        "came": r"^\d\d:\d\d 补传 · ",
        "key": ("补传", "已修正"),
        "flag": r"\d\d:\d\d 已修正$",
    },
}


async def see_it_revised(page: Page, told: dict[str, Any]) -> None:
    """In the sentence of the curve, in the legend, and beside each reading in the table."""
    await expect(page.locator(".plot")).to_have_attribute(
        "aria-label", re.compile(told["words"]), timeout=PATIENCE_MS
    )
    for words in told["key"]:
        await expect(page.locator(".trace-key").get_by_text(words)).to_be_visible()
    await page.locator("trace-chart summary").click()
    remark = page.locator(".readings-table td:nth-child(4)")
    late = re.compile(told["came"] + told["flag"])
    await expect(remark.filter(has_text=late)).to_have_count(30)
    # What came in time was in the part whose verdict changed, too.
    await expect(remark.first).to_have_text(re.compile("^" + told["flag"]))
    (flag,) = await page.evaluate(FLAG)
    assert re.match(told["flag"], flag)


@pytest.mark.parametrize(("language", "number"), [("en", "0874"), ("zh", "0875")])
async def test_a_part_whose_late_readings_changed_the_verdict_is_marked_as_revised(
    system: RunningSystem, url: str, browser: Browser, watch: Watch, language: str, number: str
) -> None:
    topics = enter_quickly(url, f"CT-0{number}", f"CB-{number}")["topics"]
    box = PublishingBox(system.run["mqtt_url"], topics["telemetry"])
    box.publish([-185.0] * 8, every=EVERY, first_seq=30)
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang={language}&s=CT-0{number}")
    await expect(page.locator(".plot")).to_have_attribute(
        "aria-label", re.compile("[ ：]8 (points|个点)"), timeout=PATIENCE_MS
    )
    for words in REVISED[language]["key"]:
        await expect(page.locator(".trace-key").get_by_text(words)).to_be_hidden()
    # Half an hour above its label, an hour ago: nobody could know until it came.
    box.publish([-140.0] * 30, every=EVERY, ago=timedelta(hours=1), first_seq=0)
    await see_it_revised(page, REVISED[language])
    box.close()

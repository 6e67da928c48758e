"""The lower edge of a curve: where the radio was off in flight, and what came late."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.watching import Watch

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

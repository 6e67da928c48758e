"""A strip and an alarm card as they are read out, in both languages."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
WIDE = {"width": 2400, "height": 900}
REFERENCE = "CT-00660"
TITLES = {"en": "Above −150 °C", "zh": "高于 −150 °C"}
STRIPS = {
    "en": r"""
- listitem:
  - text: P1 alarm
  - button "CT-00660"
  - text: /CAR-T autologous \? → \? Packed −140\.0 °C ↗ ≤ −1\d\d °C/
  - timer: /no slot in time by .+/
""",
    "zh": r"""
- listitem:
  - text: 一级告警
  - button "CT-00660"
  - text: /CAR-T autologous \? → \? 已装箱 −140\.0 °C ↗ ≤ −1\d\d °C/
  - timer: /无及时时段 .+ 前/
""",
}
CARDS = {
    "en": r"""
- listitem /Call. courier/:
  - text: P1
  - button "CT-00660"
  - text: /by .+ · courier/
  - time: /ago \(.+\)/
  - text: /Above −150 °C for .+ −140\.0 °C now/
  - button "Acknowledge CT-00660": Acknowledge
""",
    "zh": r"""
- listitem /致电/:
  - text: P1
  - button "CT-00660"
  - text: /.+ 前 · .+/
  - time: /前(.+)/
  - text: /高于 −150 °C.+−140\.0 °C/
  - button "确认 CT-00660": 确认
""",
}


async def test_a_strip_and_an_alarm_card_are_read_out_in_both_languages(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, REFERENCE, "CB-0660")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60 + [-140.0] * 10, every=timedelta(minutes=2))
    box.close()
    page = await watch.open(browser, viewport=WIDE)
    for language, title in TITLES.items():
        await page.goto(f"{url}/live?lang={language}&q={REFERENCE}")
        card = page.locator("alarm-bar .card", has_text=REFERENCE).filter(has_text=title)
        await expect(card).to_match_aria_snapshot(CARDS[language], timeout=PATIENCE_MS)
        strip = page.locator(f".strip[data-reference='{REFERENCE}']")
        await expect(strip).to_match_aria_snapshot(STRIPS[language], timeout=PATIENCE_MS)

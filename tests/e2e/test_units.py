"""°F is what a person reads: on strip, trace, shipment and in alarms, and nowhere else."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch, lines_of
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


def last_reading_c(url: str, reference: str) -> float:
    found = httpx.get(f"{url}/api/v1/shipments?q={reference}", trust_env=False, timeout=60)
    return float(found.json()["items"][0]["last_reading"]["temp_c"])


async def test_who_chooses_fahrenheit_reads_it_and_nothing_that_is_kept_changes(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00720", "CB-0720")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60 + [-140.0] * 10, every=timedelta(minutes=1))
    box.close()
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en&s=CT-00720")
    strip = page.locator("[data-reference='CT-00720']")
    await expect(strip.locator(".temp")).to_contain_text("−140.0 °C", timeout=PATIENCE_MS)

    await page.locator(".more").click()
    await page.locator("[data-part=unit]").select_option("f")
    await page.keyboard.press("Escape")
    await expect(strip.locator(".temp")).to_contain_text("−220.0 °F")
    await expect(strip.locator(".temp")).to_contain_text(re.compile("≤ −2(38|11) °F"))
    await expect(page.locator(".plot")).to_have_attribute("aria-label", re.compile("−220.0 °F"))
    assert "°C" not in await strip.inner_text()

    await page.goto(f"{url}/alarms?lang=en&q=CT-00720")
    row = page.locator(".alarm-row", has_text="CT-00720").first
    await expect(row).to_contain_text(re.compile("−2(38|11|20.0) °F"), timeout=PATIENCE_MS)
    await page.goto(f"{url}/shipments?lang=en&q=CT-00720")
    await expect(page.locator("tbody tr")).to_contain_text("−220.0 °F", timeout=PATIENCE_MS)
    await page.locator("tbody .reference").click()
    await expect(page.locator(".plot")).to_have_attribute(
        "aria-label", re.compile("−220.0 °F"), timeout=PATIENCE_MS
    )
    await expect(page.locator("#evidence")).to_contain_text(
        "−301.00 °F – −220.00 °F", timeout=PATIENCE_MS
    )
    await page.locator("trace-chart summary").click()
    await expect(page.locator("trace-chart tbody tr").first).to_contain_text("−220.00 °F")
    # Paper and files are records.
    await page.emulate_media(media="print")
    await expect(page.locator("#evidence")).to_contain_text("−185.00 °C – −140.00 °C")
    await page.emulate_media(media="screen")
    await expect(page.locator("#evidence")).to_contain_text("°F")
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("[data-part=csv]").click()
    saved = lines_of(await (await saving.value).path())
    assert saved[0].endswith("temperature_c")
    assert saved[-1].endswith(",-140")
    assert last_reading_c(url, "CT-00720") == -140.0

"""Boxes: one is registered, calibrated, given a certificate, and the certificate is ended."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from services.local.trust.authority import Authority
from services.local.trust.files import new_key
from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


def certificate_of(name: str, folder: Path) -> str:
    now = datetime.now(UTC)
    authority = Authority.found(folder / "ca", "Authority of a test", now - timedelta(days=1))
    return authority.issue(name, new_key().public_key(), now, timedelta(days=9)).decode()


async def test_a_box_is_registered_calibrated_and_its_certificate_ended(
    url: str, browser: Browser, watch: Watch, tmp_path: Path
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/boxes?lang=en&q=no+such+box")
    await expect(page.locator(".state")).to_contain_text("No box matches", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Clear filters").click()
    await page.locator("#register summary").click()
    await page.locator("#register-box_id").fill("CB-1100")
    await page.locator("#register-probes").fill("SN-1100")
    await page.locator("[data-form=register] button").click()

    await expect(page.locator("#probes")).to_contain_text("no record", timeout=PATIENCE_MS)
    await page.locator("#calibration-number").fill("KAL-1100")
    await page.locator("#calibration-read_c").fill("5.12")
    await page.locator("#calibration-true_c").fill("5")
    await page.locator("#calibration-valid_from").fill("2026-01-01T00:00")
    await page.locator("#calibration-valid_until").fill("2030-01-01T00:00")
    await page.locator("[data-form=calibration] button").click()
    await expect(page.locator("#probes")).to_contain_text("2030", timeout=PATIENCE_MS)

    await page.locator("#certificate-certificate").fill(certificate_of("CB-1100", tmp_path))
    await page.locator("[data-form=certificate] button").click()
    certificates = page.locator("#certificates")
    await expect(certificates).to_contain_text("in 9 days", timeout=PATIENCE_MS)
    await certificates.get_by_role("button").click()
    await page.locator("#why").fill("lost at the airport")
    await page.locator(".asking button[type=submit]").click()
    await expect(certificates).to_contain_text("lost at the airport", timeout=PATIENCE_MS)

    await page.locator("#service").press("Enter")
    await page.locator("#ask-reason").fill("lining is damaged")
    await page.locator("dialog.ask [type=submit]").click()
    await expect(page.locator("#identity")).to_contain_text("Out of service", timeout=PATIENCE_MS)
    await expect(page.locator("#service")).to_have_text("Take back into service")

    await page.goto(f"{url}/boxes?lang=zh&q=cb-1100&show=retired")
    row = page.locator("tr[data-box='CB-1100']")
    await expect(row).to_contain_text("从未上报", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("已停用")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator("#certificates")).to_contain_text("已吊销", timeout=PATIENCE_MS)
    await page.goto(f"{url}/boxes/CB-1199?lang=en")
    await expect(page.locator(".state-failed")).to_contain_text("CB-1199", timeout=PATIENCE_MS)


async def test_the_raw_log_of_a_box_is_read_where_it_stands(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-01101", "CB-1101")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0, -184.5, -184.25], every=timedelta(minutes=1))
    box.close()
    page = await watch.open(browser)
    await page.goto(f"{url}/boxes/CB-1101?lang=en")
    await expect(page.locator("#service-acts")).to_contain_text(
        "stays in service", timeout=PATIENCE_MS
    )
    await expect(page.locator("#logs table")).to_be_visible(timeout=PATIENCE_MS)
    heard = page.locator("#identity time")
    await expect(heard).to_have_attribute("title", re.compile(r"\d{4} \d\d:\d\d UTC"))
    await expect(heard.locator(".sr")).to_have_text(re.compile(r"\(.*\d\d:\d\d UTC.*\)"))
    await page.locator("#raw-log summary").press("Enter")
    rows = page.locator("#raw-log tbody tr")
    await expect(rows.first).to_contain_text("−184.25 °C", timeout=PATIENCE_MS)
    await expect(rows.last).to_contain_text("−185 °C")
    received = page.locator("#raw-log th", has_text="Received")
    await page.locator(".more").click()
    await page.locator("[data-part=zone]").select_option("utc")
    await expect(received).to_have_text("Received UTC")

"""A link to one shipment: made on its page, opened by somebody without an account, ended."""

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


def shipment_of(url: str, reference: str) -> str:
    found = httpx.get(f"{url}/api/v1/shipments?q={reference}", trust_env=False, timeout=60).json()[
        "items"
    ]
    return str(found[0]["id"])


@pytest.fixture
def shipment_id(url: str) -> str:
    enter_quickly(url, "CT-01130", "CB-1130")
    return shipment_of(url, "CT-01130")


async def test_a_link_is_made_opened_and_ended(
    url: str, browser: Browser, watch: Watch, shipment_id: str
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments/{shipment_id}?lang=en")
    await page.locator("#links summary").click(timeout=PATIENCE_MS)
    await page.locator("#link-for").fill("courier of the last mile")
    await page.locator("#links form button").click()
    address = await page.locator(".fresh-link a").get_attribute("href", timeout=PATIENCE_MS)

    telephone = await watch.open(browser, viewport={"width": 390, "height": 844})
    await telephone.goto(f"{address}?lang=zh")
    await expect(telephone.locator("h1")).to_contain_text("CT-01130", timeout=PATIENCE_MS)
    await expect(telephone.locator(".as-of")).to_contain_text("截至")
    await telephone.locator("select[name=zone]").select_option("UTC")
    await telephone.locator(".wishes button").click()
    await expect(telephone.locator(".as-of")).to_contain_text("UTC", timeout=PATIENCE_MS)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await telephone.evaluate(wide)

    await page.locator("#links table button").click()
    await expect(page.locator("#links table")).to_contain_text("ended", timeout=PATIENCE_MS)
    gone = await telephone.goto(str(address))
    assert gone is not None
    assert gone.status == 404

"""The list of shipments and the page of one: found by search, read, saved as a file."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
DESK = {"role": "consignee night desk", "name": "Ward 5", "phone": "+86 21 0000 0000"}


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


async def test_a_shipment_is_found_read_and_saved(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00710", "CB-0710", contacts=[DESK])
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 200, every=timedelta(minutes=1))
    page = await watch.open(browser)

    await page.goto(f"{url}/shipments?lang=en")
    await page.locator("#f-q").fill("no such thing")
    await expect(page.locator(".state")).to_contain_text("No shipment matches", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Clear filters").click()
    await page.locator("#f-q").fill("cb-0710")
    await expect(page).to_have_url(re.compile("q=cb-0710"), timeout=PATIENCE_MS)
    row = page.locator("tr[data-reference='CT-00710']")
    await expect(page.locator("#shipments tbody tr")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(row).to_contain_text("−185.0 °C", timeout=PATIENCE_MS)
    box.publish([-184.0], every=timedelta(minutes=1))
    await expect(row).to_contain_text("−184.0 °C", timeout=PATIENCE_MS)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(page.locator("#detail .reference")).to_have_text("CT-00710", timeout=PATIENCE_MS)
    await expect(page.locator(".plot")).to_have_attribute(
        "aria-label", re.compile("CB-0710"), timeout=PATIENCE_MS
    )
    await expect(page.locator("#timeline")).to_contain_text(
        "Packed and closed", timeout=PATIENCE_MS
    )
    await expect(page.locator("#payloads table")).to_contain_text("CB-0710")
    await expect(page.locator("#evidence table")).to_contain_text("nothing", timeout=PATIENCE_MS)
    await expect(page.locator("slot-list .book")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("#contacts a")).to_have_attribute("href", "tel:+862100000000")
    await page.locator("#note-words").fill("courier waits at gate 3")
    await page.locator("#note-words").press("Enter")
    noted = page.locator(".timeline li", has_text="Note: courier waits at gate 3")
    await expect(noted).to_contain_text("Local operator", timeout=PATIENCE_MS)
    await expect(page.locator("#note-words")).to_have_value("")
    post(url, f"{urlsplit(page.url).path}/notes", {"words": "gate 3 is closed"})
    others = page.locator(".timeline li", has_text="gate 3 is closed")
    await expect(others).to_be_visible(timeout=PATIENCE_MS)
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("[data-part=csv]").click()
    saved = lines_of(await (await saving.value).path())
    assert saved[0].startswith("time_utc,")
    assert len(saved) == 202
    assert saved[-1].endswith(",-184")
    box.close()

    await page.goto(f"{url}/shipments/01a214c3-0000-7000-8000-000000000000?lang=zh")
    await expect(page.locator(".state-failed")).to_contain_text("不存在", timeout=PATIENCE_MS)


async def test_a_person_arranges_the_list_and_takes_it_out(
    url: str, browser: Browser, watch: Watch
) -> None:
    enter_quickly(url, "CT-00711", "CB-0711")
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments?lang=zh&q=ct-00711")
    row = page.locator("tr[data-reference='CT-00711']")
    await expect(row).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#columns summary").press("Enter")
    await page.get_by_label("冷藏箱", exact=True).check()
    await page.get_by_label("温度", exact=True).uncheck()
    await expect(row.get_by_role("link", name="CB-0711")).to_be_visible()
    await expect(page.locator("th[data-column=temperature]")).to_be_hidden()
    await expect(row.locator("td[data-column=temperature]")).to_have_count(0)
    await page.get_by_role("button", name="保存此视图").press("Enter")
    await page.locator("#ask-name").fill("夜班")
    await page.locator("#ask-name").press("Enter")
    await page.goto(f"{url}/shipments?lang=en")
    await page.get_by_role("button", name="夜班", exact=True).click()
    await expect(page).to_have_url(re.compile(r"\?q=ct-00711$"), timeout=PATIENCE_MS)
    await expect(page.locator("#shipments tbody tr")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(row.get_by_role("link", name="CB-0711")).to_be_visible()
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("#export").click()
    saved = lines_of(await (await saving.value).path())
    assert saved[0].startswith("reference,state,product")
    assert [line.split(",")[0] for line in saved[1:]] == ["CT-00711"]
    await page.get_by_role("button", name="Forget the view 夜班").click()
    await expect(page.get_by_role("button", name="夜班", exact=True)).to_have_count(0)

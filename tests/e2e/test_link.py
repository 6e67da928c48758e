"""The page when the server falls silent: it never looks alive when it is not."""

import os
import re
import signal
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.e2e.box import PublishingBox
from tests.e2e.conftest import DUTY_PHONE
from tests.e2e.entering import enter_quickly
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, eventually

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
# GB 18030 level 3: beyond the basic plane, and two UTF-16 units each.
RARE = "细胞𬭊𰻝"
# What is brought behind the rows; while it is not there, a page begins again with its server.
REST = ":is(live-map, trace-chart, slot-list, detail-facts):defined"


async def begin_to_write(page: Page, url: str) -> tuple[Locator, Locator]:
    """A note typed into the page, and what a dialog asks for; neither is sent."""
    await page.goto(f"{url}/handover?lang=zh")
    note = page.locator("#write [name=words]")
    await note.fill("courier waits at gate 6")
    other = await page.context.new_page()
    await other.goto(f"{url}/organisations?lang=en")
    await other.get_by_role("button", name="Enter an organisation").click()
    asked = other.locator("dialog.ask")
    await asked.locator("#ask-organisation_id").fill("lost-link")
    return note, asked


async def nothing_is_sent(note: Locator, asked: Locator) -> None:
    """What would write says why instead, to a press and to Enter; what was typed is still there."""
    told = note.page.locator("#notes .note", has_text="连接恢复前无法保存")
    add = note.page.locator("#write [type=submit]")
    await expect(add).to_have_attribute("aria-disabled", "true", timeout=PATIENCE_MS)
    await expect(add).to_have_attribute("title", re.compile("连接恢复前无法保存"))
    await note.press("Enter")
    await expect(told).to_be_visible()
    await expect(note).to_have_value("courier waits at gate 6")
    await expect(note.page.locator("[data-part=banner]")).to_contain_text("连接恢复前无法保存")
    await expect(asked.locator("[type=submit]")).to_be_disabled(timeout=PATIENCE_MS)
    await asked.locator("#ask-organisation_id").press("Enter")
    await expect(asked.locator(".asleep-why")).to_contain_text("Nothing can be saved")
    await expect(asked.locator("#ask-organisation_id")).to_have_value("lost-link")


async def it_is_sent_after_all(note: Locator, asked: Locator) -> None:
    """Once the server is heard again the same words go, without being typed again."""
    await expect(asked.locator(".asleep-why")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(asked.locator("[type=submit]")).to_be_enabled()
    add = note.page.locator("#write [type=submit]")
    await expect(add).to_be_enabled(timeout=PATIENCE_MS)
    await add.click()
    kept = note.page.locator(".shift-notes li", has_text="courier waits at gate 6")
    await expect(kept).to_be_visible(timeout=PATIENCE_MS)
    await expect(note.page.locator("#notes .note", has_text="连接恢复前无法保存")).to_have_count(0)


async def test_a_silent_server_is_told_and_its_return_is_noticed(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00600", "CB-0600")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 50, every=timedelta(minutes=5))
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en&s=CT-00600")
    await expect(page.locator("slot-list .book")).to_be_visible(timeout=60_000)
    await expect(page.locator("slot-list .book")).to_be_enabled()
    desk = await watch.open(browser)
    await desk.goto(f"{url}/inspections?site=PVG&lang=en")
    assign = desk.locator("#queue [data-reference='CT-00600'] .assign")
    await expect(assign).to_be_enabled(timeout=60_000)
    written = await begin_to_write(await watch.open(browser), url)

    api = int(system.run["parts"]["api"])
    os.kill(api, signal.SIGSTOP)
    try:
        await expect(page.locator("[data-part=link-word]")).to_have_text(
            "Reconnecting", timeout=60_000
        )
        await expect(page.locator("[data-part=banner]")).to_be_visible(timeout=60_000)
        await expect(page.locator("[data-part=banner-text]")).to_contain_text("Connection lost")
        await expect(page.locator("[data-part=banner] .call a")).to_have_text(DUTY_PHONE)
        await expect(page.locator("slot-list .book")).to_be_disabled()
        await expect(assign).to_be_disabled(timeout=60_000)
        await nothing_is_sent(*written)
    finally:
        os.kill(api, signal.SIGCONT)

    await expect(page.locator("[data-part=banner]")).to_be_hidden(timeout=60_000)
    await expect(page.locator("slot-list .book")).to_be_enabled(timeout=60_000)
    box.publish([-184.0], every=timedelta(minutes=1))
    strip = page.locator("[data-reference='CT-00600'] .value")
    await expect(strip).to_have_text("−184.0", timeout=60_000)
    await it_is_sent_after_all(*written)
    box.close()


async def open_board(page: Page, url: str) -> Page:
    await page.goto(f"{url}/live?lang=zh&q=CT-0061")
    await expect(page.locator(".strip")).to_have_count(2, timeout=PATIENCE_MS)
    await expect(page.locator(REST)).to_have_count(4, timeout=PATIENCE_MS)
    await page.evaluate("window.before = true")
    return page


async def test_a_server_that_dies_and_returns_loses_and_doubles_nothing_in_two_browsers(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    enter_quickly(url, "CT-00611", "CB-0611")
    registered = enter_quickly(url, "CT-00610", "CB-0610", product=RARE)
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 20, every=timedelta(minutes=5))
    pages = [await open_board(await watch.open(browser), url) for _ in range(2)]
    ours = "[data-reference='CT-00610']"
    for page in pages:
        await expect(page.locator(f"{ours} .value")).to_have_text("−185.0", timeout=PATIENCE_MS)

    died = int(system.run["parts"]["api"])
    os.kill(died, signal.SIGKILL)
    box.publish([-183.0], every=timedelta(minutes=1))
    assert eventually(lambda: int(system.run["parts"]["api"]) != died, within_s=60)

    for page in pages:
        await expect(page.locator(f"{ours} .value")).to_have_text("−183.0", timeout=PATIENCE_MS)
        await expect(page.locator("[data-part=banner]")).to_be_hidden(timeout=PATIENCE_MS)
        await expect(page.locator(".strip")).to_have_count(2, timeout=PATIENCE_MS)
        await expect(page.locator(f"{ours} .product")).to_have_text(RARE, timeout=PATIENCE_MS)
        assert await page.evaluate("window.before"), "the page was loaded anew"
    box.close()


async def test_land_that_could_not_be_had_is_drawn_once_the_server_answers(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    asked: list[str] = []

    async def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        await (route.abort() if len(asked) == 1 else route.continue_())

    await page.route("**/land-110m.json", fail_once)
    async with page.expect_response("**/land-110m.json", timeout=PATIENCE_MS) as answered:
        await page.goto(f"{url}/live?lang=en")
    assert (await answered.value).ok
    assert len(asked) == 2

"""The board of bays is a grid: a screen reader names each cell, and keys lead to each of them."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import BAY, SITE, enter_quickly, post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
REFERENCE, BOX, PLACE = "CT-00864", "CB-0864", "GRD"
GRID = """
- grid "Bays by time":
  - rowgroup:
    - row:
      - columnheader "Time"
      - columnheader /Cryogenic bay 1 fits cryogenic bay/
      - columnheader /Warm bay 1 2–8 °C bay/
    - row:
      - rowheader /\\d\\d:\\d0/
      - gridcell /Cryogenic bay 1, \\d\\d:\\d0/
      - gridcell /Warm bay 1, \\d\\d:\\d0 · Does not fit. needs cryogenic bay/
"""
FREE = re.compile(r"^Cryogenic bay 1, \d\d:\d\d, .+ spare( · best)?$")
UNFIT = re.compile(r"^Warm bay 1, \d\d:\d\d · Does not fit: needs cryogenic bay$")
FREE_ZH = re.compile(r"^深冷查验间1，\d\d:\d\d，余 .+$")
# What of a block's words stands outside of it, or is a reference that is cut off.
CUT = """(block) => [...block.children].filter((words) =>
  words.getBoundingClientRect().bottom > block.getBoundingClientRect().bottom ||
  (words.matches(".mono") && words.scrollWidth > words.clientWidth))
  .map((words) => words.innerText)"""
FOCUSED = "document.activeElement.dataset.stop"


def enter(system: RunningSystem, url: str) -> None:
    """A deep-frozen shipment, at a site: a bay too warm first, then two places for it."""
    frozen = {**BAY, "bay_id": f"{PLACE}-K1", "bay_class": "cryogenic", "places": 2}
    cold = {"bay_id": f"{PLACE}-A1", "name_en": "Warm bay 1", "name_zh": "冷藏查验间1"}
    bays = [frozen, {**cold, "bay_class": "cold_2_8"}]
    place = {**SITE, "site_id": PLACE, "lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    post(url, "/sites", {**place, "inspection_min": 15, "bays": bays})
    registered = enter_quickly(url, REFERENCE, BOX, PLACE)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 10, every=timedelta(minutes=2))
    publishing.close()


async def stop_of(page: Page) -> tuple[str, str, int]:
    """Bay, place and minute of the cell that has the focus."""
    bay, place, minute = str(await page.evaluate(FOCUSED)).rsplit(".", 2)
    return bay, place, int(minute)


async def test_keys_move_the_slot_over_a_grid_whose_cells_are_named(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    enter(system, url)
    page = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    await page.goto(f"{url}/inspections?site={PLACE}&s={REFERENCE}&lang=en")
    board, focused = page.locator("#bays"), page.locator("#bays :focus")
    await expect(board.locator(".cell.best")).to_be_visible(timeout=PATIENCE_MS)
    await expect(board).to_match_aria_snapshot(GRID, timeout=PATIENCE_MS)
    await expect(board.locator("[tabindex='0']")).to_have_count(1)

    await page.keyboard.press("b")
    await expect(focused).to_have_accessible_name(FREE, timeout=PATIENCE_MS)
    bay, place, minute = await stop_of(page)
    await page.keyboard.press("ArrowDown")
    assert await stop_of(page) == (bay, place, minute + 15)
    await expect(board.locator(".cell.chosen")).to_be_focused()
    # The next bay does not fit: it says why, nothing is chosen, and none is booked.
    await page.keyboard.press("ArrowRight")
    assert await stop_of(page) == (f"{PLACE}-A1", "0", minute + 15)
    await expect(focused).to_have_accessible_name(UNFIT)
    await expect(focused.locator(".why")).to_be_visible()
    await expect(board.locator(".cell.chosen")).to_have_count(0)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator(f"#queue [data-reference='{REFERENCE}'] .pick")).to_be_focused()
    # Who presses it with the mouse is told, too.
    await board.locator(f"[data-cell^='{PLACE}-A1.']").nth(4).click()
    await expect(page.locator("#case .lacks")).to_contain_text("Does not fit: needs cryogenic bay")
    assert "slot=" not in page.url

    await page.goto(f"{url}/inspections?site={PLACE}&s={REFERENCE}&lang=zh")
    await expect(board.locator(".cell.best")).to_be_visible(timeout=PATIENCE_MS)
    await page.keyboard.press("b")
    await page.keyboard.press("ArrowDown")
    await expect(focused).to_have_accessible_name(FREE_ZH, timeout=PATIENCE_MS)
    bay, _, minute = await stop_of(page)
    await page.keyboard.press("Enter")
    row = page.locator(f"#queue [data-reference='{REFERENCE}']")
    await expect(row).to_contain_text("已确认", timeout=PATIENCE_MS)
    # What was a free slot is a block by now, and whoever stood there stands there.
    held = board.locator(f"[data-cell='{bay}.{minute}'] .block")
    named = re.compile(f"，{REFERENCE}，已确认$")
    await expect(held).to_have_accessible_name(named, timeout=PATIENCE_MS)
    await expect(held).to_be_focused(timeout=PATIENCE_MS)


def book_the_first(url: str, reference: str) -> None:
    """The first slot that is offered, once the shipment is judged."""
    with httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=60) as client:
        (found,) = client.get("/shipments", params={"q": reference}).json()["items"]
        slot = client.get(f"/shipments/{found['id']}/slots").json()["items"][0]
        wish = {"shipment_id": found["id"], "bay_id": slot["bay_id"], "start": slot["start"]}
        assert client.post("/appointments", json=wish).status_code == 201


async def test_a_quarter_of_an_hour_on_the_board_shows_reference_and_state(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    bay = {**BAY, "bay_id": "QTR-K1", "bay_class": "cryogenic", "places": 2}
    place = {**SITE, "site_id": "QTR", "lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    post(url, "/sites", {**place, "inspection_min": 15, "bays": [bay]})
    for number in ("0862", "0863"):
        registered = enter_quickly(url, f"CT-0{number}", f"CB-{number}", "QTR")
        publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
        publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
        publishing.close()
    page = await watch.open(browser, viewport={"width": 390, "height": 844})
    await page.goto(f"{url}/inspections?site=QTR&lang=zh")
    for reference in ("CT-00862", "CT-00863"):
        row = page.locator(f"#queue [data-reference='{reference}']")
        await expect(row).to_contain_text("最迟开始", timeout=PATIENCE_MS)
        book_the_first(url, reference)
    for language in ("zh", "en"):
        await page.goto(f"{url}/inspections?site=QTR&lang={language}")
        blocks = page.locator("#bays .block")
        await expect(blocks).to_have_count(2, timeout=PATIENCE_MS)
        for block in await blocks.all():
            assert await block.evaluate(CUT) == []
    # This moment, and a quarter of an hour before it, stand clear of the heads.
    head = await page.locator(".bay-head").first.bounding_box()
    told = await page.locator("#bays .now-tag").bounding_box()
    assert head
    assert told
    assert told["y"] > head["y"] + head["height"]

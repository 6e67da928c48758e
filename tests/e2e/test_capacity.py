"""Capacity: closures, holidays, minutes, hours, the reserve, ways to other sites, loggers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import BAY, SITE, post
from tests.e2e.holding import book, enter_judged, free_slots
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
SEND = "dialog.ask button[type=submit]"
TOLD = "dialog.ask .told"


async def ask(page: Page, part: str, words: str) -> None:
    """Press a control of one part of the page; its dialog opens."""
    await page.locator(part).get_by_role("button", name=words, exact=True).click()
    await expect(page.locator("dialog.ask")).to_be_visible()


async def send(page: Page) -> None:
    await page.locator(SEND).click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


async def close_and_open(page: Page) -> None:
    """A bay for an hour, all of them on a holiday; a closure is taken back."""
    closures = page.locator("#closures")
    await ask(page, "#bays", "Close: Cryogenic bay 1")
    await expect(page.locator(TOLD)).to_have_text("Nothing is booked in that time.")
    await page.locator("#ask-reason").fill("defrosting")
    await send(page)
    await expect(closures).to_contain_text("defrosting", timeout=PATIENCE_MS)
    await ask(page, "#closures-acts", "Enter holidays")
    await page.locator("#ask-first_day").fill("2030-02-02")
    await page.locator("#ask-last_day").fill("2030-02-01")
    await page.locator("#ask-reason").fill("Spring Festival")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-last_day-error")).to_contain_text("before the first")
    await page.locator("#ask-last_day").fill("2030-02-03")
    await send(page)
    days = closures.locator("tr", has_text="Spring Festival")
    await expect(days).to_have_count(4, timeout=PATIENCE_MS)
    await expect(days.first).to_contain_text("2 Feb 2030, the whole day")
    back = closures.locator("tr", has_text="defrosting")
    await back.get_by_role("button").click()
    await expect(back).to_have_count(0, timeout=PATIENCE_MS)


async def test_an_officer_sets_what_a_site_can_take(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    # A site of its own: other stories book at theirs, and closures and quotas would meet them.
    bay = {**BAY, "bay_id": "CAP-K1", "bay_class": "cryogenic"}
    twin = {**bay, "bay_id": "CAP-K2", "name_en": "Cryogenic bay 2"}
    where = {"lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    post(url, "/sites", {**SITE, **where, "site_id": "CAP", "bays": [bay, twin]})
    page = await watch.open(browser)
    await page.goto(f"{url}/capacity?site=CAP&lang=en")
    await expect(page.locator("#bays")).to_contain_text("Cryogenic bay 1", timeout=PATIENCE_MS)
    await close_and_open(page)

    # A time that is published already is refused in the server's words, and what is typed stays.
    await ask(page, "#bays-acts", "Publish slots")
    await page.locator(SEND).click()
    await expect(page.locator("dialog.ask")).to_contain_text("published", timeout=PATIENCE_MS)
    await page.locator("dialog.ask").get_by_role("button", name="Close").click()

    # Minutes of one bay, for all of its kind.
    await ask(page, "#bays", "Minutes: Cryogenic bay 1")
    await page.locator("#ask-inspection_min").fill("0")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-inspection_min-error")).not_to_be_empty()
    await page.locator("#ask-inspection_min").fill("40")
    await page.locator("#ask-transfer_min").fill("12")
    await page.locator("#ask-all").check()
    await send(page)
    for name in ("Cryogenic bay 1", "Cryogenic bay 2"):
        row = page.locator("#bays tr", has_text=name)
        await expect(row).to_contain_text("40 min", timeout=PATIENCE_MS)
        await expect(row).to_contain_text("12 min")

    # The week, and whom the reserve is kept for.
    await ask(page, "#hours-acts", "Add hours")
    await page.get_by_label("Mon").check()
    await page.locator("#ask-until_time").fill("07:00")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-until_time-error")).to_contain_text("after the beginning")
    await page.locator("#ask-until_time").fill("00:00")
    await send(page)
    await expect(page.locator("#hours")).to_contain_text("08:00–24:00", timeout=PATIENCE_MS)
    await ask(page, "#quota-acts", "Change")
    await page.locator("#ask-grace_min").fill("45")
    await page.locator("#ask-quota_regimes input[value=institution_whitelist]").check()
    await send(page)
    await page.goto(f"{url}/capacity?site=CAP&lang=zh")
    await expect(page.locator("#quota")).to_contain_text("45 分钟", timeout=PATIENCE_MS)
    await expect(page.locator("#quota")).to_contain_text("白名单")


async def test_an_officer_says_where_goods_may_go_and_what_watches_a_bay(
    url: str, browser: Browser, watch: Watch
) -> None:
    where = {"lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    for name in ("WAYS", "WAYT"):
        bay = {**BAY, "bay_id": f"{name}-K1", "bay_class": "cryogenic"}
        post(url, "/sites", {**SITE, **where, "site_id": name, "bays": [bay]})
    post(url, "/boxes", {"box_id": "WAYS-K1-LOG", "kind": "room"})
    page = await watch.open(browser)
    await page.goto(f"{url}/capacity?site=WAYS&lang=en")
    routes, loggers = page.locator("#routes"), page.locator("#loggers")
    await expect(routes).to_contain_text("Inspected here only", timeout=PATIENCE_MS)
    await ask(page, "#routes-acts", "Add a way")
    await page.locator("#ask-to_site_id").select_option("WAYT")
    await page.locator("#ask-transfer_min").fill("45")
    await send(page)
    await expect(routes).to_contain_text("WAYT · Pudong Airport 45 min", timeout=PATIENCE_MS)
    await expect(routes).to_contain_text("direct distribution")

    # A range that is none is refused beside its field, and what is typed stays.
    await ask(page, "#loggers-acts", "Put a logger into a bay")
    await page.locator("#ask-box_id").fill("WAYS-K1-LOG")
    await page.locator("#ask-low_c").fill("8")
    await page.locator("#ask-high_c").fill("2")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-low_c-error")).to_contain_text("range is empty")
    await page.locator("#ask-low_c").fill("-40")
    await send(page)
    row = loggers.locator("tr", has_text="WAYS-K1-LOG")
    await expect(row).to_contain_text("none yet", timeout=PATIENCE_MS)
    await page.goto(f"{url}/capacity?site=WAYS&lang=zh")
    await expect(loggers).to_contain_text("WAYS-K1-LOG", timeout=PATIENCE_MS)
    await expect(routes).to_contain_text("45 分钟")
    await page.goto(f"{url}/capacity?site=WAYS&lang=en")
    await ask(page, "#loggers", "Take out: WAYS-K1-LOG, Cryogenic bay 1")
    await page.locator("#ask-reason").fill("sent for calibration")
    await send(page)
    await expect(loggers).to_contain_text("No logger watches", timeout=PATIENCE_MS)
    await routes.get_by_role("button", name="Remove: WAYT").click()
    await expect(routes).to_contain_text("Inspected here only", timeout=PATIENCE_MS)


async def test_who_closes_a_bay_reads_first_whom_that_touches(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    bays = [{**BAY, "bay_id": f"CLO-K{n}", "bay_class": "cryogenic"} for n in (1, 2)]
    bays[1]["name_en"] = "Cryogenic bay 2"
    where = {"lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai"}
    post(url, "/sites", {**SITE, **where, "site_id": "CLO", "bays": bays})
    shipment = enter_judged(system, url, "CT-00896", "CB-0896", "CLO")
    slots = await free_slots(url, shipment)
    slot = next(one for one in slots if one["bay_id"] == "CLO-K1")
    book(url, shipment, slot)
    page = await watch.open(browser)
    await page.goto(f"{url}/capacity?site=CLO&lang=en")
    told = page.locator(TOLD)
    begin = datetime.fromisoformat(slot["start"]).astimezone(ZoneInfo("Asia/Shanghai"))

    # The hour of the slot touches it, in its own bay; another bay and an hour before do not.
    await ask(page, "#closures-acts", "Close a bay for a time")

    async def at_hours(hours: int) -> None:
        for name, at in (("from", begin), ("to", begin + timedelta(hours=1))):
            moment = (at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")
            await page.locator(f"#ask-{name}").fill(moment)
            await page.locator(f"#ask-{name}").blur()

    await at_hours(0)
    await expect(told).to_contain_text("Booked in that time: 1", timeout=PATIENCE_MS)
    await expect(told).to_contain_text(f"{begin:%H:%M} CT-00896 Cryogenic bay 1, confirmed")
    await page.locator("#ask-bay_id").select_option("CLO-K2")
    await expect(told).to_have_text("Nothing is booked in that time.", timeout=PATIENCE_MS)
    await page.locator("#ask-bay_id").select_option("CLO-K1")
    await expect(told).to_contain_text("CT-00896", timeout=PATIENCE_MS)
    await at_hours(-2)
    await expect(told).to_have_text("Nothing is booked in that time.", timeout=PATIENCE_MS)
    # Nothing is told of a time that ends before it begins.
    await page.locator("#ask-to").fill((begin - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M"))
    await page.locator("#ask-to").blur()
    await expect(told).to_be_empty()
    await page.keyboard.press("Escape")

    # Its whole day does; and a bay that is unfit from now on.
    await ask(page, "#closures-acts", "Enter holidays")
    await page.locator("#ask-first_day").fill(f"{begin:%Y-%m-%d}")
    await page.locator("#ask-first_day").blur()
    await expect(told).to_contain_text("CT-00896", timeout=PATIENCE_MS)
    await page.keyboard.press("Escape")
    await ask(page, "#bays", "Unfit: Cryogenic bay 1")
    await expect(told).to_contain_text("Booked in the next 72 h: 1", timeout=PATIENCE_MS)
    await page.keyboard.press("Escape")
    await ask(page, "#bays", "Unfit: Cryogenic bay 2")
    await expect(told).to_have_text("Nothing is booked in the next 72 h.", timeout=PATIENCE_MS)

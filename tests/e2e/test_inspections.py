"""The officer's story: from the queue over slot, check-in and record to customs clearance."""

import base64
import csv
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.failing import find_something
from tests.e2e.watching import Watch, lines_of, look_out_for, was_seen
from tests.e2e.wording import words
from tests.integration.local.running import RunningSystem
from tests.support.papers import declaration

pytestmark = pytest.mark.timeout(300)

STORIES = [("en", "CT-00860", "CB-0860"), ("zh", "CT-00861", "CB-0861")]
PATIENCE_MS = 60_000
PLACES = "(parts) => parts.map((one) => Math.round(one.getBoundingClientRect().top + scrollY))"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def declare(url: str, shipment_id: str) -> None:
    """As something that needs no paper."""
    nothing_needed = declaration(item="device", direction="out", risk_class=None)
    path = f"{url}/api/v1/shipments/{shipment_id}/declaration"
    assert httpx.post(path, json=nothing_needed, trust_env=False, timeout=60).status_code == 200


async def go_through(page: Page, language: str, box: str) -> None:
    """The wrong box, the right one, every item of the list, a finding, a photo."""
    sign = page.locator("#sign")
    await expect(sign).to_be_disabled(timeout=PATIENCE_MS)
    told = page.locator(".scan:has(#scan-box) .scan-told")
    for code, key in (("CB-9999", "record.scan.mismatch"), (box, "record.scan.match")):
        await page.locator("#scan-box").fill(code)
        await page.locator("#scan-box").press("Enter")
        await expect(told).to_contain_text(words(language, key), timeout=PATIENCE_MS)
        await expect(told).to_contain_text(code)
    await expect(page.locator(".lid")).to_contain_text(words(language, "record.no_allowance"))
    answers = page.locator(".check-item .btn[id$='-passed']")
    # Taps that do not wait for one another: each is kept once, and nothing moves below the finger.
    where = await answers.evaluate_all(PLACES)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "/checks" in one.url else None)
    await answers.evaluate_all("(all) => all.forEach((one) => [1, 2].forEach(() => one.click()))")
    for n in range(await answers.count()):
        await expect(answers.nth(n)).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    assert await answers.evaluate_all(PLACES) == where
    await expect(page.locator("#notes .bad")).to_have_count(0)
    assert len(sent) == await answers.count()
    await find_something(page, language)
    await page.locator("#new-seal").fill(f"NEW-{box}")
    await page.locator("#new-seal").press("Enter")
    await expect(page.locator("#step-physical .sub", has_text=f"NEW-{box}")).to_be_visible()
    await page.locator("#scan-seal").fill(f"NEW-{box}")
    await page.locator("#scan-seal").press("Enter")
    await expect(page.locator(".scan:has(#scan-seal) .scan-told")).to_contain_text(
        words(language, "record.scan.match"), timeout=PATIENCE_MS
    )
    photo = {"name": "box.png", "mimeType": "image/png", "buffer": DOT}
    await page.locator("#photo").set_input_files(photo)  # type: ignore[arg-type]
    await expect(page.locator(".findings a")).to_contain_text(
        words(language, "record.photo_at"), timeout=PATIENCE_MS
    )
    await expect(page.locator(".findings a img")).to_have_js_property("naturalWidth", 1)


async def hold(page: Page, second: Page, language: str) -> None:
    """A recheck is ordered: desk and record lead on to its slot and to the record that follows."""
    await page.locator("#move-order_recheck").check()
    await page.locator("#decision-reason").fill("seal tape loose")
    # From the field straight to the button, pressed as long as a finger does.
    await page.locator("#sign").click(delay=200)
    await expect(page.locator("#book-next")).to_have_text(
        words(language, "desk.book_recheck"), timeout=PATIENCE_MS
    )
    again = words(language, "desk.begin_recheck")
    case = second.locator("#case")
    await expect(case.locator("#begin-record")).to_have_text(again, timeout=PATIENCE_MS)
    await case.get_by_role("button", name=words(language, "desk.book_recheck")).click()
    await expect(case).to_contain_text(words(language, "desk.place.CONFIRMED"), timeout=PATIENCE_MS)
    await expect(page.locator("#begin-next")).to_have_text(again)
    for said in (page.locator("#said"), case.locator(".said")):
        await expect(said).to_contain_text("seal tape loose", timeout=PATIENCE_MS)
    await page.locator("#begin-next").click()
    await expect(page.locator("#step-head")).to_contain_text(
        words(language, "record.follows"), timeout=PATIENCE_MS
    )


async def send_on(page: Page) -> None:
    """Cleared with its way on: what is wrong with it is told beside its field."""
    await page.locator("#send-on").click()
    await page.locator("#ask-site").select_option("")
    way = {"to_code": "zj!", "to_lat": "31.2", "to_lon": "121.6", "carrier_number": "DD-7"}
    for name, value in way.items():
        await page.locator(f"[id='ask-onward.{name}']").fill(value)
    await page.locator("dialog.ask button[type=submit]").click()
    fault = page.locator("[id='ask-onward.to_code-error']")
    await expect(fault).not_to_be_empty(timeout=PATIENCE_MS)
    await page.locator("[id='ask-onward.to_code']").fill("ZJ")
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#way-on")).to_contain_text("ZJ", timeout=PATIENCE_MS)


async def take_the_day_along(page: Page, language: str, reference: str) -> None:
    """The sheet of the day for the printer; its appointments and its figures as files."""
    await page.evaluate("window.print = () => {}")
    await page.locator("#print").click()
    sheet = page.locator("#day-sheet")
    await expect(sheet.locator("tr, p").first).to_be_attached(timeout=PATIENCE_MS)
    if reference not in str(await sheet.text_content()):
        # A slot behind midnight stands on the sheet of the next day.
        await page.locator("#later").click()
        await page.locator("#print").click()
    await expect(sheet).to_contain_text(reference, timeout=PATIENCE_MS)
    await page.emulate_media(media="print")
    await expect(sheet.locator("tr", has_text=reference)).to_contain_text(
        words(language, "desk.place.CHECKED_IN")
    )
    await expect(page.locator("#bays")).to_be_hidden()
    await page.emulate_media(media="screen")
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("#figures").click()
    assert (await saving.value).suggested_filename == "PVG-figures.csv"
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("#list").click()
    listed = await saving.value
    assert re.fullmatch(r"PVG-\d{4}-\d\d-\d\d\.csv", listed.suggested_filename)
    rows = list(csv.reader(lines_of(await listed.path())))
    for place, key in ((0, "list.from"), (4, "sheet.shipment"), (7, "sheet.state")):
        assert words(language, f"desk.{key}").fullmatch(rows[0][place])
    there = words(language, "desk.place.CHECKED_IN")
    (mine,) = (row for row in rows[1:] if row[4] == reference and there.fullmatch(row[7]))
    begin = datetime.fromisoformat(mine[2]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert mine[0] == f"{begin:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("language", "reference", "box"), STORIES)
async def test_an_officer_brings_a_shipment_from_the_queue_to_clearance(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    reference: str,
    box: str,
) -> None:
    registered = enter_quickly(url, reference, box)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 60, every=timedelta(minutes=2))
    publishing.close()

    def said(key: str, **known: object) -> re.Pattern[str]:
        return words(language, key, **known)

    page = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    second = await watch.open(browser)
    for one in (page, second):
        await one.goto(f"{url}/inspections?site=PVG&lang={language}")
    row = f"#queue [data-reference='{reference}']"
    await expect(page.locator(row)).to_contain_text(said("desk.latest_start"), timeout=PATIENCE_MS)
    await expect(page.locator(f"{row} [data-spare]")).to_have_text(re.compile(r"^[^:]*\d[^:]*$"))

    # Chosen in the queue, chosen everywhere, and in the address.
    await page.locator(f"{row} .pick").click()
    await expect(page.locator("#case h2")).to_have_text(reference)
    assert f"s={reference}" in page.url

    # On a tablet the panel lies below: whoever chooses is taken to it.
    await second.set_viewport_size({"width": 820, "height": 1180})
    await second.locator(f"{row} .pick").click()
    await expect(second.locator("#case .blockers")).to_be_attached(timeout=PATIENCE_MS)
    await expect(second.locator("#case h2")).to_be_in_viewport(timeout=PATIENCE_MS)
    await second.set_viewport_size({"width": 1440, "height": 900})
    best = page.locator("#bays .cell.best")
    await expect(best).to_contain_text(re.compile(r"\d"), timeout=PATIENCE_MS)

    # Papers are missing: it says who has them, and nothing but the release waits for them.
    await expect(page.locator("#case .blockers")).to_contain_text(
        said("desk.who.applicant"), timeout=PATIENCE_MS
    )
    await expect(page.locator(row)).to_contain_text(said("desk.papers_missing", n=1))

    # By keys: to the best slot, one down and up again, and booked.
    await page.keyboard.press("b")
    await expect(page.locator("#bays .cell.chosen")).to_be_focused()
    begins = await page.locator("#bays .cell.chosen").get_attribute("data-slot")
    await page.keyboard.press("ArrowDown")
    # One down somebody else may stand: then it is read there, and nothing is chosen.
    elsewhere = page.locator(f"#bays [data-stop]:focus:not([data-stop='{begins}'])")
    await expect(elsewhere).to_have_count(1, timeout=PATIENCE_MS)
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(f"#bays .cell.chosen[data-slot='{begins}']")).to_be_focused()
    await page.keyboard.press("Enter")
    for one in (page, second):
        await expect(one.locator(row)).to_contain_text(
            said("desk.place.CONFIRMED"), timeout=PATIENCE_MS
        )

    # Back by the slot: what is chosen on the board is chosen in the queue.
    await second.locator("#bays .block", has_text=reference).click()
    await expect(second.locator(f"{row}.selected")).to_be_visible()
    await second.get_by_role("button", name=said("desk.give_back")).click()
    await expect(second.locator("#desk-reason-error")).to_contain_text(said("desk.reason_needed"))
    await second.get_by_role("button", name=said("desk.what_if", n=2)).click()
    await expect(second.locator(".what-if")).to_contain_text(said("desk.what_if_told"))

    await page.get_by_role("button", name=said("desk.check_in")).click()
    for one in (page, second):
        await expect(one.locator(row)).to_contain_text(
            said("desk.place.CHECKED_IN"), timeout=PATIENCE_MS
        )

    await take_the_day_along(second, language, reference)

    # The record: nothing is signed before all is gone through, and then it is customs-cleared.
    declare(url, str(await page.locator("#case").get_attribute("data-of")))
    await page.get_by_role("button", name=said("desk.begin_record")).click()
    await page.wait_for_url("**/inspections/*-*", timeout=PATIENCE_MS)
    await hold(page, second, language)
    await go_through(page, language, box)
    await expect(page.locator("#sign")).to_be_enabled(timeout=PATIENCE_MS)
    await second.locator(row).hover()
    await look_out_for(second, f"{row}.gone .pick:disabled")
    # Nothing was known to compare the code with: no tick for that, nor for a decision not signed.
    uncompared = said("record.step_uncompared", what="")
    await expect(page.locator("#step-identity h2")).to_contain_text(uncompared)
    await expect(page.locator("#step-decision h2 .is-done")).to_have_count(0)
    await expect(page.locator("#decision-summary")).to_contain_text(reference)
    await expect(page.locator("#latest-left")).to_have_text(re.compile(r"\d+:\d\d"))
    await send_on(page)
    await expect(page.locator("#step-decision h2 .is-done")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(page.locator(".outcome")).to_contain_text(
        said("desk.outcome.CUSTOMS_CLEARED"), timeout=PATIENCE_MS
    )
    await was_seen(second)
    await second.mouse.move(0, 0)
    await expect(second.locator(row)).to_have_count(0, timeout=PATIENCE_MS)
    # Found beyond the queue: whenever that is written anew, nothing says that nothing matches.
    await second.locator("#f-q").fill(reference)
    beyond = second.locator("#queue-elsewhere")
    await expect(beyond).to_contain_text(reference, timeout=PATIENCE_MS)
    await second.locator("#queue").dispatch_event("pointerleave")
    await expect(second.locator("#queue-unmatched")).to_be_hidden()
    shipment = await page.locator("#step-temperature a").get_attribute("href")
    await second.goto(f"{url}{shipment}?lang={language}")
    timeline = second.locator("#timeline a[href^='/inspections/']")
    for told in (
        "seal tape loose",
        "label smudged",
        f"NEW-{box}",
        said("desk.outcome.CUSTOMS_CLEARED"),
    ):
        await expect(timeline.filter(has_text=told).first).to_be_visible(timeout=PATIENCE_MS)
    for one in (page, second):
        assert "released" not in (await one.locator("main").inner_text()).lower()

"""The list of shipments and the page of one: found by search, read, saved as a file."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch, lines_of
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
NOWHERE = "01a214c3-0000-7000-8000-000000000000"
DESK = {"role": "consignee night desk", "name": "Ward 5", "phone": "+86 21 0000 0000"}


async def call_somebody_else(page: Page, url: str) -> None:
    """The desk's number has changed; and a courier is known by now."""
    contacts = page.locator("#contacts")
    await contacts.get_by_role("button", name="Correct: Ward 5").click()
    phone = page.locator("#ask-phone")
    await expect(phone).to_have_value(DESK["phone"])
    await phone.fill("none")
    await page.locator("dialog.ask [type=submit]").click()
    await expect(page.locator("#ask-phone-error")).not_to_be_empty(timeout=PATIENCE_MS)
    await phone.fill("+86 21 1111 0000")
    # Somebody else is faster: both versions are shown by the fields, and what is typed stays.
    path = f"{url}/api/v1{urlsplit(page.url).path}/contacts"
    (known,) = (await (await page.request.get(path)).json())["items"]
    faster = await page.request.put(
        f"{path}/{known['contact_id']}",
        data={**DESK, "hours": "20:00-08:00"},
        headers={"If-Match": f'"{known["revision"]}"'},
    )
    assert faster.ok
    await page.locator("dialog.ask [type=submit]").click()
    both = page.locator("dialog.ask .meanwhile")
    await expect(both).to_contain_text("20:00-08:00", timeout=PATIENCE_MS)
    assert known["contact_id"] not in await both.inner_text()
    await expect(both).not_to_contain_text("revision")
    await page.locator("dialog.ask [type=submit]").click()
    await expect(contacts.locator("a")).to_have_text("+86 21 1111 0000", timeout=PATIENCE_MS)
    await contacts.get_by_role("button", name="Enter a contact").click()
    for name, words in {"role": "courier", "name": "Li Na", "phone": "+86 10 2222"}.items():
        await page.locator(f"#ask-{name}").fill(words)
    await page.locator("dialog.ask [type=submit]").click()
    await expect(contacts.locator("a")).to_have_count(2, timeout=PATIENCE_MS)
    await expect(contacts).to_contain_text("Li Na")


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
    await call_somebody_else(page, url)
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


async def test_several_are_noted_shared_and_taken_out_at_once(
    url: str, browser: Browser, watch: Watch
) -> None:
    for number in (712, 713, 714):
        enter_quickly(url, f"CT-00{number}", f"CB-0{number}")
    firm = {"organisation_id": "bulk-house", "name": "Bulk House", "country": "CN"}
    post(url, "/organisations", {**firm, "kind": "consignee"})
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments?lang=en&q=ct-0071")
    await expect(page.locator("tr[data-reference='CT-00714']")).to_be_visible(timeout=PATIENCE_MS)
    bar, asked = page.locator("#bulk"), page.locator("dialog.ask")
    for reference in ("CT-00712", "CT-00713"):
        await page.get_by_role("link", name=reference).focus()
        await page.keyboard.press("x")
    await expect(bar.locator("[data-part=chosen]")).to_have_text("2 chosen")
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await bar.get_by_role("button", name="Export chosen").click()
    saved = lines_of(await (await saving.value).path())
    assert [line.split(",")[0] for line in saved[1:]] == ["CT-00713", "CT-00712"]

    await bar.get_by_role("button", name="Share chosen").press("Enter")
    await asked.locator("#ask-organisation").select_option("bulk-house")
    await asked.locator("#ask-party").select_option("consignee")
    await asked.locator("#ask-reason").fill("receives both")
    await asked.locator("[type=submit]").click()
    await expect(asked).to_have_count(0, timeout=PATIENCE_MS)
    await expect(bar.locator("[data-part=chosen]")).to_have_text("")
    gone = await page.locator("tr[data-reference='CT-00713']").get_attribute("data-id") or "?"
    grants = await page.request.get(f"{url}/api/v1/shipments/{gone}/grants")
    assert "bulk-house" in await grants.text()

    async def refuse_one(route: Route) -> None:
        """One of them has gone out of sight meanwhile."""
        if gone in route.request.url:
            return await route.continue_(url=route.request.url.replace(gone, NOWHERE))
        return await route.continue_()

    await page.route("**/notes", refuse_one)
    await page.get_by_label("Choose CT-00712").check()
    await page.get_by_label("Choose CT-00713").check()
    await bar.get_by_role("button", name="Write a note").click()
    await asked.locator("#ask-words").fill("gate 3 is closed")
    await asked.locator("[type=submit]").click()
    refusal = page.locator(".note.bad li")
    await expect(refusal).to_contain_text("CT-00713", timeout=PATIENCE_MS)
    await expect(refusal).to_contain_text("There is no such shipment")
    await expect(page.get_by_label("Choose CT-00713")).to_be_checked()
    await expect(page.get_by_label("Choose CT-00712")).not_to_be_checked()


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

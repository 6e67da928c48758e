"""The pages by themselves: languages, themes, keys, order, and clocks that are wrong."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from paho.mqtt import publish
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem
from tests.support.outside import PATIENCE_MS
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(300)


async def board(watch: Watch, browser: Browser, url: str, query: str = "lang=en") -> Page:
    page = await watch.open(browser)
    await page.goto(f"{url}/live?{query}")
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    return page


def cold_box(system: RunningSystem, url: str, reference: str, box: str) -> PublishingBox:
    """A shipment whose box has told hours of good readings, before anybody could miss them."""
    registered = post(url, "/boxes", {"box_id": box, "simulated": False})
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 100, every=timedelta(minutes=3))
    wait_until(lambda: heard(url, box), seconds=60, what="the readings to be stored")
    enter_quickly(url, reference, box)
    return publishing


def heard(url: str, box: str) -> bool:
    answer = httpx.get(f"{url}/api/v1/boxes/{box}", trust_env=False, timeout=60)
    return answer.raise_for_status().json()["last_received_at"] is not None


def receive(url: str, reference: str) -> None:
    """The consignee takes the shipment over."""
    found = httpx.get(f"{url}/api/v1/shipments", trust_env=False, timeout=60).json()["items"]
    (shipment,) = (one for one in found if one["reference"] == reference)
    post(
        url,
        f"/shipments/{shipment['id']}/milestones",
        {"kind": "received", "occurred_at": datetime.now(UTC).isoformat()},
    )


def seconds(countdown: str) -> int:
    hours, minutes, rest = (int(part) for part in countdown.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_the_first_address_leads_to_the_board(url: str) -> None:
    answer = httpx.get(url, trust_env=False, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (307, "/live")


def test_pages_allow_no_script_and_no_style_but_their_own(url: str) -> None:
    answer = httpx.get(f"{url}/live", trust_env=False, timeout=60)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert " style=" not in answer.text


def test_static_files_never_change_under_their_address(url: str) -> None:
    page = httpx.get(f"{url}/live", trust_env=False, timeout=60).text
    address = page.split('src="', 1)[1].split('"', 1)[0]
    answer = httpx.get(url + address, trust_env=False, timeout=60)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"


async def test_language_and_theme_are_kept(url: str, browser: Browser, watch: Watch) -> None:
    page = await board(watch, browser, url, "lang=zh")
    await page.locator("[data-part=theme]").click()
    await page.goto(f"{url}/shipments/new")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await expect(page.locator("h1")).to_have_text("新建运单")


async def test_what_is_chosen_is_in_the_address(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00500", "CB-0500").close()
    cold_box(system, url, "CT-00501", "CB-0501").close()
    page = await board(watch, browser, url)
    await page.locator("[data-reference='CT-00501'] .pick").click(timeout=PATIENCE_MS)
    await page.locator("strip-list input[type=search]").fill("CT-0050")
    await expect(page).to_have_url(re.compile("q=CT-0050"), timeout=PATIENCE_MS)
    await expect(page).to_have_url(re.compile("s=CT-00501"))
    await page.reload()
    await expect(page.locator("#detail .reference")).to_have_text("CT-00501")
    await expect(page.locator(".strip.selected")).to_have_attribute("data-reference", "CT-00501")


async def test_how_readings_come_is_among_the_facts(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00505", "CB-0505").close()
    logger = enter_quickly(url, "CT-00506", "CB-0506")
    begin = datetime.now(UTC).timestamp() - 600
    pack = [{"n": "temp", "u": "K", "t": begin + 60 * n, "v": 88.15} for n in range(10)]
    broker = urlsplit(system.run["mqtt_url"])
    publish.single(
        logger["topics"]["senml"],
        json.dumps(pack),
        qos=1,
        hostname=str(broker.hostname),
        port=broker.port or 1883,
    )
    page = await board(watch, browser, url)
    for reference, words in (("CT-00505", "receipted: "), ("CT-00506", "acknowledged by")):
        await page.locator(f"[data-reference='{reference}'] .pick").click(timeout=PATIENCE_MS)
        facts = page.locator("#detail dl")
        await expect(facts).to_contain_text(words, timeout=PATIENCE_MS)


async def test_keys_move_the_choice(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00510", "CB-0510").close()
    cold_box(system, url, "CT-00511", "CB-0511").close()
    page = await board(watch, browser, url, "lang=en&q=CT-0051")
    await expect(page.locator(".strip")).to_have_count(2)
    references = await page.locator(".strip").evaluate_all(
        "all => all.map(e => e.dataset.reference)"
    )
    await page.locator(".strip").first.locator(".pick").click()
    await page.keyboard.press("j")
    await expect(page.locator("#detail .reference")).to_have_text(references[1])
    await page.keyboard.press("k")
    await expect(page.locator("#detail .reference")).to_have_text(references[0])
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()


async def test_the_order_waits_while_a_pointer_is_in_the_list(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00550", "CB-0550").close()
    warming = cold_box(system, url, "CT-00551", "CB-0551")
    page = await board(watch, browser, url, "lang=en&q=CT-0055")
    await expect(page.locator(".strip")).to_have_count(2)
    await expect(page.locator("[data-reference='CT-00551'] .value")).to_have_text(
        "−185.0", timeout=PATIENCE_MS
    )
    await page.locator("[data-reference='CT-00550']").hover()
    order = page.locator(".strip .pick")
    before = await order.all_inner_texts()
    warming.publish([-149.0] * 10, every=timedelta(seconds=30))
    warming.close()
    await expect(page.locator(".changes")).to_be_visible(timeout=PATIENCE_MS)
    assert await order.all_inner_texts() == before
    await page.locator(".top").hover()
    await expect(order.first).to_have_text("CT-00551")
    await expect(page.locator(".changes")).to_be_hidden()


async def test_the_countdown_follows_the_server_when_the_browsers_clock_is_wrong(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00520", "CB-0520").close()
    right = await board(watch, browser, url, "lang=en&s=CT-00520")
    wrong = await watch.open(browser)
    await wrong.clock.install(time=datetime.now(UTC) - timedelta(minutes=10))
    await wrong.goto(f"{url}/live?lang=en&s=CT-00520")
    shown = []
    for page in (right, wrong):
        count = page.locator(".countdown b")
        await expect(count).to_contain_text(":", timeout=PATIENCE_MS)
        shown.append(seconds(await count.inner_text()))
    assert shown[0] - shown[1] < 60


async def test_the_page_is_complete_on_a_phone(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00530", "CB-0530").close()
    page = await watch.open(browser, viewport={"width": 390, "height": 844})
    await page.goto(f"{url}/live?lang=en&q=CT-00530")
    await page.locator("[data-reference='CT-00530'] .pick").click(timeout=PATIENCE_MS)
    await expect(page.locator(".countdown")).to_be_visible()
    await expect(page.locator("slot-list .book")).to_be_visible(timeout=PATIENCE_MS)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)


async def test_every_control_has_a_name(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00540", "CB-0540").close()
    # What is not drawn, since it is scrolled away, has no inner text yet.
    nameless = """() => {
      const WORDS = (e) =>
        (e.checkVisibility({contentVisibilityAuto: true}) ? e.innerText : e.textContent).trim();
      return [...document.querySelectorAll("button, a, input, select")]
      .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || WORDS(e)
        || e.labels?.length || e.title))
      .map((e) => e.outerHTML.slice(0, 120)); }"""
    page = await board(watch, browser, url, "lang=en&s=CT-00540")
    await expect(page.locator("slot-list .book")).to_be_visible(timeout=PATIENCE_MS)
    assert await page.evaluate(nameless) == []
    await page.goto(f"{url}/shipments/new")
    assert await page.evaluate(nameless) == []


async def test_a_fault_is_shown_beside_its_field(url: str, browser: Browser, watch: Watch) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments/new?lang=en")
    await page.locator("#save").click()
    reference = page.locator("[id='e-shipment.reference']")
    await expect(reference).to_have_text("Please fill this in.")
    await expect(page.locator("[id='f-shipment.reference']")).to_be_focused()


async def test_an_alarm_leads_to_a_shipment_that_has_left_the_board(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    cold_box(system, url, "CT-00591", "CB-0591").close()
    registered = enter_quickly(url, "CT-00590", "CB-0590")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60 + [-140.0] * 10, every=timedelta(minutes=2))
    box.close()
    page = await board(watch, browser, url)
    card = page.locator("alarm-bar .card", has_text="CT-00590").first
    await expect(card).to_be_visible(timeout=PATIENCE_MS)
    await asyncio.to_thread(receive, url, "CT-00590")
    await expect(page.locator(".strip[data-reference='CT-00590']")).to_have_count(0)
    await card.locator(".pick").click()
    await expect(page.locator("#detail .reference")).to_have_text("CT-00590")

    # A link to it shows it, and not the first of the board in its place.
    await page.goto(f"{url}/live?lang=en&s=CT-00590")
    await expect(page.locator("#detail .reference")).to_have_text("CT-00590")
    await expect(page.locator(".strip").first).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{url}/live?lang=en&s=CT-00590")
    await expect(page.locator("#detail .reference")).to_have_text("CT-00590")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{url}/live?lang=en&s=nobody-has-this")
    await expect(page.locator("#detail .reference")).not_to_have_text("")
    await expect(page).to_have_url(re.compile(r"s=CT-"))


async def test_s51_markup_that_somebody_entered_is_text_on_the_page(
    url: str, browser: Browser, watch: Watch
) -> None:
    product = "<img src=x onerror=\"document.title='run'\">"
    enter_quickly(url, "CT-00509", "CB-0509", product=product)
    page = await board(watch, browser, url)
    shown = page.locator("[data-reference='CT-00509'] .product")
    await expect(shown).to_have_text(product, timeout=60_000)
    assert await page.locator("img[src=x]").count() == 0
    assert await page.title() != "run"

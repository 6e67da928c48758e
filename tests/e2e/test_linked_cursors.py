"""Curve and map point at the same instant; a curve is zoomed without a drag, and of any probe."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PROBE, SECOND_PROBE, PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.flying import flight
from tests.e2e.watching import Watch, next_second
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
WIDE = {"width": 1680, "height": 1000}
TIME = re.compile(r"\d\d:\d\d")
# On a telephone: what of the tools is cut off at the right, or too low for a thumb.
BESIDE = """() => [
    ...document.querySelectorAll(".trace-tools > *, .moves > *, trace-chart summary")]
  .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
  .filter((box) => box.width && (box.right > innerWidth || box.height < 43.5))
  .map((box) => [Math.round(box.right), Math.round(box.height)])"""


def enter(system: RunningSystem, url: str, number: str, *, beside_c: float | None = None) -> str:
    """A shipment on that flight, with a reading every three minutes of the last thirteen hours."""
    leg = flight(timedelta(hours=13), -timedelta(hours=2), silent=False)
    registered = enter_quickly(url, f"CT-0{number}", f"CB-{number}", legs=[leg])
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 260, every=timedelta(minutes=3), beside_c=beside_c)
    publishing.close()
    return f"CT-0{number}"


async def time_of(page: Page, selector: str) -> str:
    """The hour that a mark says; the words around it differ."""
    mark = page.locator(selector)
    await expect(mark).to_contain_text(TIME, timeout=PATIENCE_MS)
    found = TIME.search(await mark.inner_text())
    assert found
    return found[0]


async def point_at_the_curve(page: Page, share: float) -> float:
    """Hover over the curve; the map marks that hour. How far to the left the mark stands."""
    frame = await page.locator(".plot .u-over").bounding_box()
    assert frame
    place = (frame["x"] + share * frame["width"], frame["y"] + frame["height"] / 2)
    await page.mouse.move(*place)
    await expect(page.locator(".at-cursor")).to_contain_text(TIME, timeout=PATIENCE_MS)
    told = await time_of(page, ".at-cursor")
    await expect(page.locator(".pointed")).to_contain_text(told, timeout=PATIENCE_MS)
    mark = await page.locator(".pointed i").bounding_box()
    assert mark
    return mark["x"] + mark["width"] / 2


async def point_at_the_way(page: Page, place: tuple[float, float]) -> str:
    """Hover over the line on the map; the hour that the curve marks."""
    await page.mouse.move(*place)
    await expect(page.locator(".pointed")).to_have_count(1, timeout=PATIENCE_MS)
    return await time_of(page, ".at-cursor")


async def leave_the_map(page: Page) -> None:
    """Nobody points any more: neither of the two is marked, nor when they are drawn anew."""
    await page.mouse.move(5, 5)
    for selector in (".pointed", ".at-cursor:not(:empty)"):
        await expect(page.locator(selector)).to_have_count(0, timeout=PATIENCE_MS)
    await next_second(page)
    assert await page.locator(".pointed, .at-cursor:not(:empty)").count() == 0
    await expect(page.locator(".plot .u-cursor-x")).to_have_class(re.compile("u-off"))


@pytest.mark.parametrize(
    ("language", "number", "guess"),
    [("en", "0866", "place estimated"), ("zh", "0867", "位置为推算")],
)
async def test_curve_and_map_point_at_the_same_instant(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    number: str,
    guess: str,
) -> None:
    reference = enter(system, url, number)
    page = await watch.open(browser, viewport=WIDE)
    await page.goto(f"{url}/live?s={reference}&lang={language}")
    label = page.locator(".plot")
    await expect(label).to_have_attribute("aria-label", re.compile("260"), timeout=PATIENCE_MS)
    await expect(page.locator(".pin.chosen, .ring").first).to_be_visible(timeout=PATIENCE_MS)

    west = await point_at_the_curve(page, 0.3)
    assert await point_at_the_curve(page, 0.6) > west, "later is further on the way to the east"
    await expect(page.locator(".pointed")).to_contain_text(guess)
    await page.mouse.move(5, 5)
    await expect(page.locator(".pointed")).to_have_count(0, timeout=PATIENCE_MS)

    # By key: along the readings, each of them named.
    cursor = page.locator(".trace-cursor")
    await cursor.focus()
    for _ in range(100):
        await page.keyboard.press("ArrowLeft")
    await expect(cursor).to_have_attribute("aria-valuetext", re.compile("−185.0 °C"))
    told = await time_of(page, ".pointed")
    mark = await page.locator(".pointed i").bounding_box()
    assert mark
    await cursor.blur()
    await expect(page.locator(".pointed")).to_have_count(0, timeout=PATIENCE_MS)

    # On the map, where the mark was: the curve says the reading of that time, give or take one.
    place = (mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    again = await point_at_the_way(page, place)
    minutes = [60 * int(one[:2]) + int(one[3:]) for one in (told, again)]
    assert (minutes[1] - minutes[0] + 30) % 1440 <= 60
    await leave_the_map(page)

    # Who went along by key before, and still could, leaves no mark either.
    await cursor.focus()
    await point_at_the_way(page, place)
    await next_second(page)
    await leave_the_map(page)


async def choose_the_other_probe(page: Page) -> None:
    """The curve is of the probe that is chosen, and of the payload's again."""
    probe = page.locator("[data-part=probe]")
    await expect(probe).to_be_visible(timeout=PATIENCE_MS)
    names = ["Payload probe", f"Probe {PROBE}", f"Probe {SECOND_PROBE}"]
    await expect(probe.locator("option")).to_have_text(names)
    for chosen, told in ((SECOND_PROBE, "−170.0 °C"), (PROBE, "−185.0 °C")):
        await probe.select_option(chosen)
        await expect(page.locator(".plot")).to_have_attribute(
            "aria-label", re.compile(told), timeout=PATIENCE_MS
        )
    await probe.select_option("")


async def test_a_curve_is_zoomed_by_buttons_and_the_address_keeps_it(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    reference = enter(system, url, "0868", beside_c=-170.0)
    page = await watch.open(browser, viewport=WIDE)
    await page.goto(f"{url}/live?s={reference}&lang=en")
    label = page.locator(".plot")
    await expect(label).to_have_attribute("aria-label", re.compile("260"), timeout=PATIENCE_MS)
    await choose_the_other_probe(page)
    whole = page.get_by_role("button", name="Show all")
    await expect(whole).to_be_hidden()
    await page.get_by_role("button", name="Curve: zoom in").click()
    await expect(page).to_have_url(re.compile(r"trace="), timeout=PATIENCE_MS)
    await expect(whole).to_be_visible()
    kept = page.url
    await page.get_by_role("button", name="Curve: earlier").click()
    await expect(page).not_to_have_url(kept, timeout=PATIENCE_MS)
    kept = page.url
    await page.reload()
    await expect(whole).to_be_visible(timeout=PATIENCE_MS)
    assert page.url == kept
    for name in ("Curve: later", "Curve: zoom out"):
        await page.get_by_role("button", name=name).click()
    await expect(page).not_to_have_url(re.compile(r"trace="), timeout=PATIENCE_MS)
    await expect(whole).to_be_hidden()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.locator("[data-pane-button=detail]").click()
    await expect(page.get_by_role("button", name="Curve: later")).to_be_visible()
    assert await page.evaluate(BESIDE) == []

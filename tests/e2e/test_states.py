"""The states of a shipment and of a panel, with boxes that publish and a server that answers."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.flying import LONG_AGO, depart, flight
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
EVERY = timedelta(minutes=1)


def box_of(system: RunningSystem, registered: dict[str, Any]) -> PublishingBox:
    return PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])


async def test_a_silent_box_one_in_flight_and_one_that_was_late_look_like_it(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    silent = box_of(system, enter_quickly(url, "CT-00640", "CB-0640"))
    silent.publish([-185.0] * 30, every=EVERY, ago=LONG_AGO)
    flying = box_of(system, enter_quickly(url, "CT-00641", "CB-0641", legs=[flight()]))
    flying.publish([-185.0] * 30, every=EVERY, ago=LONG_AGO)
    await asyncio.to_thread(depart, url, "CT-00641")
    late = box_of(system, enter_quickly(url, "CT-00642", "CB-0642"))
    late.publish([-185.0] * 10, every=EVERY)

    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en&q=CT-0064")
    row = {n: page.locator(f"[data-reference='CT-0064{n}']") for n in range(3)}
    await expect(row[0]).to_have_class(re.compile("is-stale"), timeout=PATIENCE_MS)
    await expect(row[0].locator(".value")).to_have_class(re.compile("old"))
    await expect(row[0].locator(".limit")).to_have_text(re.compile(r"at \d\d:\d\d"))
    await expect(row[0].locator(".at-most")).to_have_text("at most")

    await expect(row[1].locator(".limit")).to_have_text(
        re.compile(r"\d\d:\d\d( −1)?, radio off"), timeout=PATIENCE_MS
    )
    await expect(row[1].locator(".value")).to_have_class(re.compile("old"))
    await expect(row[1]).not_to_have_class(re.compile("is-(stale|p1|p2)"))
    await expect(page.locator("alarm-bar .card", has_text="CT-00641")).to_have_count(0)

    await expect(row[2].locator(".value")).to_have_text("−185.0", timeout=PATIENCE_MS)
    late.publish([-184.0] * 30, every=EVERY, ago=LONG_AGO)
    revised = row[2].locator(".tag-revised")
    when = re.compile(r"^revised \d\d:\d\d( −1)?$")
    await expect(revised).to_have_text(when, timeout=PATIENCE_MS)
    for box in (silent, flying, late):
        box.close()


async def test_what_narrows_a_list_to_nothing_is_named_and_taken_away_alone(
    url: str, browser: Browser, watch: Watch
) -> None:
    enter_quickly(url, "CT-00645", "CB-0645")
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments?q=CT-00645x&lang=zh")
    chip = page.locator(".state .filter-chips .chip")
    await expect(chip).to_contain_text("CT-00645x", timeout=PATIENCE_MS)
    await chip.click()
    await expect(page.locator("[data-reference='CT-00645']")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("#f-q")).to_be_focused()

    await page.goto(f"{url}/live?q=CT-00645&f=landing&lang=en")
    chips = page.locator(".no-match .chip")
    await expect(chips).to_have_count(2, timeout=PATIENCE_MS)
    await chips.filter(has_text="Landing").click()
    await expect(page.locator(".strip")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(page).to_have_url(re.compile(r"\?q=CT-00645(&s=|$)"))


async def test_a_part_that_loads_says_so_and_one_that_failed_names_the_requests_number(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    go_on = asyncio.Event()
    asked = "/api/v1/boxes?"

    async def hold(route: Route) -> None:
        await go_on.wait()
        await route.continue_(url=f"{url}{asked}limit=0")

    async def hasten(page: Page) -> None:
        async with page.expect_response(lambda one: asked in one.url) as answered:
            go_on.set()
        number = (await (await answered.value).all_headers())["x-request-id"]
        failed = page.locator(".state-failed")
        await expect(failed).to_contain_text("answered 422", timeout=PATIENCE_MS)
        await expect(failed.locator(".mono")).to_have_text(number)

    await page.route(f"**{asked}*", hold)
    await page.goto(f"{url}/boxes?lang=en")
    loading = page.locator(".state-loading")
    await expect(loading).to_be_visible(timeout=PATIENCE_MS)
    await expect(loading).to_contain_text("Loading")
    await hasten(page)
    await page.unroute(f"**{asked}*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".state-failed")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_list_that_the_stream_has_not_told_yet_is_not_shown_as_empty(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)

    async def hold(_: Route) -> None:
        """Say nothing."""

    # A worker's requests pass by the page's routes.
    await page.add_init_script("delete window.SharedWorker")
    await page.route("**/api/v1/stream*", hold)
    for path in ("/alarms", "/handover", "/bookings"):
        async with page.expect_request("**/api/v1/stream*"):
            await page.goto(f"{url}{path}?lang=en")
        if path == "/alarms":
            await expect(page.locator("#load")).to_contain_text("hour", timeout=PATIENCE_MS)
        place = "#alarms .state-loading" if path == "/handover" else ".state-loading"
        await expect(page.locator(place)).to_be_visible(timeout=PATIENCE_MS)
    await page.unroute_all(behavior="ignoreErrors")

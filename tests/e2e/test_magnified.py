"""Every page 320 pixels wide, magnified four times, and with its letters spaced out."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.looking import hidden_words, paths_of, settling, space_out
from tests.e2e.test_access import OUTSIDE, settled
from tests.e2e.watching import Watch

pytestmark = pytest.mark.timeout(420)

PATIENCE_MS = 60_000
DESK, PHONE = (1440, 900), (390, 844)
# A phone that is narrow, and a desk's screen of 1280 × 1024 that is magnified four times.
SMALL = ((320, 844), (320, 256))
# What is left of a page's own part when the bars have taken theirs.
LEAST_HIGH = 200


async def sized(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def outside(page: Page) -> list[str]:
    """What stands outside of the page; a map draws wider than it is, behind its edges."""
    return [fault for fault in await page.evaluate(OUTSIDE) if "leaflet" not in fault]


async def small_faults(page: Page) -> list[str]:
    left = await page.evaluate("document.querySelector('main').offsetHeight")
    return await outside(page) + (["nothing is left of the page"] if left < LEAST_HIGH else [])


async def unreadable(page: Page) -> list[str]:
    """What is wrong with the page that is open, at every size."""
    usual = {}
    for size in (DESK, PHONE):
        await sized(page, size)
        usual[size] = await hidden_words(page)
    found = []
    for size in SMALL:
        await sized(page, size)
        found += [f"{size}: {fault}" for fault in await settling(lambda: small_faults(page))]
    await space_out(page)
    for size in (PHONE, DESK):
        await sized(page, size)

        async def spaced(size: tuple[int, int] = size) -> Collection[str]:
            return [*(await hidden_words(page) - usual[size]), *await outside(page)]

        found += [f"{size} spaced: {fault}" for fault in await settling(spaced)]
    return found


async def unreadable_in(page: Page, url: str, paths: list[str], language: str) -> dict[str, Any]:
    """The faults of every page in one language."""
    faults = {}
    for path in paths:
        await sized(page, DESK)
        await page.goto(f"{url}{path}?lang={language}")
        link = page.locator("[data-part=link]")
        await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)
        await settled(page)
        faults[f"{path} {language}"] = await unreadable(page)
    return faults


async def test_every_page_can_be_read_when_it_is_magnified_and_spaced_out(
    url: str, browser: Browser, watch: Watch, shipment_id: str, inspection_id: str
) -> None:
    english = await watch.open(browser, reduced_motion="reduce")
    chinese = await english.context.new_page()
    paths = paths_of(shipment_id, inspection_id, "CB-0800")
    found = await asyncio.gather(
        unreadable_in(english, url, paths, "en"), unreadable_in(chinese, url, paths, "zh")
    )
    faults = found[0] | found[1]
    assert {name: fault for name, fault in faults.items() if fault} == {}

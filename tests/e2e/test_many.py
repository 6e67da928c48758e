"""A board of thousands: what is seen stands in the page, and the wall turns what needs action."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.watching import DESK, Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
MOST_ROWS = 150
# A module of the page itself, not another of the same name.
MODULE = """const module = (name) =>
  import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));"""
# The page's own store is given what a server of that size would tell.
FILL = f"""async ([count, condition]) => {{
  {MODULE}
  const {{ store }} = await module("store.js");
  const rest = {{revision: 1, state: "packed", product: "leukapheresis", evidence: "COMPLETE",
    payloads: [], boxes: [], legs: [], simulated: true, condition}};
  const one = (n) => ({{...rest, id: `many-${{n}}`, rank: n + 1, boxes: [`MANY-BOX-${{n}}`],
    reference: `MANY-${{String(n).padStart(5, "0")}}`,
    last_reading: {{temp_c: 5, lat: (n * 7) % 60, lon: (n * 13) % 170}}}});
  const shipments = Array.from({{length: count}}, (_, n) => one(n));
  store.takeSnapshot({{shipments, alarms: [], appointments: [], sites: []}});
}}"""
# The chosen shipment leaves the board; what the chart does next is waited for.
LEAVE = f"""async () => {{
  {MODULE}
  const {{ store }} = await module("store.js");
  store.drop("shipments", "many-0");
  const once = {{ once: true }};
  window.drawn = new Promise((resolve) => addEventListener("tracedrawn", resolve, once));
}}"""
# A stand-in for a newer server: a heartbeat that names another build than the page's.
NEW_BUILD = f"""async () => {{
  {MODULE}
  const {{ stream }} = await module("stream.js");
  stream.build = "another";
  stream.dispatchEvent(new Event("heartbeat"));
}}"""


async def fill(page: Page, count: int, condition: str) -> None:
    """Wait for the server's own snapshot, then put many in its place."""
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    await page.evaluate(FILL, [count, condition])
    await expect(page.locator("[data-reference=MANY-00000]")).to_be_visible(timeout=PATIENCE_MS)


async def test_ten_thousand_rows_are_reached_though_few_stand_in_the_page(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/live?lang=en")
    await fill(page, 10_000, "IN_RANGE")

    strips = page.locator(".strip")
    assert await strips.count() < MOST_ROWS
    await expect(page.locator(".heap").first).to_be_visible(timeout=PATIENCE_MS)
    await page.locator(".strips").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    await expect(page.locator("[data-reference=MANY-09999]")).to_be_visible(timeout=PATIENCE_MS)
    assert await strips.count() < MOST_ROWS
    await page.locator("input[type=search]").fill("MANY-04321")
    await expect(page.locator("[data-reference=MANY-04321]")).to_be_visible(timeout=PATIENCE_MS)
    await expect(strips).to_have_count(1, timeout=PATIENCE_MS)


async def test_a_shipment_may_leave_the_board_while_its_curve_is_read(
    url: str, browser: Browser, watch: Watch
) -> None:
    # On a narrow screen nothing else is chosen in its place.
    page = await watch.open(browser, viewport={"width": 1100, "height": 800})
    await page.goto(f"{url}/live?lang=en")
    await fill(page, 3, "IN_RANGE")
    left = asyncio.Event()

    async def answer_late(route: Route) -> None:
        await left.wait()
        await route.continue_()

    await page.route("**/boxes/*/trace?*", answer_late)
    async with page.expect_request("**/boxes/*/trace?*", timeout=PATIENCE_MS):
        await page.locator("[data-reference=MANY-00000]").click()
    await page.evaluate(LEAVE)
    left.set()
    await page.evaluate("drawn")
    await expect(page.locator("#detail.nothing")).to_be_attached()


async def test_the_wall_turns_its_pages_and_loads_a_new_build(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/live?wall&lang=en")
    await fill(page, 40, "EXCURSION")
    await expect(page.locator("[data-bay=needs_action] .strip")).to_have_count(40)

    first = page.locator("[data-reference=MANY-00000]")
    await expect(first).not_to_be_in_viewport(timeout=PATIENCE_MS)
    async with page.expect_event("load", timeout=PATIENCE_MS):
        await page.evaluate(NEW_BUILD)
    await expect(page.locator("body.live-page.wall")).to_be_attached(timeout=PATIENCE_MS)

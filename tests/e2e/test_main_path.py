"""From the form over the box's readings to the alarm and the booking, on two open pages."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from services.core.runtime.catalogue import catalogue
from tests.e2e.box import PublishingBox
from tests.e2e.entering import BAY, enter_shipment, want_at_once
from tests.e2e.watching import Watch, look_out_for, was_seen
from tests.e2e.wording import words
from tests.integration.local.running import RunningSystem
from tests.support.outside import PATIENCE_MS

pytestmark = pytest.mark.timeout(300)

# Who acts reads the first language, who watches the second.
STORIES = [("en", "zh", "CT-00417", "CB-0417"), ("zh", "en", "CT-00418", "CB-0418")]
# An hour cold, then warming 0.05 K a minute, half an hour of it above -150 °C: a slot saves it.
WARMING = [-185.0] * 30 + [round(-185 + 0.1 * step, 1) for step in range(369)]


async def open_board(watch: Watch, browser: Browser, url: str, language: str) -> Page:
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang={language}")
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    return page


async def look_closely(page: Page) -> None:
    """Drawn over, a stretch of the trace is asked for with every reading."""
    plot = await page.locator("trace-chart .u-over").bounding_box(timeout=PATIENCE_MS)
    assert plot
    y = plot["y"] + plot["height"] / 2
    async with page.expect_request("**/trace?*max_points=10000*", timeout=PATIENCE_MS):
        await page.mouse.move(plot["x"] + plot["width"] * 0.3, y)
        await page.mouse.down()
        await page.mouse.move(plot["x"] + plot["width"] * 0.6, y, steps=5)
        await page.mouse.up()


async def look_at_the_facts(page: Page, language: str, strip: str) -> None:
    """What is used up is told, and what is only advice is called so; an estimate that the
    temperature speaks against is in doubt."""
    await page.locator(f"{strip} .pick").click()
    limit = catalogue(language).text("common.days", n=5)
    await expect(page.locator("[data-fact=budget_hold]")).to_contain_text(
        words(language, "live.budget", limit=limit)
    )
    for key in ("live.container_doubted", "live.advisory"):
        await expect(page.locator("[data-fact=container]")).to_contain_text(words(language, key))


async def say_why(page: Page, reference: str) -> None:
    """Whoever took it is asked for the reason of this alarm; what they type are words, not keys."""
    asked = page.locator(".note.asks", has_text=f"P1 {reference}")
    await expect(asked).to_contain_text("−150 °C")
    await expect(asked.locator("input")).to_be_focused()
    await page.keyboard.type("abp")
    await expect(asked.locator("input")).to_have_value("abp")
    await asked.locator("[type=submit]").focus()
    for key in "abp":
        await page.keyboard.press(key)
    await expect(page.locator(".note.asks")).to_have_count(1)
    await expect(page.locator("slot-list .booked-slot")).to_have_count(0)
    await asked.locator("input").press("Enter")
    await expect(asked).to_have_count(0, timeout=PATIENCE_MS)


async def take_back(page: Page, language: str, card: Locator) -> None:
    """What was taken by mistake is given back from the note that asks why."""
    await card.get_by_role("button", name=words(language, "live.acknowledge")).click()
    await page.mouse.move(0, 0)
    await expect(card).to_have_count(0, timeout=PATIENCE_MS)
    await page.locator(".note.asks .undo").click(timeout=PATIENCE_MS)
    await expect(page.locator(".note.asks")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(card).to_be_visible(timeout=PATIENCE_MS)


# What somebody has is shown as if it should have been acted on at that instant, also when the
# stream tells of it meanwhile. Alarms that nobody has taken, also those of the same shipment, would
# have the bar's few places before it: they are set aside until `instant` is null.
ACT_BY = """async ([reference, instant]) => {
  const script = document.querySelector("script[type=module]").src;
  const {store} = await import(script.replace(/[^/]+$/, "store.js"));
  const held = window.held ??= {aside: new Map(), take: store.take.bind(store)};
  const isTaken = (one) => one.shipment_reference === reference && one.state === "ACKNOWLEDGED";
  const all = [...store.alarms.values()];
  if (!instant) {
    store.take = held.take;
    for (const one of [...held.aside.values(), ...all])
      held.take("alarms", isTaken(one) ? {...one, act_by: "2100-01-01T00:00:00Z"} : one);
    return;
  }
  store.take = (kind, one) => {
    if (kind !== "alarms") held.take(kind, one);
    else if (isTaken(one)) held.take(kind, {...one, act_by: instant});
    else held.aside.set(one.id, one);
  };
  for (const one of all.filter((one) => !isTaken(one))) {
    held.aside.set(one.id, one);
    store.alarms.delete(one.id);
  }
  for (const one of all.filter(isTaken)) store.take("alarms", one);
}"""


async def see_it_past_due(page: Page, language: str, reference: str) -> None:
    """What is taken and not done in time comes back to the bar, with who has it and no button."""
    owned = page.locator("alarm-bar .owned", has_text=reference)
    await page.evaluate(ACT_BY, [reference, "2026-01-01T00:00:00Z"])
    await expect(owned).to_contain_text(words(language, "alarm.act_by_passed"))
    await expect(owned).to_contain_text("local-operator")
    await expect(owned.locator(".take")).to_be_hidden()
    await page.evaluate(ACT_BY, [reference, None])
    await expect(owned).to_have_count(0)


@pytest.mark.parametrize(("acting", "watching", "reference", "box_id"), STORIES)
async def test_a_warming_box_is_entered_seen_taken_and_booked_on_every_page(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    acting: str,
    watching: str,
    reference: str,
    box_id: str,
) -> None:
    form = await watch.open(browser)
    await form.goto(f"{url}/shipments/new?lang={acting}")
    topics = await enter_shipment(form, reference, box_id)
    assert topics["telemetry"].endswith(f"/{box_id}/telemetry")

    first = await open_board(watch, browser, url, acting)
    second = await open_board(watch, browser, url, watching)
    strip = f"[data-reference='{reference}']"
    await expect(first.locator(strip)).to_contain_text(words(acting, "live.no_value"))

    box = PublishingBox(system.run["mqtt_url"], topics["telemetry"])
    box.publish(WARMING, every=timedelta(minutes=2))
    for page in (first, second):
        await expect(page.locator(f"{strip} .value")).to_have_text("−148.2", timeout=PATIENCE_MS)

    # The alarm comes by itself, in each reader's language, and the strip needs action.
    card, theirs = (
        page.locator("alarm-bar .card", has_text=reference).filter(
            has_text=words(language, "alarm.excursion.title", limit="−150 °C")
        )
        for page, language in ((first, acting), (second, watching))
    )
    await expect(card).to_be_visible(timeout=PATIENCE_MS)
    await expect(theirs).to_be_visible(timeout=PATIENCE_MS)
    await expect(first.locator(f".bay:has(#bay-needs_action) {strip}")).to_be_visible()

    await look_at_the_facts(first, acting, strip)
    await look_at_the_facts(second, watching, strip)
    await look_closely(second)

    await take_back(first, acting, card)

    # One tap takes it, everywhere; a card that is gone stays while somebody's pointer is on it.
    await theirs.hover()
    known = await theirs.get_attribute("data-id")
    await look_out_for(second, f"alarm-bar .gone[data-id='{known}'] .take:disabled")
    await card.get_by_role("button", name=words(acting, "live.acknowledge")).click()
    await say_why(first, reference)
    await first.mouse.move(0, 0)
    await expect(card).to_have_count(0, timeout=PATIENCE_MS)
    await was_seen(second)
    await second.mouse.move(0, 0)
    await expect(theirs).to_have_count(0, timeout=PATIENCE_MS)
    await see_it_past_due(first, acting, reference)

    # The best slot is booked; the other page shows it without being loaded again.
    await first.locator(f"{strip} .pick").click()
    await first.locator("slot-list .book").click(timeout=PATIENCE_MS)
    await expect(first.locator("slot-list .booked-slot")).to_contain_text("PVG-0")
    await expect(second.locator(f"{strip} .phase")).to_contain_text(
        words(watching, "live.phase_with_slot"), timeout=PATIENCE_MS
    )
    await second.locator(f"{strip} .pick").click()
    await expect(second.locator("slot-list .booked-slot")).to_contain_text(BAY[f"name_{watching}"])

    # A new reading moves the open pages.
    box.publish([-147.5], every=timedelta(minutes=1))
    await expect(second.locator(f"{strip} .value")).to_have_text("−147.5", timeout=PATIENCE_MS)

    # Given back, and wanted sooner: the slots go by themselves once none is in time.
    await first.locator("slot-list .cancel").click()
    await expect(first.locator("slot-list .book")).to_be_visible(timeout=PATIENCE_MS)
    await first.wait_for_timeout(2_000)  # all that the page reads because of it is there
    want_at_once(url, reference)
    notice = first.locator("slot-list .slot-message")
    await expect(notice).to_contain_text(words(acting, "live.no_slot_in_time"), timeout=PATIENCE_MS)
    await expect(first.locator("slot-list .book")).to_be_hidden(timeout=PATIENCE_MS)
    box.close()

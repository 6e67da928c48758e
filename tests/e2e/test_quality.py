"""A payload on hold, from the hold to the decision of two people, on the page of quality."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch
from tests.e2e.wording import words
from tests.integration.local.running import RunningSystem
from tests.support.outside import PATIENCE_MS

pytestmark = pytest.mark.timeout(300)

# The story, told in a language; the page of whoever comes later is in the other.
STORIES = [("en", "zh", "CT-00700", "CB-0700"), ("zh", "en", "CT-00702", "CB-0702")]
# Two hours cold, twenty minutes far above the label, cold again.
TOO_WARM = [-185.0] * 60 + [-140.0] * 10 + [-185.0] * 20


def second_persons_key(url: str) -> str:
    """Chen Yu, played with a key: she may approve what is simulated."""
    post(
        url,
        "/organisations",
        {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN", "kind": "platform"},
    )
    body = {"organisation": "qa", "role": "qa_approver", "person": "chen.yu", "name": "Chen Yu"}
    return str(post(url, "/keys", body)["key"])


async def sign(page: Page, move: str, reason: str, *, key: str = "") -> None:
    """Fill in the form of a move and send it."""
    form = page.locator(f"form[data-move={move}]")
    await form.locator("#reason").fill(reason)
    await form.locator("#key").fill(key)
    await form.locator("button[type=submit]").click()


async def fits_and_names_its_controls(page: Page) -> None:
    """On a phone nothing is wider than the screen, and whoever listens hears what each is."""
    nameless = """() => [...document.querySelectorAll("button, a, input, select, textarea")]
      .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.innerText.trim()
        || e.labels?.length))
      .map((e) => e.outerHTML.slice(0, 120))"""
    assert await page.evaluate(nameless) == []
    await page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    await page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize(("language", "others", "reference", "box_id"), STORIES)
async def test_a_hold_is_taken_assessed_and_approved_by_a_second_person(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    others: str,
    reference: str,
    box_id: str,
) -> None:
    def said(key: str) -> re.Pattern[str]:
        return words(language, key)

    key = second_persons_key(url)
    registered = enter_quickly(url, reference, box_id, simulated=True)
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish(TOO_WARM, every=timedelta(minutes=2))
    box.close()

    live = await watch.open(browser)
    await live.goto(f"{url}/live?lang={language}&s={reference}")
    decision = live.locator("[data-fact=disposition] a")
    await expect(decision).to_have_text(said("live.disposition.QA_HOLD"), timeout=PATIENCE_MS)
    condition = live.locator("[data-fact=condition]")
    await expect(condition).to_contain_text(said("live.condition_after.IN_RANGE"))
    address = f"{url}{await decision.get_attribute('href')}"

    page = await watch.open(browser)
    await page.goto(f"{address}&lang={language}")
    await expect(page.locator(f"#cases [data-reference='{reference}']")).to_have_count(1)
    await expect(page.locator(".evidence")).to_contain_text(said("quality.back_inside"))
    await sign(page, "acknowledge", "−140 °C for 20 min")

    # What happened stands beside the form: minutes beyond −150 °C in all, and what was broken.
    broken = words(language, "quality.limit.label", side=said("quality.side.high").pattern)
    await expect(page.locator(".evidence")).to_contain_text(broken)
    total = page.locator(".evidence tr", has_text=said("quality.total")).locator("td").last
    await expect(total).to_have_text(re.compile(r"^18\.9"))
    await fits_and_names_its_controls(page)
    await page.locator("input[value=RELEASED]").check()
    await sign(page, "assess", "within stability report SR-12")

    # The same person is refused, in words; nothing typed is lost but the key.
    other = await watch.open(browser)
    await other.goto(f"{address}&lang={others}")
    await sign(page, "approve", "seen")
    await expect(page.locator(".moves [role=alert]")).to_contain_text(
        said("quality.refused.same_person")
    )
    await expect(page.locator("#reason")).to_have_value("seen")
    await sign(page, "approve", "seen", key="cl_nobodys")
    await expect(page.locator(".moves [role=alert]")).to_contain_text(said("quality.refused.key"))
    await sign(page, "approve", "seen", key=key)
    await expect(page.locator(".decision .value")).to_have_text(said("live.disposition.RELEASED"))
    await expect(page.locator("[data-move=approve]")).to_contain_text("chen.yu")
    await expect(page.locator("[data-move=approve]")).to_contain_text(
        said("quality.signed_as.approved")
    )
    assert key not in await page.content()
    assert key not in await page.evaluate("JSON.stringify([localStorage, sessionStorage])")

    # Who still has the old picture open is told; the live page knows the decision.
    await other.locator("input[value=send_back]").or_(other.locator("input[value=reopen]")).check()
    if await other.locator("form[data-move=send_back]").count():
        await sign(other, "send_back", "not enough")
    await expect(other.locator("#notes")).to_contain_text(
        words(others, "quality.meanwhile"), timeout=PATIENCE_MS
    )
    await expect(other.locator(".decision .value")).to_have_text(
        words(others, "live.disposition.RELEASED")
    )
    await expect(decision).to_have_text(said("live.disposition.RELEASED"), timeout=PATIENCE_MS)

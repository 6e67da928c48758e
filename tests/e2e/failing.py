"""Entries of an officer that fail, or whose answer gets lost."""

from playwright.async_api import Page, Route, expect

from tests.e2e.wording import words
from tests.support.outside import PATIENCE_MS


async def lose_the_answer(route: Route) -> None:
    """It arrives and is done, and nobody hears of it."""
    await route.fetch()
    await route.abort()


async def find_something(page: Page, language: str) -> None:
    """What fails stays typed and holds the decision behind it back; what got lost is kept once."""
    signed: list[str] = []
    page.on("request", lambda one: signed.append(one.url) if "/moves" in one.url else None)
    await expect(page.locator("#sign")).to_be_enabled(timeout=PATIENCE_MS)
    await page.route("**/findings", lambda route: route.fulfill(status=500, json={}), times=1)
    await page.locator("#severity").select_option("major")
    await page.locator("#finding").fill("label smudged")
    await page.evaluate("finding.form.requestSubmit(); sign.click()")
    told = page.locator("#notes .bad")
    await expect(told.last).to_contain_text(
        words(language, "record.not_signed"), timeout=PATIENCE_MS
    )
    await expect(page.locator("#finding")).to_have_value("label smudged")
    await expect(page.locator("#severity")).to_have_value("major")
    assert signed == []
    while await told.count():
        await told.first.locator("> .btn").click()
    await page.route("**/findings", lose_the_answer, times=1)
    await page.locator("#finding").press("Enter")
    found = page.locator("#step-physical .findings li", has_text="label smudged")
    await expect(found).to_have_count(1, timeout=PATIENCE_MS)
    await expect(found).to_contain_text(words(language, "record.severity.major"))
    await expect(told).to_have_count(0)
    await sign_in_vain(page)


async def sign_in_vain(page: Page) -> None:
    """A signature that is refused leaves its button awake, long before the record is read again."""
    sign = page.locator("#sign")
    await expect(sign).to_be_enabled(timeout=PATIENCE_MS)
    await page.route("**/moves", lambda route: route.fulfill(status=500, json={}), times=1)
    async with page.expect_response("**/moves"):
        await sign.click(delay=200)
    await expect(page.locator("#notes .bad").last).to_be_visible(timeout=PATIENCE_MS)
    await expect(sign).to_be_enabled(timeout=10_000)
    while await page.locator("#notes .bad").count():
        await page.locator("#notes .bad").first.locator("> .btn").click()

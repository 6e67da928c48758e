"""A system that demands a sign-in, and its administrator who comes in by the printed link."""

import re

from playwright.async_api import Browser, Page, expect

from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem
from tests.support.outside import PATIENCE_MS

PASSWORD = "an ice box full of kettles"


class Guarded:
    """A system that demands a sign-in, and the link that it printed."""

    def __init__(self, system: RunningSystem) -> None:
        self.system = system
        self.url = str(system.run["page_url"])
        assert system.process.stdout is not None
        line = system.process.stdout.readline()
        found = re.search(r"(http://\S+/sign-in#link=[\w-]{43})$", line)
        assert found, line
        self.link = found[1]
        self.codes: list[str] = []


async def shown(page: Page) -> None:
    """On a phone nothing is wider than the screen, and every control has a name."""
    nameless = """() => [...document.querySelectorAll("button, a, input, select")]
      .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.innerText.trim()
        || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120))"""
    assert await page.evaluate(nameless) == []
    await page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    await page.set_viewport_size({"width": 1440, "height": 900})


async def give_password(page: Page, password: str = PASSWORD) -> None:
    await page.locator("#person").fill("administrator")
    await page.locator("#sign-in #password").fill(password)
    await page.locator("#sign-in button").click()


async def give_code(page: Page, code: str) -> None:
    await page.locator("#code").fill(code)
    await page.locator("#second button[type=submit]").click()


async def enrolled(guarded: Guarded, browser: Browser, watch: Watch) -> None:
    """The administrator has come in by the link and has a second factor; once a system."""
    if guarded.codes:
        return
    import pyotp

    page = await watch.open(browser)
    await page.goto(f"{guarded.url}/quality?lang=en")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next=/quality"))
    await shown(page)
    await page.goto(guarded.link)
    await page.locator("#new-password").fill("password2026!")
    await page.locator("#repeated").fill("password2026!")
    assert "link=" not in page.url
    await page.locator("#by-link button").click()
    await expect(page.locator("#failed")).to_contain_text("too common")
    for field in ("#new-password", "#repeated"):
        await page.locator(field).fill(PASSWORD)
    await page.locator("#by-link button").click()

    await expect(page.locator("#owed")).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#add-app").click()
    secret = await page.locator("[data-part=secret]").inner_text()
    await shown(page)
    await page.locator("#app-code").fill(pyotp.TOTP(secret).now())
    await page.locator("#new-factor form button").click()
    codes = page.locator("[data-part=codes] li")
    await expect(codes).to_have_count(10)
    guarded.codes = await codes.all_inner_texts()
    await page.locator("#new-factor button").click()
    await expect(page.locator("#sessions li")).to_have_count(1)
    await expect(page.locator("#factors li")).to_contain_text("Authenticator app")
    await shown(page)
    await page.goto(f"{guarded.url}/live?lang=en")
    await expect(page.locator("[data-part=health-count]")).not_to_be_empty(timeout=PATIENCE_MS)


async def signed_in(guarded: Guarded, browser: Browser, watch: Watch, path: str, code: int) -> Page:
    """A page that the administrator has come to by password and one of the ten codes."""
    await enrolled(guarded, browser, watch)
    page = await watch.open(browser, reduced_motion="reduce")
    await page.goto(guarded.url + path)
    await give_password(page)
    await give_code(page, guarded.codes[code])
    there = re.escape(guarded.url + path.partition("?")[0])
    await expect(page).to_have_url(re.compile(f"^{there}"), timeout=PATIENCE_MS)
    return page

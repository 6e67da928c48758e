"""The way in, on a system where people sign in: password, second factor, own settings, and out."""

from __future__ import annotations

import pyotp
from playwright.async_api import BrowserContext, Page, expect

from scripts.pictures.camera import (
    LANGUAGES,
    PATIENCE_MS,
    SIZES,
    THEMES,
    Camera,
    View,
    settled,
    still,
    wished,
)

_PASSWORD = "an ice box full of kettles"  # noqa: S105  of a system that lives for some pictures
_FIRST = THEMES[0]
_TYPED = "CT-2041"
# Steps of the story below in every look, and one that is shown once.
_STEPS = 7
_ONCE = len(THEMES)


async def _wrong(page: Page) -> None:
    await _give(page, "not the password at all")
    await expect(page.locator("#failed")).to_be_visible(timeout=PATIENCE_MS)


async def _give(page: Page, password: str) -> None:
    await page.locator("#person").fill("administrator")
    await page.locator("#sign-in #password").fill(password)
    await page.locator("#sign-in button").click()


class Entrance:
    """One administrator, from the printed link to the end of the session."""

    def __init__(self, camera: Camera, link: str) -> None:
        self._camera = camera
        self._link = link

    async def take(self) -> None:
        """All of it, in the order in which a person comes by."""
        camera = self._camera
        views = [
            View(path="/sign-in", after=still),
            View(path="/sign-in", size="phone", after=still),
            View(path="/sign-in", state="refused", after=_wrong),
            View(path=f"/{self._link}", state="by-link", after=still),
        ]
        await camera.take("sign-in", views)
        camera.begin("second factor, own settings", _STEPS * len(LANGUAGES) * len(THEMES) + _ONCE)
        context = await camera.browser.new_context(viewport=SIZES["desk"])
        context.set_default_timeout(PATIENCE_MS)
        await self._enrol(await context.new_page())
        await self._second()
        await self._settings(context)
        await self._end(context)
        await context.close()

    def _at(self, path: str, language: str) -> str:
        return self._camera.address + wished(path, language, _FIRST)

    async def _enrol(self, page: Page) -> None:
        """A second factor is owed; the codes for paper are shown once."""
        await page.goto(f"{self._camera.address}/{self._link}")
        for name in ("#new-password", "#repeated"):
            await page.locator(name).fill(_PASSWORD)
        await page.locator("#by-link button").click()
        await expect(page.locator("#owed")).to_be_visible(timeout=PATIENCE_MS)
        for language in LANGUAGES:
            await page.goto(self._at("/me", language))
            await expect(page.locator("#owed")).to_be_visible(timeout=PATIENCE_MS)
            await self._camera.shoot(page, "me-factor-owed", language)
            await page.locator("#add-app").click()
            await expect(page.locator("[data-part=secret]")).to_be_visible(timeout=PATIENCE_MS)
            await self._camera.shoot(page, "me-new-factor", language)
        secret = await page.locator("[data-part=secret]").inner_text()
        await page.locator("#app-code").fill(pyotp.TOTP(secret).now())
        await page.locator("#new-factor form button").click()
        codes = page.locator("[data-part=codes] li")
        await expect(codes).not_to_have_count(0, timeout=PATIENCE_MS)
        await self._camera.shoot(page, "me-codes", LANGUAGES[-1])

    async def _second(self) -> None:
        """The same person comes again: password, then a code; a wrong one first."""
        for language in LANGUAGES:
            context = await self._camera.browser.new_context(viewport=SIZES["desk"])
            page = await context.new_page()
            await page.goto(self._at("/sign-in?next=/live", language))
            await _give(page, _PASSWORD)
            await page.locator("#code").wait_for(timeout=PATIENCE_MS)
            await self._camera.shoot(page, "sign-in-second", language)
            await page.locator("#code").fill("000000")
            await page.locator("#second button[type=submit]").click()
            await expect(page.locator("#failed")).to_be_visible(timeout=PATIENCE_MS)
            await self._camera.shoot(page, "sign-in-second-refused", language)
            await context.close()

    async def _settings(self, context: BrowserContext) -> None:
        """My settings with a factor, and the people as an administrator has them."""
        page = await context.new_page()
        for language in LANGUAGES:
            await page.goto(self._at("/me", language))
            await expect(page.locator("#factors li")).not_to_have_count(0, timeout=PATIENCE_MS)
            await still(page)
            await self._camera.shoot(page, "me", language)
            await page.goto(self._at("/people", language))
            await settled(page)
            await self._camera.shoot(page, "people-signed-in", language)

    async def _end(self, context: BrowserContext) -> None:
        """The session ends in another tab while something is being typed."""
        typing = {language: await context.new_page() for language in LANGUAGES}
        for language, page in typing.items():
            await page.goto(self._at("/shipments/new", language))
            await page.locator("[id='f-shipment.reference']").fill(_TYPED)
        last = await context.new_page()
        await last.goto(f"{self._camera.address}/me")
        await last.locator("#sign-out").click()
        for language, page in typing.items():
            await page.bring_to_front()
            await page.evaluate("dispatchEvent(new Event('focus'))")
            await expect(page.locator("#signed-out")).to_be_visible(timeout=PATIENCE_MS)
            await self._camera.shoot(page, "shipments-new-session-ended", language)

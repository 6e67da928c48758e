"""Opens pages in a real browser and keeps pictures of them, in both languages and both themes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Error, Page, ViewportSize, async_playwright, expect
from rich.progress import Progress, TaskID

from tests.support.outside import CHROMIUM_SWITCHES

LANGUAGES = ("en", "zh")
THEMES = ("dark", "light")
SIZES = {
    "desk": ViewportSize(width=1440, height=900),
    "tablet": ViewportSize(width=1024, height=768),
    "phone": ViewportSize(width=390, height=844),
}
PATIENCE_MS = 120_000
_AT_ONCE = 4
# What a press on the bar's own button does, also where a dialog covers the bar.
_WEAR = """(theme) => {
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event("themechange"));
}"""

Step = Callable[[Page], Awaitable[None]]


async def still(page: Page) -> None:
    """A moment for what the page draws by itself."""
    await page.wait_for_timeout(800)


async def settled(page: Page) -> None:
    """The stream is here, and everything that the page asked for at first."""
    link = page.locator("[data-part=link]")
    await expect(link).to_have_class("live link-live", timeout=PATIENCE_MS)
    await expect(page.locator(".state-loading")).to_have_count(0, timeout=PATIENCE_MS)
    await still(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a picture shows: an address, what is done before it is opened and once it stands."""

    path: str
    name: str = ""
    state: str = ""
    size: str = "desk"
    before: Step | None = None
    after: Step = settled
    key: str | None = None
    themes: tuple[str, ...] = THEMES

    @property
    def title(self) -> str:
        """The first part of the names of its pictures."""
        parts = (self.name or picture_name(self.path), self.state or self.size)
        return "-".join(parts)


def picture_name(path: str) -> str:
    """A path as part of a file's name; identifiers become `one`, filters go."""
    short = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "one", path.partition("#")[0])
    return re.sub(r"\W+", "-", re.sub(r"\?\w+=.*$", "", short)).strip("-")


def wished(path: str, language: str, theme: str) -> str:
    """The path in this language and theme; what stands behind a # stays there."""
    before, mark, after = path.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}lang={language}&theme={theme}{mark}{after}"


@dataclass
class Camera:
    """A browser before one system; what could not be taken is noted and the rest goes on."""

    browser: Browser
    address: str
    folder: Path
    progress: Progress
    missed: list[str] = field(default_factory=list)
    _task: TaskID | None = None

    def begin(self, title: str, pictures: int) -> None:
        """A bar of its own for what comes now."""
        self._task = self.progress.add_task(title, total=pictures)

    async def take(self, title: str, views: Sequence[View], *, at_once: int = _AT_ONCE) -> None:
        """Each view in both languages and in its themes, some side by side."""
        self.begin(title, len(LANGUAGES) * sum(len(view.themes) for view in views))
        places = asyncio.Semaphore(at_once)

        async def one(view: View, language: str) -> None:
            async with places:
                try:
                    await self._take(view, language)
                except (Error, AssertionError) as error:
                    self.missed.append(f"{view.title}-{language}: {str(error).splitlines()[0]}")

        await asyncio.gather(*(one(view, language) for view in views for language in LANGUAGES))

    async def _take(self, view: View, language: str) -> None:
        headers = {"authorization": f"Bearer {view.key}"} if view.key else {}
        context = await self.browser.new_context(
            viewport=SIZES[view.size], extra_http_headers=headers
        )
        try:
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            if view.before:
                await view.before(page)
            await page.goto(self.address + wished(view.path, language, view.themes[0]))
            await view.after(page)
            await self.shoot(page, view.title, language, view.themes)
        finally:
            await context.close()

    async def shoot(
        self, page: Page, title: str, language: str, themes: Sequence[str] = THEMES
    ) -> None:
        """The page as it stands, in one theme after the other."""
        for theme in themes:
            await page.evaluate(_WEAR, theme)
            await page.wait_for_timeout(400)
            await page.screenshot(path=self.folder / f"{title}-{theme}-{language}.png")
            if self._task is not None:
                self.progress.advance(self._task)


@asynccontextmanager
async def browsing(program: str) -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_SWITCHES)
        )
        yield browser
        await browser.close()

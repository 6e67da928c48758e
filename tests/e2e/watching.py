"""Browser pages that note whatever they should not do: fail, ask elsewhere, break the policy."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Request

from tests.support.outside import PATIENCE_MS

_NOTE_VIOLATIONS = """
  addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
DESK = {"width": 1440, "height": 900}


_LOOK_OUT = """(selector) => {
  window.seen = new Promise((resolve) => {
    const look = () => document.querySelector(selector) && resolve(true);
    const parts = {subtree: true, childList: true, attributes: true};
    new MutationObserver(look).observe(document.body, parts);
    look();
  });
}"""


async def look_out_for(page: Page, selector: str) -> None:
    """From now on such an element counts as seen once it stands in the page, however shortly."""
    await page.evaluate(_LOOK_OUT, selector)


async def was_seen(page: Page) -> None:
    """Wait for what is looked out for; a page keeps a list still for ten seconds at most."""
    assert await page.evaluate("seen")


_TICK = """async () => {
  const script = document.querySelector("script[type=module][src*='/js/']").src;
  const {onTick} = await import(script.replace(/[^/]+$/, "clock.js"));
  await new Promise((done) => onTick(done));
}"""


async def next_second(page: Page) -> None:
    """Wait until a page has written anew what it writes each second."""
    await page.evaluate(_TICK)


def lines_of(path: Path) -> list[str]:
    """What a file holds that a page has saved, without the mark that a spreadsheet needs."""
    return path.read_text(encoding="utf-8-sig").splitlines()


@dataclass
class Watch:
    """What went wrong in all pages of one test."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(self, browser: Browser, **options: Any) -> Page:
        """A page of its own browser profile; a host elsewhere is not found, which is noted."""
        context = await browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, **options}
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        await context.add_init_script(_NOTE_VIOLATIONS)
        context.on("requestfailed", self._note_foreign)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)
        return page

    def _note_foreign(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in ("localhost", "127.0.0.1"):
            self.foreign.append(request.url)

    def _on_console(self, message: Any) -> None:
        # The browser itself logs every answer of 400 and above; those are looked at on the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

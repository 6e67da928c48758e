"""A real browser for the benchmarks of the pages: what they cost, seen from inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.support.machine import find_chromium
from tests.support.outside import CHROMIUM_SWITCHES

_NOTE_FIRST = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".strip")) return;
    observer.disconnect();
    const note = () => { window.firstPicture = performance.now(); };
    requestAnimationFrame(() => requestAnimationFrame(note));
  }).observe(document, {childList: true, subtree: true});
"""


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Debian's Chromium without a GPU, as a control room's old computer has it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=list(CHROMIUM_SWITCHES)
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def cold_page(browser: Browser) -> AsyncIterator[Page]:
    """A page of a profile that has never been here."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_init_script(_NOTE_FIRST)
    yield await context.new_page()
    await context.close()


async def count_bytes(page: Page) -> tuple[CDPSession, list[float]]:
    """The session of a page and, as they come in, the bytes over the wire of each answer."""
    session = await page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    return session, sizes


async def main_thread_s(session: CDPSession) -> float:
    """How long the page's main thread has worked so far."""
    answer: dict[str, Any] = await session.send("Performance.getMetrics")
    (value,) = (each["value"] for each in answer["metrics"] if each["name"] == "TaskDuration")
    return float(value)

"""Pictures of pages that lack something: loading, failed, filtered, empty, lost, signed out."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, Route

LOOKS = (("en", "dark"), ("zh", "light"))
DESK = (1440, 900)
_READS = re.compile(r"/api/v1/(?!stream)")
_PROBLEM = '{"title": "Service Unavailable", "detail": "The database does not answer."}'
_FILTERED = {"/live": "q=nowhere", "/shipments": "q=nowhere", "/alarms": "q=nowhere"}
_FILTERED |= {"/inspections": "q=nowhere"}
_LOST_S = 40
_PATIENCE_MS = 120_000
_HELD_S = 3.6


async def _hold(route: Route) -> None:
    await asyncio.sleep(30)
    await route.abort()


async def _fail(route: Route) -> None:
    if route.request.method == "GET":
        await route.fulfill(status=503, content_type="application/problem+json", body=_PROBLEM)
    else:
        await route.continue_()


async def _loading(page: Page) -> None:
    await page.route(_READS, _hold)


async def _failed(page: Page) -> None:
    await page.route(_READS, _fail)


async def _signed_out(page: Page) -> None:
    await page.wait_for_timeout(1_500)
    await page.evaluate("dispatchEvent(new Event('signedout'))")


Step = Callable[[Page], Awaitable[None]]
_BEFORE: dict[str, Step] = {"loading": _loading, "failed": _failed}
_AFTER: dict[str, Step] = {"signed-out": _signed_out}


def picture_name(path: str) -> str:
    """A path as part of a file's name; identifiers become `one`."""
    short = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "one", path)
    return re.sub(r"\W+", "-", short).strip("-")


async def take_lost(
    browser: Browser, address: str, paths: list[str], folder: Path, api: int
) -> None:
    """Each page while the server says nothing: its process is held, as a hung one would be."""
    pages: list[tuple[Page, Path]] = []
    for language, theme in LOOKS:
        for path in paths:
            page = await (await browser.new_context()).new_page()
            page.set_default_timeout(_PATIENCE_MS)
            await page.goto(f"{address}{path}?lang={language}&theme={theme}")
            pages.append((page, folder / f"{picture_name(path)}-lost-{theme}-{language}.png"))
    os.kill(api, signal.SIGSTOP)
    try:
        await asyncio.sleep(_LOST_S)
        for page, file in pages:
            await page.screenshot(path=file)
    finally:
        os.kill(api, signal.SIGCONT)
    for page, _ in pages:
        await page.context.close()


async def take_states(browser: Browser, address: str, paths: list[str], folder: Path) -> None:
    """Each page in each state and two looks; those that take long stand side by side."""
    for state in (*_BEFORE, *_AFTER):
        for language, theme in LOOKS:
            shots = (
                _take(browser, f"{address}{path}", state, (language, theme), folder)
                for path in paths
            )
            await asyncio.gather(*shots)
    for path, wish in _FILTERED.items():
        for look in LOOKS:
            await _take(browser, f"{address}{path}?{wish}", "filtered", look, folder)


async def take_empty(browser: Browser, address: str, paths: list[str], folder: Path) -> None:
    """The pages of an installation in which nothing has happened yet."""
    for look in LOOKS:
        await asyncio.gather(
            *(_take(browser, f"{address}{path}", "empty", look, folder) for path in paths)
        )


async def _take(
    browser: Browser, address: str, state: str, look: tuple[str, str], folder: Path
) -> None:
    language, theme = look
    width, height = DESK
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    if state in _BEFORE:
        await _BEFORE[state](page)
    mark = "&" if "?" in address else "?"
    await page.goto(f"{address}{mark}lang={language}&theme={theme}")
    await page.wait_for_timeout(_HELD_S * 1000)
    if state in _AFTER:
        await _AFTER[state](page)
        await page.wait_for_timeout(500)
    path = re.sub(r"^https?://[^/]+|\?.*$", "", address)
    await page.screenshot(path=folder / f"{picture_name(path)}-{state}-{theme}-{language}.png")
    await context.close()

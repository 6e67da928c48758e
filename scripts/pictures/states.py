"""Pages that lack something: loading, failed, never linked, filtered, empty, lost, signed out."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Sequence

from playwright.async_api import Error, Page, Route, expect

from scripts.pictures.camera import (
    LANGUAGES,
    PATIENCE_MS,
    SIZES,
    THEMES,
    Camera,
    Step,
    View,
    settled,
    wished,
)

_READS = re.compile(r"/api/v1/(?!stream)")
_ALL = re.compile(r"/api/v1/")
_STREAM = re.compile(r"/api/v1/stream")
_PROBLEM = '{"title": "Service Unavailable", "detail": "The database does not answer."}'
# A worker's requests pass by the page's routes; without one each tab has a stream of its own.
_ALONE = "delete window.SharedWorker"
FILTERED = (
    "/live?q=nowhere",
    "/shipments?q=nowhere",
    "/alarms?q=nowhere",
    "/inspections?q=nowhere",
    "/clearance?q=nowhere",
    "/quality?state=CLOSED",
    "/bookings?q=nowhere",
    "/boxes?q=nowhere",
    "/profiles?q=nowhere",
    "/notifications?state=given_up",
    "/audit?action=nowhere",
    "/data-policy?organisation=nowhere",
    "/organisations?q=nowhere",
    "/people?q=nowhere",
)
_LOST_S = 40
_HELD_MS = 3_600
_SIDE_BY_SIDE = 8


async def _hold(route: Route) -> None:
    await asyncio.sleep(30)
    await route.abort()


async def _fail(route: Route) -> None:
    if route.request.method == "GET":
        await route.fulfill(status=503, content_type="application/problem+json", body=_PROBLEM)
    else:
        await route.continue_()


async def _loading(page: Page) -> None:
    await page.add_init_script(_ALONE)
    await page.route(_ALL, _hold)


async def _failed(page: Page) -> None:
    await page.route(_READS, _fail)


async def _never_linked(page: Page) -> None:
    await page.add_init_script(_ALONE)
    await page.route(_STREAM, _fail)


async def _held(page: Page) -> None:
    await page.wait_for_timeout(_HELD_MS)


async def _signed_out(page: Page) -> None:
    await settled(page)
    await page.evaluate("dispatchEvent(new Event('signedout'))")
    await expect(page.locator("#signed-out")).to_be_visible(timeout=PATIENCE_MS)


_STATES: tuple[tuple[str, Step | None, Step], ...] = (
    ("loading", _loading, _held),
    ("failed", _failed, _held),
    ("never-linked", _never_linked, _held),
    ("signed-out", None, _signed_out),
)


async def take_states(camera: Camera, paths: Sequence[str]) -> None:
    """Each page in each state; those that wait stand side by side."""
    for state, before, after in _STATES:
        views = [View(path=path, state=state, before=before, after=after) for path in paths]
        await camera.take(state, views, at_once=_SIDE_BY_SIDE)
    await camera.take("filtered", [View(path=path, state="filtered") for path in FILTERED])


async def take_empty(camera: Camera, paths: Sequence[str]) -> None:
    """The pages of an installation in which nothing has happened yet."""
    await camera.take("empty", [View(path=path, state="empty") for path in paths])


async def take_lost(camera: Camera, paths: Sequence[str], api: int) -> None:
    """Each page while the server says nothing: its process is held, as a hung one would be.

    All pages of a language are open at once; more would be too much for a small machine.
    """
    camera.begin("lost", len(paths) * len(LANGUAGES) * len(THEMES))
    for language in LANGUAGES:
        opened = [(await _opened(camera, path, language), path) for path in paths]
        pages = [(page, path) for page, path in opened if page is not None]
        os.kill(api, signal.SIGSTOP)
        try:
            await asyncio.sleep(_LOST_S)
            for page, path in pages:
                await camera.shoot(page, View(path=path, state="lost").title, language)
        finally:
            os.kill(api, signal.SIGCONT)
        for page, _ in pages:
            await page.context.close()


async def _opened(camera: Camera, path: str, language: str) -> Page | None:
    """The page as it stands; one that does not come is noted, and the rest goes on."""
    page = await (await camera.browser.new_context(viewport=SIZES["desk"])).new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        await page.goto(camera.address + wished(path, language, THEMES[0]))
    except Error as error:
        camera.missed.append(f"{path} lost-{language}: {str(error).splitlines()[0]}")
        await page.context.close()
        return None
    return page

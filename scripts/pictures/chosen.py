"""The few pictures that the documentation shows: small, for they are kept for ever."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from scripts.pictures.camera import PATIENCE_MS, SIZES, settled, wished

MOST_BYTES = 200 * 1024
_QUALITY = 82


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A page in one look; `{id}` and `{reference}` are of what is to be inspected first."""

    name: str
    path: str
    language: str = "en"
    theme: str = "dark"


CHOSEN = (
    Chosen(name="live.webp", path="/live"),
    Chosen(name="live-zh.webp", path="/live", language="zh", theme="light"),
    Chosen(name="inspections.webp", path="/inspections?s={reference}", theme="light"),
    Chosen(name="shipment.webp", path="/shipments/{id}", theme="light"),
)


async def take_chosen(
    browser: Browser, address: str, shipment: Mapping[str, Any], folder: Path
) -> None:
    """One picture of each, as wide as a desk's screen."""
    for one in CHOSEN:
        context = await browser.new_context(viewport=SIZES["desk"])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        path = one.path.format_map(shipment)
        await page.goto(address + wished(path, one.language, one.theme))
        await settled(page)
        await page.wait_for_timeout(5_000)
        shot = await _webp(page)
        if len(shot) > MOST_BYTES:
            raise RuntimeError(f"{one.name} has {len(shot)} bytes, more than {MOST_BYTES}")
        (folder / one.name).write_bytes(shot)
        print(f"pictures: {one.name}, {len(shot) // 1024} KiB")
        await context.close()


async def _webp(page: Page) -> bytes:
    """A third of the bytes of a PNG; Playwright itself knows PNG and JPEG only."""
    session = await page.context.new_cdp_session(page)
    wish = {"format": "webp", "quality": _QUALITY}
    shot = await session.send("Page.captureScreenshot", wish)
    return base64.b64decode(shot["data"])

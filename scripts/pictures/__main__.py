"""Takes the pictures that the documentation shows; with `--all` every page in every state."""

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scripts.pictures.boxes import OwnBoxes
from scripts.pictures.camera import SIZES, Camera, View, browsing
from scripts.pictures.chosen import take_chosen
from scripts.pictures.entrance import Entrance
from scripts.pictures.guests import Guests
from scripts.pictures.running import Running, running
from scripts.pictures.sheet import write_sheet
from scripts.pictures.states import take_empty, take_lost, take_states
from services.api.menu import PAGES
from tests.support.machine import find_chromium

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
_BOXES = ("--demo", "40")
# The scripted failure ends its on-delay about 20 s after ready; let its alarm be in the picture.
_SETTLE_S = 60
_BESIDE = ("/docs/list_shipments", "/live?wall")


def first_shipment(address: str) -> dict[str, Any]:
    """The one to inspect first."""
    found = httpx.get(f"{address}/api/v1/shipments?sort=slack&limit=1").json()
    first: dict[str, Any] = found["items"][0]
    return first


def first_inspection(address: str, shipment: str) -> str:
    """A record of that shipment."""
    httpx.post(f"{address}/api/v1/shipments/{shipment}/inspections", json={})
    found = httpx.get(f"{address}/api/v1/inspections?shipment_id={shipment}").json()
    return str(found["items"][0]["id"])


def page_paths(address: str, shipment: str) -> list[str]:
    """Every page's address, with what is first of its kind for each part in braces."""
    box = httpx.get(f"{address}/api/v1/boxes?limit=1").json()["items"][0]["box_id"]
    parts = {"shipment_id": shipment, "inspection_id": first_inspection(address, shipment)}
    parts |= {"box_id": str(box)}
    return [re.sub(r"\{(\w+)\}", lambda m: parts[m[1]], plan.path) for plan in PAGES]


async def take_demo(camera: Camera, system: Running) -> None:
    """Every page at each size, then its states, then what only some may see."""
    await asyncio.sleep(_SETTLE_S)
    shipment = (await asyncio.to_thread(first_shipment, system.address))["id"]
    paths = await asyncio.to_thread(page_paths, system.address, shipment)
    guests = await asyncio.to_thread(Guests, system.address)
    boxes = await asyncio.to_thread(OwnBoxes, system.address, system.run["mqtt_url"])
    await asyncio.to_thread(boxes.tell)
    for size in SIZES:
        views = [View(path=path, size=size) for path in [*paths, *_BESIDE]]
        await camera.take(f"every page, {size}", views)
    await boxes.take(camera)
    await take_states(camera, paths)
    await take_lost(camera, paths, system.api)
    await guests.take_refused(camera)
    await guests.take_links(camera, shipment)


async def take_nothing(camera: Camera, _: Running) -> None:
    """The pages before anything has happened; those of one thing do not exist yet."""
    await take_empty(camera, [plan.path for plan in PAGES if "{" not in plan.path])


async def take_entrance(camera: Camera, system: Running) -> None:
    """The way in and out."""
    await Entrance(camera, str(system.link)).take()


Part = Callable[[Camera, Running], Awaitable[None]]
PARTS: dict[str, tuple[tuple[str, ...], Part]] = {
    "demo": (_BOXES, take_demo),
    "empty": ((), take_nothing),
    "entrance": (("--sign-in",), take_entrance),
}


async def take_all(program: str, folder: Path, parts: list[str]) -> list[str]:
    """Each part on a system of its own; returns what could not be taken."""
    missed: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as progress:
        for part in parts:
            wishes, take = PARTS[part]
            with running(*wishes) as system:
                async with browsing(program) as browser:
                    camera = Camera(browser, system.address, folder, progress)
                    await take(camera, system)
                    missed += camera.missed
    return missed


async def take_few(program: str) -> None:
    """The pictures of the documentation."""
    with running(*_BOXES) as system:
        await asyncio.sleep(_SETTLE_S)
        shipment = await asyncio.to_thread(first_shipment, system.address)
        async with browsing(program) as browser:
            await take_chosen(browser, system.address, shipment, PICTURES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, into a folder")
    parser.add_argument("--only", choices=PARTS, help="one part of --all")
    wanted = parser.parse_args()
    program = find_chromium()
    if program is None:
        sys.exit("pictures: needs Debian's chromium")
    folder: Path | None = wanted.all
    if folder is None:
        asyncio.run(take_few(program))
        return
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    missed = asyncio.run(take_all(program, folder, [wanted.only] if wanted.only else list(PARTS)))
    write_sheet(folder)
    count = len(list(folder.glob("*.png")))
    print(f"pictures: {count} in {folder}/index.html, {(time.monotonic() - begun) / 60:.0f} min")
    if missed:
        sys.exit("pictures: not taken\n  " + "\n  ".join(missed))


if __name__ == "__main__":
    main()

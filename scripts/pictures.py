"""Takes the pictures of the pages that the documentation shows, from a running demo."""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.async_api import async_playwright

from scripts.picture_states import picture_name, take_empty, take_lost, take_states
from services.api.menu import PAGES
from tests.support.machine import find_chromium
from tests.support.outside import CHROMIUM_SWITCHES

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LOOKS = tuple((language, theme) for language in ("en", "zh") for theme in ("dark", "light"))
SIZES = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
CHOSEN = {"live.png": "/live?lang=en&theme=dark", "live-zh.png": "/live?lang=zh&theme=light"}
# The scripted failure ends its on-delay about 20 s after ready; let its alarm be in the picture.
SETTLE_S = 60


@contextmanager
def running_demo(*wishes: str) -> Iterator[tuple[str, int]]:
    """Address of a system in a folder of its own, and the process of its API."""
    with tempfile.TemporaryDirectory(prefix="coldlane-pictures-") as folder:
        command = [str(Path(sys.executable).with_name("coldlane")), "up", *wishes]
        command += ["--data-dir", f"{folder}/data", "--api-port", "0", "--mqtt-port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            address = _address(process)
            run = json.loads(Path(folder, "data/run.json").read_text(encoding="utf-8"))
            yield address, int(run["parts"]["api"])
        finally:
            process.terminate()
            process.wait(60)


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if found := re.search(r"Coldlane is ready: (http\S+)", line):
            return found[1]
    raise RuntimeError("the demo ended before it was ready")


async def take(address: str, program: str) -> None:
    """One picture of each page, as wide as a desk's screen."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_SWITCHES)
        )
        for name, path in CHOSEN.items():
            page = await browser.new_page(viewport={"width": 1440, "height": 900})
            await page.goto(address + path)
            await page.wait_for_timeout(5_000)
            await page.screenshot(path=PICTURES / name)
            print(f"pictures: {name}")
        await browser.close()


def first_shipment(address: str) -> str:
    """The one to inspect first."""
    found = httpx.get(f"{address}/api/v1/shipments?sort=slack&limit=1").json()
    return str(found["items"][0]["id"])


def first_inspection(address: str, shipment: str) -> str:
    """A record of that shipment."""
    httpx.post(f"{address}/api/v1/shipments/{shipment}/inspections", json={})
    found = httpx.get(f"{address}/api/v1/inspections?shipment_id={shipment}").json()
    return str(found["items"][0]["id"])


def page_paths(address: str) -> list[str]:
    """Every page's address, with what is first of its kind for each part in braces."""
    shipment = first_shipment(address)
    box = httpx.get(f"{address}/api/v1/boxes?limit=1").json()["items"][0]["box_id"]
    parts = {"shipment_id": shipment, "inspection_id": first_inspection(address, shipment)}
    parts |= {"box_id": str(box)}
    filled = [re.sub(r"\{(\w+)\}", lambda m: parts.get(m[1], m[0]), plan.path) for plan in PAGES]
    return [path for path in filled if "{" not in path]


async def take_all(address: str, program: str, folder: Path, api: int) -> None:
    """Every page in both languages and themes at each size, the wall, and the states."""
    paths = await asyncio.to_thread(page_paths, address)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_SWITCHES)
        )
        for size, (width, height) in SIZES.items():
            page = await browser.new_page(viewport={"width": width, "height": height})
            for path in [*paths, "/live?wall"]:
                name = picture_name(path)
                for language, theme in LOOKS:
                    mark = "&" if "?" in path else "?"
                    await page.goto(f"{address}{path}{mark}lang={language}&theme={theme}")
                    await page.wait_for_timeout(2_500)
                    shot = folder / f"{name}-{size}-{theme}-{language}.png"
                    await page.screenshot(path=shot)
            await page.close()
        await take_states(browser, address, paths, folder)
        await take_lost(browser, address, paths, folder, api)
        await browser.close()


async def take_nothing(address: str, program: str, folder: Path) -> None:
    """The pages before anything has happened; those of one thing do not exist yet."""
    paths = [plan.path for plan in PAGES if "{" not in plan.path]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_SWITCHES)
        )
        await take_empty(browser, address, paths, folder)
        await browser.close()


async def settle_and_take(address: str, program: str, folder: Path | None, api: int) -> None:
    await asyncio.sleep(SETTLE_S)
    if folder is None:
        await take(address, program)
    else:
        await take_all(address, program, folder, api)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, into a folder")
    folder: Path | None = parser.parse_args().all
    program = find_chromium()
    if program is None:
        sys.exit("pictures: needs Debian's chromium")
    (folder or PICTURES).mkdir(parents=True, exist_ok=True)
    with running_demo("--demo", "40") as (address, api):
        asyncio.run(settle_and_take(address, program, folder, api))
    if folder is not None:
        with running_demo() as (address, _):
            asyncio.run(take_nothing(address, program, folder))


if __name__ == "__main__":
    main()

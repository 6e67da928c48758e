"""Takes the pictures of the pages that the documentation shows, from a running demo."""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.async_api import async_playwright

from services.api.menu import PAGES
from tests.support.machine import find_chromium
from tests.support.outside import CHROMIUM_SWITCHES

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZES = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
CHOSEN = {"live.png": "/live?lang=en&theme=dark", "live-zh.png": "/live?lang=zh&theme=light"}
# The scripted failure ends its on-delay about 20 s after ready; let its alarm be in the picture.
SETTLE_S = 60


@contextmanager
def running_demo() -> Iterator[str]:
    """Address of a demo in a folder of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="coldlane-pictures-") as folder:
        command = [str(Path(sys.executable).with_name("coldlane")), "up", "--demo", "40"]
        command += ["--data-dir", f"{folder}/data", "--api-port", "0", "--mqtt-port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            yield _address(process)
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


async def take_all(address: str, program: str, folder: Path) -> None:
    """Every page in both languages and themes at each size, and the wall: to be looked at."""
    shipment = await asyncio.to_thread(first_shipment, address)
    inspection = await asyncio.to_thread(first_inspection, address, shipment)
    paths = [
        plan.path.replace("{shipment_id}", shipment).replace("{inspection_id}", inspection)
        for plan in PAGES
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_SWITCHES)
        )
        for size, (width, height) in SIZES.items():
            page = await browser.new_page(viewport={"width": width, "height": height})
            for path in [*paths, "/live?wall"]:
                name = re.sub(
                    r"\W+", "-", path.replace(shipment, "one").replace(inspection, "one")
                ).strip("-")
                for language, theme in (("en", "dark"), ("zh", "light"), ("en", "light")):
                    mark = "&" if "?" in path else "?"
                    await page.goto(f"{address}{path}{mark}lang={language}&theme={theme}")
                    await page.wait_for_timeout(2_500)
                    shot = folder / f"{name}-{size}-{theme}-{language}.png"
                    await page.screenshot(path=shot)
            await page.close()
        await browser.close()


async def settle_and_take(address: str, program: str, folder: Path | None) -> None:
    await asyncio.sleep(SETTLE_S)
    if folder is None:
        await take(address, program)
    else:
        await take_all(address, program, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, into a folder")
    folder: Path | None = parser.parse_args().all
    program = find_chromium()
    if program is None:
        sys.exit("pictures: needs Debian's chromium")
    (folder or PICTURES).mkdir(parents=True, exist_ok=True)
    with running_demo() as address:
        asyncio.run(settle_and_take(address, program, folder))


if __name__ == "__main__":
    main()

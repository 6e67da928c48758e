"""Many at once: ten thousand boxes on one page, five hundred streams of one API process."""

from __future__ import annotations

import asyncio
import json
import random
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import quantiles

import psycopg
from playwright.async_api import Page

from benchmarks.benchmark import Benchmark
from benchmarks.board import running_board
from benchmarks.browser import cold_page, running_browser
from benchmarks.many import Connection, add_shipments
from benchmarks.measure_web import change_for
from benchmarks.system import running_system

BOXES = 10_000
WATCH_S = 12.0
STREAMS = 500
FEW = 40
CHANGES = 60
PAUSE_S = 0.5
SETTLE_S = 8
PATIENCE_MS = 240_000

_NOTE_LONG = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({type: "longtask"});
}"""
_CHANGE = "UPDATE shipment SET revision = revision + 1 WHERE reference = %s RETURNING revision"


@cache
def longest_task_ms() -> float:
    """The longest task while a board of ten thousand is scrolled, panned and changed."""
    with running_board(BOXES) as (system, _):
        return asyncio.run(_watch(f"http://localhost:{system.api_port}", system.database_url))


async def _watch(address: str, database_url: str) -> float:
    async with running_browser() as browser, cold_page(browser) as page:
        await page.goto(f"{address}/live")
        await page.locator(".strip").first.wait_for(timeout=PATIENCE_MS)
        await page.locator(".heap").first.wait_for(timeout=PATIENCE_MS)
        await page.wait_for_timeout(SETTLE_S * 1000)
        await page.evaluate(_NOTE_LONG)
        with psycopg.connect(database_url) as connection:
            changing = asyncio.to_thread(change_for, connection, WATCH_S)
            await asyncio.gather(changing, _use(page))
        return float(await page.evaluate("window.longest"))


async def _use(page: Page) -> None:
    """Scroll the list and drag the map, as somebody does who looks for a box."""
    ends = time.monotonic() + WATCH_S
    while time.monotonic() < ends:
        await page.locator(".strips").hover()
        for _ in range(5):
            await page.mouse.wheel(0, 700)
            await page.wait_for_timeout(100)
        box = await page.locator(".map").bounding_box()
        if box is None:
            raise RuntimeError("the map is not shown")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x - 150, y + 20, steps=8)
        await page.mouse.move(x, y, steps=8)
        await page.mouse.up()


@cache
def delivery_p99_s() -> float:
    """From the commit of a change to each of the streams that have it, the slowest hundredth."""
    now = datetime.now(UTC)
    with running_system() as system, psycopg.connect(system.database_url) as connection:
        add_shipments(connection, FEW, now - timedelta(days=1))
        system.start("api")
        system.client().close()
        return asyncio.run(_deliver(system.api_port, connection))


async def _deliver(port: int, connection: Connection) -> float:
    heard: dict[tuple[str, int], list[float]] = {}
    streams = [asyncio.create_task(_listen(port, heard)) for _ in range(STREAMS)]
    await asyncio.sleep(SETTLE_S)
    sent = await asyncio.to_thread(_change, connection, CHANGES)
    await asyncio.sleep(SETTLE_S)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    delays = [at - sent[key] for key in sent for at in heard.get(key, ())]
    if len(delays) < len(sent) * STREAMS:
        raise RuntimeError(f"{len(sent) * STREAMS - len(delays)} deliveries never came")
    return quantiles(delays, n=100)[98]


def _change(connection: Connection, times: int) -> dict[tuple[str, int], float]:
    """One shipment after another; when each change was committed."""
    connection.autocommit = True
    rows = connection.execute("SELECT reference FROM shipment").fetchall()
    sent: dict[tuple[str, int], float] = {}
    for _ in range(times):
        reference = random.choice(rows)[0]
        (revision,) = connection.execute(_CHANGE, [reference]).fetchone() or (0,)
        sent[reference, revision] = time.monotonic()
        connection.execute("NOTIFY coldlane_changed")
        time.sleep(PAUSE_S)
    return sent


async def _listen(port: int, heard: dict[tuple[str, int], list[float]]) -> None:
    """One browser's stream, as bytes: five hundred real ones do not fit this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    writer.write(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    event = b""
    while line := await reader.readline():
        if line.startswith(b"event: "):
            event = line[7:].strip()
        elif event == b"shipment" and line.startswith(b"data: "):
            now, told = time.monotonic(), json.loads(line[6:])
            heard.setdefault((told["reference"], told["revision"]), []).append(now)


BENCHMARKS = [
    Benchmark(
        id="web.rows_10k", unit="ms", better="lower", bar=100, aim=50, measure=longest_task_ms
    ),
    Benchmark(
        id="web.streams_500_p99", unit="s", better="lower", bar=1, aim=0.4, measure=delivery_p99_s
    ),
]

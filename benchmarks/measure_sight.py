"""From the commit of a reading's verdict to the frame in which its row is painted."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from functools import cache
from math import inf
from statistics import quantiles
from typing import Any

from playwright.async_api import Page

from benchmarks.benchmark import Benchmark
from benchmarks.board import running_board
from benchmarks.browser import cold_page, running_browser
from benchmarks.many import Connection
from benchmarks.measure_web import CHANGE, PATIENCE_MS, SHIPMENTS

CHANGES = 80
PAUSES_S = (0.15, 0.6)
SETTLE_S = 5.0

# What each shown row says, and when the frame after it has been painted, on the machine's clock.
_NOTE_ROWS = """() => {
  window.rows = [];
  const note = (strip) => {
    const row = [strip.dataset.reference, strip.querySelector(".value").textContent];
    const painted = () => rows.push([...row, performance.timeOrigin + performance.now()]);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  };
  new MutationObserver((changes) => {
    const strips = changes.map(({target}) => (target.parentElement ?? target).closest(".strip"));
    for (const strip of new Set(strips)) if (strip) note(strip);
  }).observe(document.querySelector(".strips"), {
    subtree: true, childList: true, characterData: true,
  });
  return [...document.querySelectorAll(".strip")].map(({dataset}) => dataset.reference);
}"""


@cache
def on_screen_p95_s() -> float:
    """The slowest twentieth of single readings on a board of 300."""
    with running_board(SHIPMENTS) as (system, connection):
        return asyncio.run(_watch(f"http://localhost:{system.api_port}/live", connection))


async def _watch(address: str, connection: Connection) -> float:
    async with running_browser() as browser, cold_page(browser) as page:
        await page.goto(address)
        await page.locator(".strip").first.wait_for(timeout=PATIENCE_MS)
        await asyncio.sleep(SETTLE_S)
        shown = await page.evaluate(_NOTE_ROWS)
        stored = await asyncio.to_thread(_store, connection, shown)
        await asyncio.sleep(SETTLE_S)
        return await _p95(page, stored)


def _store(connection: Connection, shown: list[str]) -> list[tuple[str, str, float]]:
    """One shown shipment after another is heard from: its name, its value, when it was stored."""
    connection.autocommit = True
    stored: list[tuple[str, str, float]] = []
    last = dict.fromkeys(shown, "5.0")
    while len(stored) < CHANGES:
        name = random.choice([one for one in shown if not stored or one != stored[-1][0]])
        change = {"names": [name], "now": datetime.now(UTC)}
        (value,) = connection.execute(CHANGE, change).fetchone() or (None,)
        if f"{value:.1f}" != last[name]:
            stored.append((name, f"{value:.1f}", 1000 * time.time()))
        last[name] = f"{value:.1f}"
        connection.execute("NOTIFY coldlane_changed")
        time.sleep(random.uniform(*PAUSES_S))
    return stored


async def _p95(page: Page, stored: list[tuple[str, str, float]]) -> float:
    rows: list[Any] = await page.evaluate("window.rows")
    delays: list[float] = []
    for name, value, at in stored:
        painted = [when for who, said, when in rows if (who, said) == (name, value) and when > at]
        delays.append((min(painted, default=inf) - at) / 1000)
    return quantiles(delays, n=20)[18]


BENCHMARKS = [
    Benchmark(
        id="web.on_screen_p95", unit="s", better="lower", bar=1, aim=0.3, measure=on_screen_p95_s
    ),
]

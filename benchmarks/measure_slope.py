"""Ten minutes at fifty times the traffic: what browser and API gain in memory, a minute.

Of the browser the page and the worker that its tabs share, which keeps every object too.
"""

from __future__ import annotations

import asyncio
import re
import time
from functools import cache
from pathlib import Path
from statistics import linear_regression, mean

import psycopg
from playwright.async_api import CDPSession

from benchmarks.benchmark import Benchmark
from benchmarks.board import running_board
from benchmarks.browser import Worker, cold_page, running_browser
from benchmarks.measure_web import PATIENCE_MS, SHIPMENTS, change_for
from benchmarks.system import System

MINUTES = 10.0
WARM_S = 60.0
SAMPLE_S = 20.0
IN_STEP = 63
"""Four times a second: 252 changes a second are fifty times those of 300 boxes at one a minute."""


@cache
def slope_per_minute(minutes: float = MINUTES) -> float:
    """The steeper of the two, as percent of the mean a minute; shrinking counts as flat."""
    with running_board(SHIPMENTS) as (system, _):
        samples = asyncio.run(_watch(system, minutes))
    return max(0.0, *(_slope(samples, column) for column in (1, 2)))


async def _watch(system: System, minutes: float) -> list[tuple[float, float, float]]:
    seconds = WARM_S + 60 * minutes
    with psycopg.connect(system.database_url) as connection:
        async with running_browser() as browser, cold_page(browser) as page:
            session = await page.context.new_cdp_session(page)
            await page.goto(f"http://localhost:{system.api_port}/live")
            await page.locator(".strip").first.wait_for(timeout=PATIENCE_MS)
            worker = await Worker.of(browser)
            changing = asyncio.create_task(
                asyncio.to_thread(change_for, connection, seconds, IN_STEP)
            )
            await asyncio.sleep(WARM_S)
            samples = []
            while not changing.done():
                heap = await _heap(session) + await _heap(worker)
                samples.append((time.monotonic() / 60, heap, _resident(system)))
                await asyncio.sleep(SAMPLE_S)
            await changing
            return samples


async def _heap(session: CDPSession | Worker) -> float:
    """Bytes that a page or the worker still holds after everything else was collected."""
    await session.send("HeapProfiler.collectGarbage")
    answer = await session.send("Runtime.getHeapUsage")
    return float(answer["usedSize"])


def _resident(system: System) -> float:
    found = re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{system.pid('api')}/status").read_text())
    return float(found[1]) if found else 0.0


def _slope(samples: list[tuple[float, float, float]], column: int) -> float:
    values = [sample[column] for sample in samples]
    slope = linear_regression([sample[0] for sample in samples], values).slope
    return 100 * slope / mean(values)


BENCHMARKS = [
    Benchmark(
        id="web.memory_slope",
        unit="%/min",
        better="lower",
        bar=1,
        aim=0,
        measure=slope_per_minute,
    ),
]

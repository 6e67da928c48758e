"""What the pages cost: until the first picture, over the wire, on the main thread, for a trace."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import median

import psycopg
from playwright.async_api import Browser

from benchmarks.benchmark import Benchmark
from benchmarks.browser import cold_page, count_bytes, main_thread_s, running_browser
from benchmarks.many import Connection, add_shipments, add_single_readings, judge_shipments
from benchmarks.system import running_system

SHIPMENTS = 300
ROUNDS = 5
WATCH_S = 12.0
STEP_S = 0.25
IN_STEP = 25
DAYS = timedelta(days=5)
PATIENCE_MS = 60_000

_FIVE_DAYS = """
INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at, temp_c)
SELECT box_no, boot_no, seq, at, at, at, 5.0 + 0.4 * sin(seq / 90.0)
FROM (SELECT box_no, boot_no FROM watermark ORDER BY box_no LIMIT 1) AS one
CROSS JOIN LATERAL (SELECT seq, %(end)s - seq * interval '1 minute' AS at
                    FROM generate_series(1, 7200) AS seq) AS rows
"""
# A new reading as a verdict shows it: another temperature, another time, the last point of the
# small curve. What a row says differs each time.
CHANGE = """
UPDATE assessment_state AS state
SET revision = state.revision + 1, as_of = %(now)s,
    last_reading = state.last_reading || jsonb_build_object(
      'temp_c', told.temp_c, 'placed_at', %(now)s, 'received_at', %(now)s),
    summary = jsonb_set(state.summary, '{preview,-1}', jsonb_build_array(%(now)s, told.temp_c))
FROM (SELECT shipment_id, round((2 + 6 * random())::numeric, 1) AS temp_c
      FROM shipment WHERE reference = ANY(%(names)s)) AS told
WHERE state.shipment_id = told.shipment_id
RETURNING told.temp_c
"""
_PAINTED = """async () => {
  const painted = await window.tracePainted;
  const asked = performance.getEntriesByType("resource").find(({name}) => name.includes("/trace?"));
  return painted - asked.startTime;
}"""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run over everything."""

    first_picture_s: float
    page_kib: float
    main_thread_share: float
    trace_ms: float


@cache
def figures() -> Figures:
    """A system with 300 shipments, of which one has five days of readings."""
    now = datetime.now(UTC)
    with running_system() as system, psycopg.connect(system.database_url) as connection:
        add_shipments(connection, SHIPMENTS, now - DAYS)
        judge_shipments(connection, now)
        add_single_readings(connection, now, timedelta(minutes=5))
        connection.execute(_FIVE_DAYS, {"end": now})
        connection.commit()
        system.start("api")
        system.client().close()
        address = f"http://localhost:{system.api_port}"
        return asyncio.run(_measure(address, connection))


async def _measure(address: str, connection: Connection) -> Figures:
    async with running_browser() as browser:
        firsts = [await _first_picture(browser, address) for _ in range(ROUNDS)]
        traces = [await _trace(browser, address) for _ in range(ROUNDS)]
        share = await _share(browser, address, connection)
    return Figures(
        first_picture_s=median(first for first, _ in firsts),
        page_kib=max(kib for _, kib in firsts),
        main_thread_share=share,
        trace_ms=median(traces),
    )


async def _first_picture(browser: Browser, address: str) -> tuple[float, float]:
    async with cold_page(browser) as page:
        _, sizes = await count_bytes(page)
        await page.goto(f"{address}/live")
        await page.locator(".strip").first.wait_for(timeout=PATIENCE_MS)
        await page.locator(".plot canvas").wait_for(timeout=PATIENCE_MS)
        await page.wait_for_timeout(1_000)
        return await page.evaluate("window.firstPicture") / 1000, sum(sizes) / 1024


async def _trace(browser: Browser, address: str) -> float:
    async with cold_page(browser) as page:
        await page.goto(f"{address}/shipments?q=BENCH-0000")
        await page.locator("a.reference").first.click(timeout=PATIENCE_MS)
        await page.locator(".plot canvas").wait_for(timeout=PATIENCE_MS)
        return float(await asyncio.wait_for(page.evaluate(_PAINTED), PATIENCE_MS / 1000))


async def _share(browser: Browser, address: str, connection: Connection) -> float:
    async with cold_page(browser) as page:
        session, _ = await count_bytes(page)
        await session.send("Performance.enable")
        await page.goto(f"{address}/live")
        await page.locator(".strip").first.wait_for(timeout=PATIENCE_MS)
        await page.wait_for_timeout(3_000)
        before, began = await main_thread_s(session), time.monotonic()
        await asyncio.to_thread(change_for, connection, WATCH_S)
        return (await main_thread_s(session) - before) / (time.monotonic() - began)


def change_for(connection: Connection, seconds: float, in_step: int = IN_STEP) -> None:
    """So many boxes are heard from four times a second, and the bell rings each time."""
    connection.autocommit = True
    names = [row[0] for row in connection.execute("SELECT reference FROM shipment").fetchall()]
    ends = time.monotonic() + seconds
    while (begun := time.monotonic()) < ends:
        chosen = random.sample(names, in_step)
        connection.execute(CHANGE, {"names": chosen, "now": datetime.now(UTC)})
        connection.execute("NOTIFY coldlane_changed")
        time.sleep(max(0.0, STEP_S - (time.monotonic() - begun)))


BENCHMARKS = [
    Benchmark(
        id="web.first_picture",
        unit="s",
        better="lower",
        bar=1.5,
        aim=0.7,
        measure=lambda: figures().first_picture_s,
    ),
    Benchmark(
        id="web.page_bytes",
        unit="KiB",
        better="lower",
        bar=350,
        aim=250,
        measure=lambda: figures().page_kib,
    ),
    Benchmark(
        id="web.main_thread_share",
        unit="share",
        better="lower",
        bar=0.12,
        aim=0.06,
        measure=lambda: figures().main_thread_share,
    ),
    Benchmark(
        id="web.trace_5d",
        unit="ms",
        better="lower",
        bar=200,
        aim=100,
        measure=lambda: figures().trace_ms,
    ),
]

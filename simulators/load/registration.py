"""Makes the boxes of a load run known to the service, once and with bounded haste."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from services.core.domain.identifiers import BoxId
from simulators.client import ApiClient
from simulators.load.boxes import load_box_id

_AT_ONCE = 8
_PAGE = "100"


async def register_boxes(
    client: ApiClient, count: int, interval_s: int, on_done: Callable[[int], None]
) -> int:
    """Register what is not there yet; returns how many were new. Raises our errors."""
    known = {box["box_id"] for box in await client.whole_list("/boxes", limit=_PAGE)}
    new = [box_id for box_id in map(load_box_id, range(count)) if box_id not in known]
    done = count - len(new)
    on_done(done)
    waiting = iter(new)

    async def work(waiting: Iterator[BoxId]) -> None:
        nonlocal done
        for box_id in waiting:
            await client.register_box(_paper(box_id, interval_s))
            done += 1
            on_done(done)

    workers = [asyncio.create_task(work(waiting)) for _ in range(_AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return len(new)


def _paper(box_id: BoxId, interval_s: int) -> dict[str, object]:
    return {
        "box_id": box_id,
        "kind": "box",
        "simulated": True,
        "model": "load",
        "report_interval_s": interval_s,
        "probes": [{"probe_id": f"{box_id}.P1", "kind": "payload"}],
    }

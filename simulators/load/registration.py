"""Makes the boxes of a load run known to the service, once and many at a time."""

from __future__ import annotations

from collections.abc import Callable

from simulators.client import TOGETHER, ApiClient
from simulators.load.boxes import load_box_id

_PAGE = "100"


async def register_boxes(
    client: ApiClient, count: int, interval_s: int, on_done: Callable[[int], None]
) -> int:
    """Register what is not there yet; returns how many were new. Raises our errors."""
    known = {box["box_id"] for box in await client.whole_list("/boxes", limit=_PAGE)}
    new = [box_id for box_id in map(load_box_id, range(count)) if box_id not in known]
    on_done(count - len(new))
    for first in range(0, len(new), TOGETHER):
        together = new[first : first + TOGETHER]
        await client.register_boxes([_paper(box_id, interval_s) for box_id in together])
        on_done(count - len(new) + first + len(together))
    return len(new)


def _paper(box_id: str, interval_s: int) -> dict[str, object]:
    return {
        "box_id": box_id,
        "kind": "box",
        "simulated": True,
        "model": "load",
        "report_interval_s": interval_s,
        "probes": [{"probe_id": f"{box_id}.P1", "kind": "payload"}],
    }

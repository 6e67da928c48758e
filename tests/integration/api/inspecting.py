"""An officer at work, for tests of inspections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.api import at, made
from tests.support.papers import declaration, done


async def booked(client: httpx.AsyncClient, created: Mapping[str, Any], bay: str = "PVG-C1") -> Any:
    """An appointment of the shipment, a quarter of an hour away."""
    wish = {"shipment_id": created["id"], "bay_id": bay, "start": at(0.25)}
    return await made(client, "/appointments", wish)


async def begun(client: httpx.AsyncClient, created: Mapping[str, Any], **body: Any) -> Any:
    """An inspection of the shipment that has begun."""
    return await made(client, f"/shipments/{created['id']}/inspections", body)


async def post(
    client: httpx.AsyncClient, seen: Mapping[str, Any], what: str, body: Mapping[str, Any]
) -> httpx.Response:
    """Send something to an inspection as it was last seen."""
    return await client.post(
        f"/inspections/{seen['id']}/{what}",
        json=body,
        headers={"if-match": f'"{seen["revision"]}"'},
    )


async def entered(
    client: httpx.AsyncClient, seen: Mapping[str, Any], what: str, body: Mapping[str, Any]
) -> Any:
    """The inspection after something was entered; fails with what the API said instead."""
    answer = await post(client, seen, what, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def gone_through(
    client: httpx.AsyncClient, seen: Any, box_id: str = "CB-0001", *, declare: bool = True
) -> Any:
    """Declared as something that needs no paper, box scanned, every required item passed."""
    if declare:
        nothing_needed = declaration(item="device", direction="out", risk_class=None)
        await done(client, f"/shipments/{seen['shipment_id']}/declaration", nothing_needed)
    seen = await entered(client, seen, "scans", {"mark": "box", "code": box_id})
    for item in seen["checklist"]:
        if item["required"] and item["answer"] is None:
            answer = {"key": item["key"], "answer": "passed"}
            seen = await entered(client, seen, "checks", answer)
    return seen


async def decided(client: httpx.AsyncClient, seen: Any, move: str = "clear", **more: Any) -> Any:
    """The inspection after a move."""
    return await entered(client, seen, "moves", {"move": move, **more})

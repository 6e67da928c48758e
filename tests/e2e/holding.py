"""A judged shipment, the slots that are offered to it, and the place it is given, over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.integration.local.running import RunningSystem


def enter_judged(system: RunningSystem, url: str, reference: str, box: str, site: str) -> str:
    """A shipment that is judged; answers its identifier."""
    registered = enter_quickly(url, reference, box, site)
    publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    publishing.publish([-185.0] * 10, every=timedelta(minutes=2))
    publishing.close()
    found = read(url, f"/shipments?q={reference}")["items"]
    (ours,) = (str(one["id"]) for one in found if one["reference"] == reference)
    return ours


def read(url: str, path: str) -> dict[str, Any]:
    """What the API answers."""
    answer = httpx.get(f"{url}/api/v1{path}", trust_env=False, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def free_slots(url: str, shipment: str) -> list[dict[str, Any]]:
    """The slots in time, once the shipment is judged."""
    for _ in range(120):
        found: list[dict[str, Any]] = read(url, f"/shipments/{shipment}/slots?limit=200")["items"]
        if found:
            return found
        await asyncio.sleep(0.5)
    raise AssertionError("no slot was offered")


def book(url: str, shipment: str, slot: dict[str, Any]) -> str:
    """A place for a shipment; answers its number."""
    wish = {"shipment_id": shipment, "bay_id": slot["bay_id"], "start": slot["start"]}
    return str(post(url, "/appointments", wish)["number"])

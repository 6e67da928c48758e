"""One of everything that tells of a shipment, for a look at whatever comes out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import insert

from services.core.storage.database import Database
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import courier_link
from tests.integration.api.inspecting import begun, booked
from tests.support.api import NOW, at, made, raise_alarm
from tests.support.papers import done, plan

COURIERS = "t" * 32


async def one_of_each(
    client: httpx.AsyncClient, database: Database, shipment: Mapping[str, Any]
) -> dict[str, str]:
    """What stands in an address for what is written there in braces."""
    path = f"/shipments/{shipment['id']}"
    payload_id = shipment["payloads"][0]["id"]
    hold = {"payload_id": payload_id, "description": "seen at arrival"}
    deviation = await made(client, f"{path}/deviations", hold)
    appointment = await booked(client, shipment)
    inspection = await begun(client, shipment)
    paper = await made(client, "/papers", plan())
    await done(client, f"{path}/papers", {"paper_id": paper["paper_id"], "quantity": "1"})
    link = await made(client, f"{path}/links", {"made_for": "gate"})
    await _told_to_a_courier(database, shipment)
    return {
        "/s/{token}": link["path"],
        "/errand/{token}": f"/errand/{COURIERS}",
        "{shipment_id}": shipment["id"],
        "{payload_id}": payload_id,
        "{box_id}": "CB-0001",
        "{site_id}": "PVG",
        "{bay_id}": "PVG-C1",
        "{deviation_id}": deviation["id"],
        "{appointment_id}": appointment["id"],
        "{inspection_id}": inspection["id"],
        "{paper_id}": paper["paper_id"],
        "{alarm_id}": str(await raise_alarm(database, shipment)),
    }


async def _told_to_a_courier(database: Database, shipment: Mapping[str, Any]) -> None:
    """An alarm of the shipment as a notice, and the link in it."""
    body = {
        "kind": "excursion",
        "shipment_reference": shipment["reference"],
        "box_id": "CB-0001",
        "began_at": at(-1),
        "priority": 1,
    }
    notice = Notice(kind="alarm", subject_key="x", body=body)
    link = {
        "token_sha256": hashlib.sha256(COURIERS.encode()).digest(),
        "notice_id": notice.id,
        "channel": "log",
        "language": "zh",
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
    }
    async with database.unit_of_work() as unit:
        await Outbox(unit).put([notice], NOW)
        await unit.execute(insert(courier_link).values(**link))

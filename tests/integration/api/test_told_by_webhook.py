"""From a request at the API to another system's own server: what happens to a slot is told."""

import json
from typing import Any

import httpx

from services.alerts.channels.channel import Channel
from services.alerts.channels.webhook import WebhookNotifier
from services.alerts.dispatcher import Dispatcher
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, gone_through
from tests.support.api import at, made, seen, shipped
from tests.support.webhooks import Receiver, a_receiver, is_signed

KEY = bytes(range(32))
Json = dict[str, Any]


async def _through_customs(client: httpx.AsyncClient) -> Json:
    """Booked, moved, inspected and cleared, as people do it."""
    created = await shipped(client)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(client, "/appointments", wish)
    to = {"bay_id": "PVG-C1", "start": at(3), "reason": "crew late"}
    path = f"/appointments/{booked['id']}/reschedule"
    assert (await client.post(path, json=to, headers=seen(booked))).status_code == 201
    await decided(client, await gone_through(client, await begun(client, created)))
    return created


def _told(receiver: Receiver) -> list[tuple[str, Json]]:
    assert all(is_signed(headers, body, KEY) for headers, body in receiver.posts)
    documents = [json.loads(body) for _, body in receiver.posts]
    return [(one["type"], one["data"]) for one in documents]


async def test_what_happens_to_a_slot_and_in_an_inspection_reaches_a_server_outside(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await _through_customs(at_site)
    with a_receiver() as receiver:
        webhook = WebhookNotifier(receiver.url, KEY, clock, inside=[receiver.place])
        channel = Channel(name="webhook", notifier=webhook, audiences=frozenset({"operator"}))
        dispatcher = Dispatcher(database, [channel], clock)
        while await dispatcher.run_once():
            pass
    told = dict(_told(receiver))
    assert set(told) >= {"slot.booked", "slot.moved", "inspection.customs_cleared"}
    moved = told["slot.moved"]
    assert (moved["code"], moved["minutes"]) == ("OWN_WISH", {"by_min": 60})
    assert moved["shipment_reference"] == created["reference"]
    ids = [headers["webhook-id"] for headers, _ in receiver.posts]
    assert len(ids) == len(set(ids))

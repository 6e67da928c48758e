"""A planted person comes out by no webhook and no mail: in no body, no header and no address."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.alerts.channels.channel import Channel, InWords
from services.alerts.channels.mail import AppriseSender
from services.alerts.channels.webhook import WebhookNotifier
from services.alerts.channels.words import Reader
from services.alerts.clearance import ClearanceWatch
from services.alerts.dispatcher import Dispatcher
from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.runtime.data_rules import shipped_data_rules
from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, entered, gone_through
from tests.support.api import at, made, payload, seen, shipped
from tests.support.canaries import BAG, CANARY, NAMES, identity_keys, planted_in
from tests.support.postbox import post_office
from tests.support.webhooks import Receiver, a_receiver

KEY = bytes(range(32))


@pytest.fixture
def app(api_database: Database, clock: FixedClock, tmp_path: Path) -> FastAPI:
    return create_app(clock, api_database, identity_keys=identity_keys(tmp_path))


async def _with_a_name_in_every_sentence(client: httpx.AsyncClient) -> None:
    """Booked, moved, scanned wrongly and rightly, put on hold, cleared: somebody wrote the name,
    which no pattern finds, wherever there is room for words."""
    words = f"for {NAMES[0]}, bag {BAG}"
    created = await shipped(client, payloads=[payload(reference=BAG)])
    bag = created["payloads"][0]["id"]
    assert (await client.post(f"/payloads/{bag}/identity", json=CANARY)).status_code == 204
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(client, "/appointments", wish)
    to = {"bay_id": "PVG-C1", "start": at(3), "reason": words}
    path = f"/appointments/{booked['id']}/reschedule"
    assert (await client.post(path, json=to, headers=seen(booked))).status_code == 201
    hold = {"payload_id": bag, "description": words}
    await made(client, f"/shipments/{created['id']}/deviations", hold)
    inspection = await begun(client, created)
    inspection = await entered(client, inspection, "scans", {"mark": "box", "code": BAG})
    await decided(client, await gone_through(client, inspection))


def _everything(receiver: Receiver) -> str:
    return "\n".join(f"{headers} {body.decode()}" for headers, body in receiver.posts)


def _words(mail: EmailMessage) -> str:
    """Its head and its text, as whoever opens it reads them."""
    text = mail.get_body(("plain", "html"))
    assert text is not None
    return f"{mail.items()} {text.get_content()}"


async def test_s73_planted_names_are_in_no_webhook_and_no_mail(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    """To receivers at home, for whom the policy on data that leaves holds nothing back."""
    await _with_a_name_in_every_sentence(at_site)
    home = shipped_data_rules().home
    with a_receiver() as receiver, post_office() as (postbox, address):
        webhook = WebhookNotifier(receiver.url, KEY, clock, inside=[receiver.place])
        mail = InWords(sender=AppriseSender(address), reader=Reader(language="zh"))
        channels = [
            Channel(name="desk", notifier=webhook, country=home),
            Channel(name="mail", notifier=mail, country=home),
        ]
        dispatcher = Dispatcher(database, channels, clock)
        await ClearanceWatch(database, clock).run_once()
        while await dispatcher.run_once():
            pass
    told: list[dict[str, Any]] = [headers for headers, _ in receiver.posts]
    said = _everything(receiver)
    assert len(told) >= 4
    for kind in ("slot.moved", "inspection.customs_cleared"):
        assert kind in said
    assert planted_in(said) == []
    assert len(postbox.mails) == len(told)
    assert planted_in("\n".join(_words(one) for one in postbox.mails)) == []

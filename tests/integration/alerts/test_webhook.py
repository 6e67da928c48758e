"""Notices by webhook, to a real HTTP server that behaves and misbehaves."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import time
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest

from services.alerts.channels.channel import Channel
from services.alerts.channels.refusing import AskedToWait, ReceiverGone
from services.alerts.channels.webhook import WebhookNotifier, sign
from services.alerts.dispatcher import PAUSES, Dispatcher
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import FixedClock
from services.core.runtime.outside import place_of
from services.core.storage.database import Database
from services.core.storage.deliveries import LeasedNotice
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import notice_delivery
from services.local.trust.authority import Authority
from services.local.trust.files import new_key, write_key
from tests.integration.alerts.builders import START, rows_of
from tests.support.webhooks import a_receiver, is_signed

KEY = bytes(range(32))
A_NOTICE = LeasedNotice(
    id=UUID(int=7),
    channel="webhook",
    kind="alarm",
    subject_key="p:excursion",
    body={"move": "raised", "priority": 1, "box_id": "CB-0007"},
    audience="operator",
    level=0,
    attempts=1,
    created_at=START,
)


def _channel(notifier: WebhookNotifier) -> Channel:
    return Channel(name="webhook", notifier=notifier)


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the specification's own libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_receiver_can_check_what_it_is_told() -> None:
    with a_receiver() as receiver:
        await WebhookNotifier(receiver.url, KEY, FixedClock(START), inside=[receiver.place]).send(
            A_NOTICE
        )
    ((headers, body),) = receiver.posts
    assert headers["webhook-id"] == str(A_NOTICE.id)
    assert is_signed(headers, body, KEY)
    assert int(headers["webhook-timestamp"]) == int(START.timestamp())
    document = json.loads(body)
    assert document["type"] == "alarm.raised"
    assert document["data"] == {**A_NOTICE.body, "audience": "operator", "level": 0}


@pytest.mark.parametrize("mode", [301, 429, 500, "close", "drip", "hang"])
async def test_a_receiver_that_misbehaves_is_bounded_and_not_believed(mode: int | str) -> None:
    with a_receiver() as receiver:
        receiver.mode = mode
        notifier = WebhookNotifier(
            receiver.url, KEY, FixedClock(START), inside=[receiver.place], timeout_s=3.0
        )
        began_s = time.monotonic()
        with pytest.raises(Unavailable, match="webhook"):
            await notifier.send(A_NOTICE)
        assert time.monotonic() - began_s < 60
        assert len(receiver.posts) == 1


async def test_f58_what_a_receiver_says_beside_its_status_is_not_read() -> None:
    with a_receiver() as receiver:
        receiver.mode = "endless"
        notifier = WebhookNotifier(receiver.url, KEY, FixedClock(START), inside=[receiver.place])
        await asyncio.wait_for(notifier.send(A_NOTICE), 60)
        assert len(receiver.posts) == 1


async def test_f58_a_receiver_that_is_gone_or_asks_for_time_is_told_from_one_that_fails() -> None:
    with a_receiver() as receiver:
        notifier = WebhookNotifier(receiver.url, KEY, FixedClock(START), inside=[receiver.place])
        receiver.mode = 410
        with pytest.raises(ReceiverGone):
            await notifier.send(A_NOTICE)
        receiver.mode = 429
        with pytest.raises(AskedToWait) as asked:
            await notifier.send(A_NOTICE)
        assert asked.value.pause == timedelta(seconds=90)


async def test_f58_a_receiver_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    unknown, key = Authority.found(tmp_path / "ca", "nobody", START), new_key()
    held = unknown.issue_for_server(["127.0.0.1"], key.public_key(), START, timedelta(days=30))
    (tmp_path / "its.crt").write_bytes(held)
    write_key(tmp_path / "its.key", key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "its.crt", tmp_path / "its.key")
    with a_receiver(tls) as receiver:
        address = receiver.url.replace("http:", "https:")
        inside = [place_of(address)]
        with pytest.raises(Unavailable, match="cannot be reached"):
            await WebhookNotifier(address, KEY, FixedClock(START), inside=inside).send(A_NOTICE)
        assert receiver.posts == []
    with pytest.raises(Unavailable, match="cannot be reached"):  # and one that is not there
        await WebhookNotifier(receiver.url, KEY, FixedClock(START), inside=[receiver.place]).send(
            A_NOTICE
        )


async def test_a_notice_that_failed_arrives_later_with_the_same_id(database: Database) -> None:
    notice = Notice(kind="alarm", subject_key="p:high:raised", body={"move": "raised"})
    async with database.unit_of_work() as uow:
        await Outbox(uow).put([notice], START)
    clock = FixedClock(START)
    with a_receiver() as receiver:
        receiver.mode = 500
        dispatcher = Dispatcher(
            database,
            [_channel(WebhookNotifier(receiver.url, KEY, clock, inside=[receiver.place]))],
            clock,
        )
        assert await dispatcher.run_once() == 0
        receiver.mode = 200
        clock.advance(PAUSES[0])
        assert await dispatcher.run_once() == 1
    first, second = receiver.posts
    assert first[0]["webhook-id"] == second[0]["webhook-id"] == str(notice.id)
    (row,) = await rows_of(database, notice_delivery)
    assert (row["attempts"], row["delivered_at"]) == (2, START + PAUSES[0])


async def ten_notices(database: Database) -> None:
    """Ten that wait to be sent."""
    notices = [Notice(kind="alarm", subject_key=f"p:{n}", body={"n": n}) for n in range(10)]
    async with database.unit_of_work() as uow:
        await Outbox(uow).put(notices, START)


async def test_ten_receivers_are_told_at_the_same_time(database: Database) -> None:
    await ten_notices(database)
    clock = FixedClock(START)
    with a_receiver() as receiver:
        receiver.mode, receiver.company = (
            "together",
            Barrier(10),
        )  # one after the other, none returns
        notifier = WebhookNotifier(receiver.url, KEY, clock, inside=[receiver.place], timeout_s=50)
        assert await Dispatcher(database, [_channel(notifier)], clock).run_once() == 10


async def test_receivers_that_hang_hold_up_one_round_and_not_the_next_notice(
    database: Database,
) -> None:
    await ten_notices(database)
    clock = FixedClock(START)
    with a_receiver() as receiver:
        receiver.mode = "hang"
        notifier = WebhookNotifier(receiver.url, KEY, clock, inside=[receiver.place], timeout_s=4.0)
        assert await Dispatcher(database, [_channel(notifier)], clock).run_once() == 0
        assert len(receiver.posts) == 10
    failed = await rows_of(database, notice_delivery)
    assert {row["last_error"] for row in failed} == {"the webhook did not answer within 4 s"}

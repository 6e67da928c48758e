"""Channels to real receivers, a mail server and a gateway, that behave and misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.alerts.channels.channel import InWords, Links
from services.alerts.channels.mail import AppriseSender
from services.alerts.channels.phone import PhoneSender
from services.alerts.channels.plan import Surroundings, read_channels
from services.alerts.channels.words import SHORT, Reader
from services.alerts.dispatcher import Dispatcher
from services.core.domain.errors import Invalid, Unavailable
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.deliveries import LeasedNotice
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import courier_link
from services.local.ports import free_port
from tests.integration.alerts.builders import START, rows_of
from tests.support.postbox import Postbox

BODY = {
    "kind": "excursion",
    "move": "raised",
    "priority": 1,
    "shipment_reference": "CT-00417",
    "box_id": "CB-0007",
    "began_at": START.isoformat(),
    "facts": {"patient": "CANARY-7F"},
}
A_NOTICE = LeasedNotice(
    id=UUID(int=7),
    channel="ops",
    kind="alarm",
    subject_key="p:excursion",
    body=BODY,
    audience="operator",
    level=0,
    attempts=1,
    created_at=START,
)


def _chinese(sender: Any) -> InWords:
    return InWords(sender=sender, reader=Reader(language="zh", zone="Asia/Shanghai"))


async def test_an_alarm_arrives_as_a_mail_in_the_readers_words_and_zone(
    post_office: tuple[Postbox, str],
) -> None:
    postbox, address = post_office
    await _chinese(AppriseSender(address)).send(A_NOTICE)
    (mail,) = postbox.mails
    assert mail["subject"] == "[P1] CT-00417 CB-0007：告警"
    assert mail["to"] == "ops@hospital.example"
    body = mail.get_body(("plain", "html"))
    assert body is not None
    text = body.get_content()
    assert "致电押运员" in text
    assert "Asia/Shanghai" in text
    assert str(A_NOTICE.id) in text
    assert "CANARY-7F" not in text


@pytest.mark.parametrize("answer", ["451 later", "554 never"])
async def test_f58_a_mail_server_that_refuses_is_tried_again(
    post_office: tuple[Postbox, str], answer: str
) -> None:
    postbox, address = post_office
    postbox.refuses = answer
    with pytest.raises(Unavailable, match="did not take it"):
        await _chinese(AppriseSender(address)).send(A_NOTICE)


async def test_f58_a_mail_server_that_hangs_or_is_away_is_bounded(
    post_office: tuple[Postbox, str],
) -> None:
    postbox, address = post_office
    postbox.hangs = True
    with pytest.raises(Unavailable, match="no answer within 1 s"):
        await _chinese(AppriseSender(address, timeout_s=1.0)).send(A_NOTICE)
    nobody = f"mailto://127.0.0.1:{free_port()}/?from=a@coldlane.example&to=b@hospital.example"
    with pytest.raises(Unavailable):
        await _chinese(AppriseSender(nobody)).send(A_NOTICE)


class Gateway:
    """A provider's gateway on a raw socket; `status` is what it answers, None says nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.status: str | None = "200 OK"
        self.url = ""
        self.ended = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while head := await reader.readline():
            headers = {}
            while (line := await reader.readline()) not in {b"\r\n", b""}:
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            if not head.startswith(b"POST "):
                break
            self.asked.append((headers.get("authorization", ""), json.loads(body)))
            if self.status is None:
                await self.ended.wait()
            writer.write(f"HTTP/1.1 {self.status}\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    port = free_port()
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", port)
    gateway.url = f"http://127.0.0.1:{port}/send"
    yield gateway
    gateway.ended.set()
    server.close()
    for writer in gateway.writers:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


NUMBERS = ["+8613800000001", "+8613800000002"]


async def test_a_text_message_goes_to_every_number_with_an_id_of_its_own(
    gateway: Gateway,
) -> None:
    await _chinese(PhoneSender(gateway.url, "s3cret", NUMBERS, "sms")).send(A_NOTICE)
    assert {token for token, _ in gateway.asked} == {"Bearer s3cret"}
    sent = [body for _, body in gateway.asked]
    assert [(one["id"], one["way"], one["to"]) for one in sent] == [
        (f"{A_NOTICE.id}:0", "sms", NUMBERS[0]),
        (f"{A_NOTICE.id}:1", "sms", NUMBERS[1]),
    ]
    assert all(len(one["text"]) <= SHORT and "CANARY" not in one["text"] for one in sent)


@pytest.mark.parametrize("status", ["301 Moved", "429 Too Many", "500 Oops", None])
async def test_f58_a_gateway_that_misbehaves_is_bounded_and_not_believed(
    gateway: Gateway, status: str | None
) -> None:
    gateway.status = status
    sender = PhoneSender(gateway.url, "t", NUMBERS[:1], "voice", timeout_s=1.0)
    with pytest.raises(Unavailable):
        await _chinese(sender).send(A_NOTICE)
    assert len(gateway.asked) == 1


async def test_a_couriers_message_holds_a_link_of_which_only_the_digest_is_kept(
    gateway: Gateway, database: Database, tmp_path: Path
) -> None:
    clock = FixedClock(START)
    async with database.unit_of_work() as uow:
        notice = Notice(kind="alarm", subject_key="x", body=BODY, audience="courier")
        await Outbox(uow).put([notice], START)
    file = _file(gateway.url)
    around = Surroundings(
        environment={"GATE": "t"},
        clock=clock,
        links=Links(database=database, public_url="https://coldlane.example"),
    )
    channels = _read(file, around, tmp_path / "channels.toml")
    await Dispatcher(database, channels, clock).run_once()
    ((_, sent),) = gateway.asked
    link = sent["text"].splitlines()[-1].partition("https://")[2]
    assert link.startswith("coldlane.example/errand/")
    (kept,) = await rows_of(database, courier_link)
    assert link.rpartition("/")[2] not in str(kept)


def _file(address: str) -> str:
    return f"""
[[channel]]
name = "couriers"
kind = "sms"
address = "{address}"
secret_env = "GATE"
to = ["+8613800000001"]
audiences = ["courier"]
courier_link = true
"""


def _read(text: str, around: Surroundings, path: Path) -> Any:
    path.write_text(text)
    return read_channels(path, around)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[[channel]]", "[[channel"), "not TOML"),
        (('kind = "sms"', 'kind = "pigeon"'), "pigeon"),
        (('to = ["+8613800000001"]', "to = []"), "to is empty"),
        (('to = ["+8613800000001"]', 'to = ["138"]'), r"to\[0\]"),
        (('secret_env = "GATE"', 'secret_env = "NO"'), "secret_env names no variable"),
        (('name = "couriers"', 'name = "log"'), "name is taken already"),
        (('kind = "sms"', 'kind = "sms"\nzone = "Mars"'), "zone is not known"),
        (('kind = "sms"', 'kind = "sms"\nlangauge = "zh"'), "langauge"),
        (('kind = "sms"', 'kind = "apprise"'), "none that apprise knows"),
        (("courier_link = true", "courier_link = true\n"), "needs an address that couriers reach"),
    ],
)
def test_a_file_that_is_wrong_says_where(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    text = _file("nonsense").replace(*change)
    environment = {"GATE": "t"}
    around = Surroundings(environment=environment, clock=FixedClock(START), links=None)
    if "courier_link" not in change[0]:
        text = text.replace("courier_link = true", "")
    with pytest.raises(Invalid, match=said):
        _read(text, around, tmp_path / "channels.toml")

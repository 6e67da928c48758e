"""Names, sizes and numbers at the guarded broker with ingest behind it: S3, S5, S9, S11 and S12."""

import asyncio
import logging
import socket
import ssl
import subprocess
from collections.abc import Awaitable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from services.core.domain.identifiers import BoxId
from services.core.runtime.certificates import client_context
from services.core.runtime.settings import ApiSettings
from services.core.storage.database import Database
from services.core.wire.payload import encode_telemetry
from services.core.wire.topics import telemetry_topic
from tests.integration.trust.test_what_it_may_say import DOWNLINKS, UPLINKS, WIDE, topic
from tests.integration.trust.test_whole_path import settings_of
from tests.support.guarded import REFUSED, TAKEN, Guarded, a_guest, guarded_broker
from tests.support.ingesting import BOOT, a_reading, eventually, register, rows, running_ingest
from tests.support.waiting import wait_until

KEPT = "SELECT box_id, reason FROM rejected_message ORDER BY 1, 2"
STORED = "SELECT box_id, seq FROM reading JOIN box USING (box_no) ORDER BY 1, 2"
NO_NAMES = (
    *("box-lower", "AB1", "C" * 33, "CB 0003", "CB_0003", "CB-0003 ", "ＣＢ-0003"),
    *("%u", "%c", "CB-%u", "CB-0001%", "$SYS"),
)
"""What a site's authority may sign and ours does not: it writes as itself, and that is no box."""
WILD = ("CB-0001/X", "+", "#", "CB-0001#", "CB-0001+", " ")
CONNECT = b"\x10\x0f\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x02ab"


@pytest.mark.parametrize("version", [MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311])
async def test_s3_message_on_anothers_topic_leaves_no_row_whatever_it_says(
    database: Database, guarded: Guarded, version: MQTTProtocolVersion
) -> None:
    """In the other's name, in its own, and as nobody; what comes after it is stored."""
    victim, thief = BoxId("CB-0002"), BoxId("CB-0001")
    await register(database, victim, thief)
    honest = encode_telemetry(BOOT, [a_reading(0)])
    named = [honest.replace(b"{", b'{"box_id":"%s",' % n.encode(), 1) for n in (victim, thief)]
    async with running_ingest(database, mqtt=settings_of(guarded)):
        with a_guest(guarded, thief, version=version) as box:
            for lie in (honest, *named):
                answer = await asyncio.to_thread(box.publish, telemetry_topic(victim), lie)
                assert version is MQTTProtocolVersion.MQTTv311 or answer == REFUSED
            await asyncio.to_thread(box.publish, telemetry_topic(thief), honest)
            await eventually(lambda: rows(database, STORED), seconds=60, what="its own reading")
    assert [tuple(one) for one in await rows(database, STORED)] == [(thief, 0)]
    assert await rows(database, KEPT) == []


async def test_s5_ingest_takes_nothing_from_what_is_no_name_of_a_box(
    database: Database, guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    """A site's authority signed them and the broker let them in: they write as themselves."""
    await register(database, "CB-0002")
    caplog.set_level(logging.WARNING)
    content = encode_telemetry(BOOT, [a_reading(0)])
    async with running_ingest(database, mqtt=settings_of(guarded)):
        for number, name in enumerate(NO_NAMES):
            guarded.enrol_under(name, f"NAME-{number:04d}")
            with a_guest(guarded, f"NAME-{number:04d}") as stranger:
                assert stranger.is_in
                await asyncio.to_thread(stranger.publish, f"cl/v1/00/{name}/telemetry", content)
        kept = await eventually(
            lambda: _when(rows(database, KEPT), len(NO_NAMES)), seconds=60, what="each refusal"
        )
    assert {(box_id, reason) for box_id, reason in kept} == {(None, "topic")}
    assert await rows(database, STORED) == []


async def _when(found: Awaitable[list[Any]], count: int) -> list[Any] | None:
    """So many rows, or nothing yet."""
    kept = await found
    return kept if len(kept) >= count else None


@pytest.mark.parametrize("name", WILD)
async def test_s5_wild_name_is_let_in_as_nobody_or_not_at_all(guarded: Guarded, name: str) -> None:
    """It neither speaks nor hears on a topic of a box, nor on one that its name would make."""
    file = f"WILD-{WILD.index(name):04d}"
    guarded.enrol_under(name, file)
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, file) as wild,
        a_guest(guarded, "CB-0001") as box,
    ):
        ingest.listen("cl/v1/+/+/telemetry")
        if wild.is_in:
            wild.listen(*WIDE, topic("CB-0001", "receipt"))
            for spoken in ("CB-0001", "%u", "x"):
                assert wild.publish(topic(spoken, "telemetry"), b"false") in {REFUSED, None}
        ingest.publish(topic("CB-0001", "receipt"), b"{}")
        box.publish(topic("CB-0001", "telemetry"), b"last")
        wait_until(lambda: bool(ingest.heard), seconds=30, what="the message after it")
        assert ingest.heard == [(topic("CB-0001", "telemetry"), b"last")]
        assert wild.heard == []


def test_s9_name_that_no_account_was_made_for_says_and_hears_nothing(guarded: Guarded) -> None:
    """Also one that sounds like a service of ours; and the API has no setting for a broker."""
    for name in ("coldlane-api", "coldlane-alerts", "coldlane-ingest-2"):
        guarded.enrol_under(name, name.upper())
        with a_guest(guarded, "coldlane-ingest") as ingest, a_guest(guarded, name.upper()) as other:
            assert other.is_in
            for leaf in (*UPLINKS, *DOWNLINKS):
                assert other.publish(topic("CB-0001", leaf)) == REFUSED, (name, leaf)
            other.listen(*WIDE)
            with a_guest(guarded, "CB-0001") as box:
                ingest.listen("cl/v1/+/+/telemetry")
                assert ingest.publish(topic("CB-0001", "receipt"), b"{}") in TAKEN
                assert box.publish(topic("CB-0001", "telemetry"), b"{}") in TAKEN
                wait_until(lambda: bool(ingest.heard), seconds=30, what="traffic")
            assert other.heard == []
    assert not any("mqtt" in one or "broker" in one for one in ApiSettings.model_fields)


@pytest.mark.parametrize(
    "first",
    [
        CONNECT,
        b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02ab",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
    ],
    ids=["MQTT 5", "MQTT 3.1.1", "websocket"],
)
def test_s11_listener_answers_nobody_in_the_clear(guarded: Guarded, first: bytes) -> None:
    with socket.create_connection(("127.0.0.1", guarded.plan.port), timeout=60) as line:
        line.sendall(first)
        said = b""
        with suppress(ConnectionError):
            said = line.recv(64)
    assert not said.startswith((b"\x20", b"HTTP"))


async def test_s12_properties_below_the_most_harm_neither_ingest_nor_another_box(
    database: Database, guarded: Guarded
) -> None:
    """Two hundred kilobytes of them around a reading: it is stored as one without."""
    await register(database, "CB-0001", "CB-0002")
    flood = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    flood.UserProperty = [(f"k{n}", "v" * 250) for n in range(800)]
    async with running_ingest(database, mqtt=settings_of(guarded)):
        with a_guest(guarded, "CB-0001") as box, a_guest(guarded, "CB-0002") as other:
            for seq in range(20):
                content = encode_telemetry(BOOT, [a_reading(seq)])
                told = await asyncio.to_thread(
                    box.publish, telemetry_topic(BoxId("CB-0001")), content, properties=flood
                )
                assert told in TAKEN
            content = encode_telemetry(BOOT, [a_reading(0)])
            await asyncio.to_thread(other.publish, telemetry_topic(BoxId("CB-0002")), content)
            await eventually(
                lambda: _when(rows(database, STORED), 21), seconds=60, what="all readings"
            )
    assert await rows(database, KEPT) == []


def test_s12_connection_beyond_the_most_is_refused_and_the_others_stay(
    mosquitto_program: str, tmp_path: Path
) -> None:
    """The file as it is written, with a smaller number in its place."""
    fewer = {"max_connections 12000": "max_connections 2"}
    with guarded_broker(mosquitto_program, tmp_path, fewer) as guarded, ExitStack() as inside:
        for name in ("CB-0001", "CB-0002", "CB-0003"):
            guarded.enrol(name)
        first = inside.enter_context(a_guest(guarded, "CB-0001"))
        with a_guest(guarded, "CB-0002") as second:
            assert not _gets_in(guarded, "CB-0003")
            assert first.is_in
            assert second.is_in
            assert first.publish(topic("CB-0001", "telemetry")) in TAKEN
        wait_until(lambda: _gets_in(guarded, "CB-0003"), seconds=60, what="room for another")


def _gets_in(guarded: Guarded, name: str) -> bool:
    """Whether the broker says anything to it before it hangs up."""
    context = client_context(guarded.files(name))
    with (
        suppress(ConnectionError, ssl.SSLError),
        socket.create_connection(("127.0.0.1", guarded.plan.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(CONNECT)
        return line.recv(64).startswith(b"\x20")
    return False


def test_s5_certificate_with_two_names_speaks_as_one_of_them_at_most(
    guarded: Guarded, tmp_path: Path
) -> None:
    """The broker lets it in as the first; a site's authority could have signed either alone."""
    folder, ca = guarded.identities, guarded.authority.folder
    request = [
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
    ]
    request += ["-nodes", "-subj", "/CN=CB-0001/CN=CB-0002", "-out", str(tmp_path / "two.csr")]
    signing = ["openssl", "x509", "-req", "-in", str(tmp_path / "two.csr"), "-days", "2"]
    signing += ["-CA", str(ca / "ca.crt"), "-CAkey", str(ca / "ca.key"), "-set_serial", "77"]
    for command in (
        [*request, "-keyout", str(folder / "TWO-0001.key")],
        [*signing, "-out", str(folder / "TWO-0001.crt")],
    ):
        subprocess.run(command, check=True, capture_output=True)
    (folder / "TWO-0001.key").chmod(0o600)
    with a_guest(guarded, "TWO-0001") as both:
        spoken = [both.publish(topic(f"CB-000{n}", "telemetry")) in TAKEN for n in (1, 2)]
    assert spoken.count(True) <= 1

"""What the embedded broker promises, tried with an ordinary MQTT client.

docs/explanation/embedded-broker.md states these as facts; a new version of the wheel that changes
one of them fails here.
"""

import os
import queue
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from services.local.broker import MAX_PAYLOAD_BYTES, EmbeddedBroker
from services.local.errors import PortTaken

pytestmark = pytest.mark.integration

TELEMETRY = "cl/v1/00/BOX-1/telemetry"
EVERY_TELEMETRY = "cl/v1/+/+/telemetry"
RECEIPT = "cl/v1/00/BOX-1/receipt"


class Client:
    """A paho client that puts what it receives into a queue and acks only when told."""

    def __init__(self, port: int, name: str, *, clean: bool = False, will: str = "") -> None:
        self.received: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self.disconnected = threading.Event()
        self.session_present = False
        connected, self.subscribed = threading.Event(), threading.Event()

        def on_connect(_c: object, _u: object, flags: mqtt.ConnectFlags, *_: object) -> None:
            self.session_present = flags.session_present
            connected.set()

        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            clean_session=clean,
            manual_ack=True,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        self._client.on_connect = on_connect
        self._client.on_message = lambda _c, _u, message: self.received.put(message)
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.on_disconnect = lambda *_: self.disconnected.set()
        self._client.max_inflight_messages_set(1000)
        if will:
            self._client.will_set(will, b"offline", qos=1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert connected.wait(60)

    def subscribe(self, filter_: str) -> None:
        self.subscribed.clear()
        self._client.subscribe(filter_, qos=1)
        assert self.subscribed.wait(60)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(60)

    def ack(self, message: mqtt.MQTTMessage) -> None:
        self._client.ack(message.mid, message.qos)

    def take(self, count: int, *, timeout_s: float = 60) -> list[mqtt.MQTTMessage]:
        """The next messages, acked: exactly `count` unless time runs out."""
        messages = []
        for _ in range(count):
            try:
                messages.append(self.received.get(timeout=timeout_s))
            except queue.Empty:
                break
            self.ack(messages[-1])
        return messages

    def payloads(self, count: int, *, timeout_s: float = 60) -> list[bytes]:
        return [bytes(message.payload) for message in self.take(count, timeout_s=timeout_s)]

    def cut(self) -> None:
        """Lose the connection, as a box in a tunnel does."""
        self._client.loop_stop()
        connection = self._client.socket()
        assert isinstance(connection, socket.socket)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


Connect = Callable[..., Client]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def connect(broker: EmbeddedBroker) -> Iterator[Connect]:
    clients: list[Client] = []

    def open_client(name: str, *, clean: bool = False, will: str = "") -> Client:
        clients.append(Client(int(broker.url.rsplit(":", 1)[1]), name, clean=clean, will=will))
        return clients[-1]

    yield open_client
    for client in clients:
        client.close()


def test_the_largest_legal_batch_passes(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    ingest.subscribe(EVERY_TELEMETRY)
    batch = os.urandom(128 * 1024)
    box.publish(TELEMETRY, batch)
    assert ingest.payloads(1) == [batch]


def test_a_payload_above_the_limit_ends_the_connection(connect: Connect) -> None:
    box = connect("BOX-1", clean=True)
    box._client.publish(TELEMETRY, b"x" * (MAX_PAYLOAD_BYTES + 1), qos=1)
    assert box.disconnected.wait(60)


def test_a_kept_session_gets_what_came_while_it_was_away(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    ingest.subscribe(EVERY_TELEMETRY)
    ingest.cut()
    sent = [b"%d" % number for number in range(250)]
    for payload in sent:
        box.publish(TELEMETRY, payload)
    back = connect("ingest")
    assert back.session_present
    assert back.payloads(250) == sent


def test_what_was_not_acked_comes_again_on_the_next_connection(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    ingest.subscribe(EVERY_TELEMETRY)
    for number in range(10):
        box.publish(TELEMETRY, b"%d" % number)
    assert ingest.payloads(4) == [b"0", b"1", b"2", b"3"]
    for _ in range(6):
        ingest.received.get(timeout=60)
    ingest.publish("cl/v1/00/BOX-1/command", b"behind the acks")
    ingest.cut()
    back = connect("ingest")
    again = back.take(6)
    assert back.take(1, timeout_s=1) == []
    assert [message.payload for message in again] == [b"4", b"5", b"6", b"7", b"8", b"9"]
    assert not any(message.dup for message in again)  # the broker does not mark them


def test_a_hundred_messages_are_in_flight_and_the_next_waits_for_an_ack(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    ingest.subscribe(EVERY_TELEMETRY)
    for number in range(150):
        box.publish(TELEMETRY, b"%d" % number)
    held = [ingest.received.get(timeout=60) for _ in range(100)]
    with pytest.raises(queue.Empty):
        ingest.received.get(timeout=0.5)
    for message in held:
        ingest.ack(message)
    assert len(ingest.take(50)) == 50


def test_the_last_receipt_waits_for_its_box(connect: Connect) -> None:
    ingest = connect("ingest")
    for payload in (b"first", b"second"):
        ingest.publish(RECEIPT, payload, retain=True)
    box = connect("BOX-1", clean=True)
    box.subscribe(RECEIPT)
    [message] = box.take(1)
    assert box.take(1, timeout_s=1) == []
    assert (message.payload, message.retain) == (b"second", True)


def test_a_resumed_box_gets_the_receipts_it_missed(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    box.subscribe(RECEIPT)
    box.cut()
    ingest.publish(RECEIPT, b"missed", retain=True)
    assert connect("BOX-1").payloads(1) == [b"missed"]


def test_an_empty_retained_message_clears_the_topic(connect: Connect) -> None:
    ingest = connect("ingest")
    ingest.publish(RECEIPT, b"old", retain=True)
    ingest.publish(RECEIPT, b"", retain=True)
    box = connect("BOX-1")
    box.subscribe(RECEIPT)
    assert box.payloads(1, timeout_s=0.5) == []


def test_the_last_will_of_a_lost_box_arrives_and_of_a_closed_one_does_not(
    connect: Connect,
) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cl/v1/+/+/status")
    connect("BOX-1", will="cl/v1/00/BOX-1/status").close()
    connect("BOX-2", will="cl/v1/00/BOX-2/status").cut()
    assert [message.topic for message in ingest.take(1)] == ["cl/v1/00/BOX-2/status"]
    assert ingest.take(1, timeout_s=1) == []


def test_a_second_connection_with_the_same_name_takes_the_session_over(connect: Connect) -> None:
    first = connect("ingest")
    first.subscribe(EVERY_TELEMETRY)
    second = connect("ingest")
    assert first.disconnected.wait(60)
    assert second.session_present


def test_past_its_bound_the_oldest_messages_are_gone_without_a_word(connect: Connect) -> None:
    ingest, box = connect("ingest"), connect("BOX-1")
    ingest.subscribe(EVERY_TELEMETRY)
    ingest.cut()
    padding = bytes(120 * 1024)
    for number in range(600):  # 70 MiB
        box.publish(TELEMETRY, b"%04d" % number + padding)
    back, numbers = connect("ingest"), [-1]
    while numbers[-1] < 599:
        numbers += [int(payload[:4]) for payload in back.payloads(1)]
    del numbers[0]
    assert 300 < len(numbers) < 500
    assert numbers == list(range(600 - len(numbers), 600))


def test_sessions_and_retained_messages_end_with_the_broker(
    broker: EmbeddedBroker, connect: Connect
) -> None:
    ingest = connect("ingest")
    ingest.subscribe(EVERY_TELEMETRY)
    ingest.publish(RECEIPT, b"kept", retain=True)
    ingest.cut()
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGKILL)
    broker.stop()
    url = broker.url
    assert broker.start() == url
    assert not connect("ingest").session_present
    box = connect("BOX-1")
    box.subscribe(RECEIPT)
    assert box.payloads(1, timeout_s=0.5) == []


def test_a_taken_port_is_refused_with_what_to_do(broker: EmbeddedBroker, tmp_path: Path) -> None:
    port = int(broker.url.rsplit(":", 1)[1])
    with pytest.raises(PortTaken, match=f"--mqtt-port {port + 1}"):
        EmbeddedBroker(tmp_path / "second", port=port).start()

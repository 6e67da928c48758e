"""What we take over from paho's client, and what stays paho's: on a socket without a broker."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from paho.mqtt.enums import MQTTErrorCode

from services.core.runtime.clock import SystemClock
from services.core.runtime.written import parse_mqtt_url
from services.ingest.counters import Counters
from services.ingest.inbox import Inbox
from services.ingest.packets import Published
from services.ingest.session import RunClient
from services.ingest.subscriber import MqttSubscriber

A_MESSAGE = b"\x32\x06\x00\x01t\x00\x07x"
ANOTHER = b"\x32\x06\x00\x01t\x00\x08y"
PINGRESP = b"\xd0\x00"
OF_QOS_2 = b"\x34\x06\x00\x01t\x00\x09z"


class Taker:
    """Takes what comes as long as it may."""

    takes = True

    def __init__(self) -> None:
        self.mids: list[list[int]] = []

    def __call__(self, run: list[Published]) -> bool:
        self.mids.append([one.mid for one in run])
        return self.takes


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection, the client's first."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.settimeout(10)
        yield ours, theirs


@pytest.fixture
def broker(ends: tuple[socket.socket, socket.socket]) -> socket.socket:
    return ends[1]


@pytest.fixture
def client(taker: Taker, ends: tuple[socket.socket, socket.socket]) -> Iterator[RunClient]:
    made = RunClient("test", taker, Counters())
    made._sock = ends[0]
    yield made
    made._sock = None


def test_messages_of_one_read_come_together_and_whatever_is_not_one_goes_to_paho(
    client: RunClient, broker: socket.socket, taker: Taker
) -> None:
    client._ping_t = 1.0
    broker.sendall(A_MESSAGE + ANOTHER + PINGRESP + A_MESSAGE + ANOTHER[:3])
    assert client.loop_read() is MQTTErrorCode.MQTT_ERR_SUCCESS
    assert taker.mids == [[7, 8], [7]]
    assert client._ping_t == 0, "the answer to the ping did not reach paho"
    broker.sendall(ANOTHER[3:])
    client.loop_read()
    assert taker.mids[2:] == [[8]]


def test_nothing_to_read_is_no_error(client: RunClient, taker: Taker) -> None:
    assert client.loop_read() is MQTTErrorCode.MQTT_ERR_SUCCESS
    assert taker.mids == []


def test_any_byte_counts_for_the_keepalive(client: RunClient, broker: socket.socket) -> None:
    client._last_bytes_received = -1.0
    broker.sendall(A_MESSAGE[:1])
    client.loop_read()
    assert client._last_bytes_received > 0


def test_run_that_is_not_taken_ends_the_connection_with_all_that_came_behind_it(
    client: RunClient, broker: socket.socket, taker: Taker
) -> None:
    taker.takes = False
    broker.sendall(A_MESSAGE + PINGRESP + ANOTHER)
    assert client.loop_read() is MQTTErrorCode.MQTT_ERR_CONN_LOST
    assert taker.mids == [[7]]
    assert client.socket() is None
    assert broker.recv(1) == b"", "the broker does not see the end"


@pytest.mark.parametrize("nonsense", [OF_QOS_2, b"\x30\xff\xff\xff\xff\x01"])
def test_what_is_not_for_us_ends_the_connection(
    client: RunClient, broker: socket.socket, nonsense: bytes
) -> None:
    broker.sendall(nonsense)
    assert client.loop_read() is MQTTErrorCode.MQTT_ERR_PROTOCOL
    assert client.socket() is None


def test_acknowledgements_go_out_together_and_in_order(
    client: RunClient, broker: socket.socket
) -> None:
    client.ack_run([7, 8])
    assert broker.recv(100) == b"\x40\x02\x00\x07\x40\x02\x00\x08"


async def test_refused_subscription_is_counted_and_named(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    counters, inbox = Counters(), Inbox(asyncio.get_running_loop())
    address = parse_mqtt_url("mqtt://127.0.0.1")
    subscriber = MqttSubscriber(address, "test", inbox, SystemClock(), counters)
    subscriber._filters = ["acme/+/up", "cl/v1/+/+/telemetry"]
    client = subscriber._client
    client._sock, broker = ends
    broker.sendall(b"\x90\x04\x00\x01\x80\x01")
    client.loop_read()
    client._sock = None
    assert (counters.subscriptions, counters.refused_subscriptions) == (1, 1)
    assert [one.topics for one in caplog.records] == ["acme/+/up"]  # type: ignore[attr-defined]

"""What no client library would send, at Mosquitto with the shipped settings and access list."""

import queue
import shutil
import socket
import subprocess
from collections.abc import Iterator
from uuid import uuid4

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from services.core.wire.topics import uplink_filters
from tests.support.bad_inputs.at_broker import BOX, CASES, MARK, OTHER, OTHERS, BrokerCase
from tests.support.bad_inputs.packets import connect, publish
from tests.support.brokers import MosquittoBroker, running_mosquitto

PASSWORD = "for-one-test"
INGEST = "coldlane-ingest"
PATIENCE_S = 60
PING, PONG = b"\xc0\x00", b"\xd0\x00"


class Ears:
    """A client that hears what ingest would hear."""

    def __init__(self, port: int):
        self.heard: queue.Queue[bytes] = queue.Queue()
        subscribed: queue.Queue[bool] = queue.Queue()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id="test-ears")
        self.client.username_pw_set(INGEST, PASSWORD)
        self.client.on_message = self._hear
        self.client.on_subscribe = lambda *_: subscribed.put(True)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe([(one, 1) for one in uplink_filters(None)])
        subscribed.get(timeout=PATIENCE_S)

    def until(self, last: bytes) -> list[bytes]:
        """The messages of cases that were heard before this one."""
        found: list[bytes] = []
        while (one := self.heard.get(timeout=PATIENCE_S)) != last:
            found.append(one)
        return [one for one in found if one == MARK]

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.put(bytes(message.payload))


@pytest.fixture(scope="module")
def broker(
    mosquitto_program: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[MosquittoBroker]:
    """One for all cases: each must leave it as it was."""
    home = tmp_path_factory.mktemp("strict")
    passwords = home / "passwords"
    passwords.touch()
    tool = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/local/bin")
    assert tool is not None
    for user in (INGEST, BOX, OTHER):
        subprocess.run([tool, "-b", str(passwords), user, PASSWORD], check=True)
    rules = shutil.copy(pytestconfig.rootpath / "deploy" / "mosquitto" / "acl", home)
    extra = [f"password_file {passwords}", f"acl_file {rules}"]
    with running_mosquitto(mosquitto_program, home / "broker", pytestconfig.rootpath, extra) as one:
        yield one


@pytest.fixture(scope="module")
def ears(broker: MosquittoBroker) -> Iterator[Ears]:
    made = Ears(broker.port)
    yield made
    made.client.disconnect()
    made.client.loop_stop()
    made.client.on_message = None


@pytest.fixture(scope="module")
def neighbour(broker: MosquittoBroker, ears: Ears) -> Iterator[Client]:
    """Another box, which must be heard whatever the first one sends."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"test-{OTHER}")
    client.reconnect_delay_set(1, 1)
    client.username_pw_set(OTHER, PASSWORD)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def send(port: int, sent: bytes) -> bool:
    """Send bytes and a ping; True when the broker ends the connection instead of answering it."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        came = b""
        try:
            connection.sendall(sent + PING)
            while not came.endswith(PONG):
                more = connection.recv(4096)
                if not more:
                    return True
                came += more
        except ConnectionError:  # ended while we were still sending
            return True
        return False


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_broker_settles_it_and_the_next_message_is_heard(
    case: BrokerCase, broker: MosquittoBroker, ears: Ears, neighbour: Client
) -> None:
    closed = send(broker.port, case.sent)
    following = uuid4().hex.encode()
    neighbour.publish(OTHERS.decode(), following, qos=1)  # kept until it is connected
    assert ears.until(following) == ([MARK] if case.outcome == "heard" else [])
    assert closed == (case.outcome == "closed")


def test_a_box_cannot_clear_its_receipts(broker: MosquittoBroker, ears: Ears) -> None:
    topic = f"cl/v1/2a/{BOX}/receipt"
    ears.client.publish(topic, b"stored", qos=1, retain=True).wait_for_publish(PATIENCE_S)
    send(broker.port, connect(BOX) + publish(topic.encode(), b"", flags=0b0011))
    found: queue.Queue[bytes] = queue.Queue()
    box = Client(CallbackAPIVersion.VERSION2, client_id="test-reader")
    box.username_pw_set(BOX, PASSWORD)
    box.on_message = lambda _client, _data, message: found.put(bytes(message.payload))
    box.connect("127.0.0.1", broker.port)
    box.loop_start()
    box.subscribe(topic, 1)
    assert found.get(timeout=PATIENCE_S) == b"stored"
    box.disconnect()
    box.loop_stop()

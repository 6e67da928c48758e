"""With the shipped access list a box speaks for itself only."""

import queue
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.brokers import MosquittoBroker, running_mosquitto

PASSWORD = "for-one-test"
USERS = ("coldlane-ingest", "CB-0001", "CB-0002")


@pytest.fixture
def strict(
    mosquitto_program: str, tmp_path: Path, pytestconfig: pytest.Config
) -> Iterator[MosquittoBroker]:
    """Mosquitto with names, passwords and the shipped list."""
    passwords = tmp_path / "passwords"
    passwords.touch()
    tool = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/local/bin")
    assert tool is not None
    for user in USERS:
        subprocess.run([tool, "-b", str(passwords), user, PASSWORD], check=True)
    rules = shutil.copy(pytestconfig.rootpath / "deploy" / "mosquitto" / "acl", tmp_path)
    extra = [f"password_file {passwords}", f"acl_file {rules}"]
    with running_mosquitto(
        mosquitto_program, tmp_path / "broker", pytestconfig.rootpath, extra
    ) as broker:
        yield broker


def signed_in(broker: MosquittoBroker, user: str) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"test-{user}")
    client.username_pw_set(user, PASSWORD)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    return client


def test_a_box_is_heard_on_its_own_topic_and_not_on_another_boxs(strict: MosquittoBroker) -> None:
    heard: queue.Queue[str] = queue.Queue()
    subscribed: queue.Queue[bool] = queue.Queue()

    def hear(_client: Client, _data: object, message: MQTTMessage) -> None:
        heard.put(message.topic)

    ingest = signed_in(strict, "coldlane-ingest")
    ingest.on_message = hear
    ingest.on_subscribe = lambda *_: subscribed.put(True)
    ingest.subscribe("cl/v1/+/+/telemetry", qos=1)
    subscribed.get(timeout=60)
    box = signed_in(strict, "CB-0001")
    box.publish("cl/v1/00/CB-0002/telemetry", b"not mine", qos=1).wait_for_publish(60)
    box.publish("cl/v1/00/CB-0001/telemetry", b"mine", qos=1).wait_for_publish(60)
    assert heard.get(timeout=60) == "cl/v1/00/CB-0001/telemetry"
    for client in (ingest, box):
        client.disconnect()
        client.loop_stop()

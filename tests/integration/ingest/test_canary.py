"""A planted person is in nothing that we publish: no topic, no receipt, no command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from services.api.app import create_app
from services.core.domain.identifiers import BoxId
from services.core.runtime.clock import FixedClock
from services.core.runtime.settings import MqttSettings
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.core.wire.topics import command_topic, event_topic, receipt_topic
from tests.support.api import local_client, made, shipment, site
from tests.support.canaries import BAG, CANARY, NAMES, identity_keys, planted_in
from tests.support.ingesting import a_box, a_reading, eventually, rows, running_ingest

NAME = BoxId("CB-0001")


@contextmanager
def everything_on(broker_url: str) -> Iterator[list[tuple[str, bytes]]]:
    """All that goes over the broker, as whoever may hear everything hears it."""
    heard: list[tuple[str, bytes]] = []
    listens = Event()

    def arrived(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        heard.append((message.topic, bytes(message.payload)))

    client = Client(CallbackAPIVersion.VERSION2, client_id="test-everything")
    client.on_message = arrived
    client.on_connect = lambda client, *_: client.subscribe("#", 1)
    client.on_subscribe = lambda *_: listens.set()
    address = parse_mqtt_url(broker_url)
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        assert listens.wait(30)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


async def test_s73_planted_names_are_in_no_topic_receipt_or_command(
    database: Database, mosquitto_url: str, tmp_path: Path
) -> None:
    """Known as a payload's person, and said by the box itself in a reading, an event and in what
    is no message at all: what we answer to it says nothing of it."""
    clock = FixedClock(datetime.now(UTC))
    app = create_app(clock, database, identity_keys=identity_keys(tmp_path))
    async with local_client(app) as client:
        await made(client, "/sites", site())
        await made(client, "/boxes", {"box_id": NAME, "simulated": True})
        bag = {"reference": BAG, "box_id": NAME}
        created = await made(client, "/shipments", shipment(payloads=[bag]))
        path = f"/payloads/{created['payloads'][0]['id']}/identity"
        assert (await client.post(path, json=CANARY)).status_code == 204
    said = f"{BAG} of {' '.join(NAMES)}".encode()
    with everything_on(mosquitto_url) as heard, a_box(mosquitto_url, NAME) as box:
        async with running_ingest(database, mosquitto_url):
            box.send(a_reading(0), a_reading(3))
            box.publish(b'{"v":1,"boot":"' + said + b'"}')
            box.publish(said, topic=event_topic(NAME))

            async def is_kept() -> bool:
                kept = await rows(database, "SELECT count(*) FROM rejected_message")
                return bool(kept[0][0] >= 2)

            await eventually(is_kept, seconds=60, what="what is no message to be kept")
            await eventually(lambda: box.contiguous() == 0, seconds=60, what="a receipt")
        # Under another name it finds no session of its own, and asks boxes for what it may lack.
        other = MqttSettings(mqtt_url=SecretStr(mosquitto_url), mqtt_client_id="another")
        async with running_ingest(database, mqtt=other):
            await eventually(
                lambda: command_topic(NAME) in {topic for topic, _ in heard},
                seconds=60,
                what="the wish for what is missing",
            )
    ours = {receipt_topic(NAME), command_topic(NAME)}
    published = "\n".join(body.decode() for topic, body in heard if topic in ours)
    assert '"contiguous"' in published
    assert planted_in(published) == []
    assert planted_in(" ".join(topic for topic, _ in heard)) == []
    theirs = b"\n".join(body for topic, body in heard if topic not in ours)
    assert said in theirs, "the listener hears everything"

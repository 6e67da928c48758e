"""Every case of bad input in one stream of good messages, through a real broker and database."""

from collections import Counter
from hashlib import sha256
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from services.core.domain.identifiers import BoxId
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.core.wire.payload import encode_telemetry
from services.core.wire.topics import telemetry_topic
from tests.support.bad_inputs.all_cases import MESSAGES
from tests.support.bad_inputs.case import BOOT, BOX, Case
from tests.support.bad_inputs.identities import RETIRED
from tests.support.bad_inputs.topics import topic_of
from tests.support.ingesting import a_box, a_reading, eventually, register, rows, running_ingest

STEADY = "CB-0001"


def boot_of(number: int) -> str:
    """A boot of its own for each case, so that their sequence numbers do not meet."""
    return f"{number + 0xA0000000:08x}"


def payload_of(number: int, case: Case) -> bytes:
    return case.payload.replace(BOOT.encode(), boot_of(number).encode())


def publish_all(broker_url: str) -> None:
    """Each bad message between two good ones of another box; returns when the broker has all."""
    address = parse_mqtt_url(broker_url)
    client = Client(CallbackAPIVersion.VERSION2, client_id="test-bad-inputs")
    client.max_inflight_messages_set(100)
    client.connect(address.host, address.port)
    client.loop_start()
    sent = []
    for number, case in enumerate(MESSAGES):
        retain = "retained" in case.slug
        sent.append(client.publish(topic_of(case), payload_of(number, case), 1, retain))
        steady = encode_telemetry(BOOT, [a_reading(number)])
        sent.append(client.publish(telemetry_topic(BoxId(STEADY)), steady, 1))
    for one in sent:
        one.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def expected_rejections() -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for number, case in enumerate(MESSAGES):
        if case.reason is not None:
            payload = payload_of(number, case)
            found[topic_of(case), payload, sha256(payload).digest(), case.reason, case.field] += 1
    return found


async def test_each_bad_message_is_visible_and_no_good_one_is_missing(
    database: Database, mosquitto_url: str
) -> None:
    await register(database, BOX, RETIRED, STEADY)
    await rows(
        database,
        "UPDATE box SET retired_at = registered_at WHERE box_id = :b RETURNING 1",
        b=RETIRED,
    )
    async with running_ingest(database, mosquitto_url):
        with a_box(mosquitto_url, STEADY) as box:
            publish_all(mosquitto_url)
            last = len(MESSAGES) - 1
            await eventually(lambda: box.contiguous() == last, seconds=60, what="the last receipt")
    kept = await rows(
        database,
        "SELECT topic, payload, sha256, reason, field, repeats + 1 FROM rejected_message",
    )
    assert {tuple(row[:-1]): row[-1] for row in kept} == expected_rejections()
    stored = await rows(
        database, "SELECT boot, count(*) FROM reading JOIN watermark USING (boot_no) GROUP BY boot"
    )
    expected = {boot_of(n): case.stored for n, case in enumerate(MESSAGES) if case.stored}
    assert dict(map(tuple, stored)) == {**expected, BOOT: len(MESSAGES)}
    conflicts = await rows(database, "SELECT seq, offered ->> 'temp_c' FROM key_conflict")
    assert conflicts == [(3, "9")]

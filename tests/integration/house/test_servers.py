"""The servers that the tests stand on are real, and have the rights the product will have."""

import queue

import psycopg
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from playwright.async_api import Page
from sqlalchemy import text

from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from tests.support.brokers import MosquittoBroker
from tests.support.servers import PostgresServer

TOPIC = "cl/v1/00/CB-0001/telemetry"


def libpq(url: str) -> str:
    return url.replace("+psycopg", "")


def publish(url: str, topic: str, payload: bytes) -> None:
    client = Client(CallbackAPIVersion.VERSION2, client_id="house-publisher")
    client.connect("127.0.0.1", parse_mqtt_url(url).port)
    client.loop_start()
    client.publish(topic, payload, qos=1, retain=True).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def receive(url: str, topic: str) -> bytes:
    arrived: queue.Queue[bytes] = queue.Queue()

    def put(_client: Client, _data: object, message: MQTTMessage) -> None:
        arrived.put(bytes(message.payload))

    client = Client(CallbackAPIVersion.VERSION2, client_id="house-reader")
    client.on_message = put
    client.connect("127.0.0.1", parse_mqtt_url(url).port)
    client.subscribe(topic, qos=1)
    client.loop_start()
    try:
        return arrived.get(timeout=60)
    finally:
        client.disconnect()
        client.loop_stop()


def test_the_owner_of_a_database_is_no_superuser(empty_database_url: str) -> None:
    with psycopg.connect(libpq(empty_database_url)) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, True)


def test_the_owner_of_a_database_can_add_the_extension_the_schema_needs(
    empty_database_url: str,
) -> None:
    with psycopg.connect(libpq(empty_database_url)) as connection:
        connection.execute("CREATE EXTENSION btree_gist")


def test_a_clone_has_what_its_template_had(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    with psycopg.connect(libpq(postgres_server.url(template))) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    clone = postgres_server.create_database(template)
    with psycopg.connect(libpq(postgres_server.url(clone))) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    postgres_server.drop_database(clone)
    postgres_server.drop_database(template)


def test_timescale_makes_a_hypertable(empty_timescale_url: str) -> None:
    with psycopg.connect(libpq(empty_timescale_url)) as connection:
        connection.execute("CREATE TABLE point (at timestamptz NOT NULL, x int)")
        connection.execute("SELECT create_hypertable('point', by_range('at'))")
        connection.execute("INSERT INTO point SELECT '2026-11-22T00:00Z', 1")
        count = connection.execute("SELECT count(*) FROM show_chunks('point')").fetchone()
    assert count == (1,)


async def test_a_test_gets_a_migrated_database_of_its_own(database: Database) -> None:
    async with database.unit_of_work() as unit:
        tables = await unit.execute(text("SELECT to_regclass('reading'), to_regclass('worklist')"))
        assert tables.one() == ("reading", "worklist")


async def test_on_timescale_the_readings_are_a_hypertable(timescale_database: Database) -> None:
    query = text("SELECT hypertable_name FROM timescaledb_information.hypertables")
    async with timescale_database.unit_of_work() as unit:
        assert (await unit.execute(query)).scalars().all() == ["reading"]


@pytest.mark.parametrize("size", [128 * 1024, 255 * 1024])
def test_both_brokers_take_the_largest_message(broker_url: str, size: int) -> None:
    publish(broker_url, TOPIC, b"x" * size)
    assert len(receive(broker_url, TOPIC)) == size


def test_mosquitto_keeps_what_it_held_over_a_restart(mosquitto: MosquittoBroker) -> None:
    publish(mosquitto.url, TOPIC, b"kept")
    mosquitto.stop()
    mosquitto.start()
    assert receive(mosquitto.url, TOPIC) == b"kept"


async def test_the_browser_runs_a_page(page: Page) -> None:
    await page.set_content("<p id=sum></p><script>sum.textContent = 20 + 22</script>")
    assert await page.text_content("#sum") == "42"

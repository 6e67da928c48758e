"""Formats without boots and sequence numbers, over both brokers: each reading once, and graded."""

import json
from datetime import UTC, datetime, timedelta

from services.core.storage.database import Database
from services.core.wire.topics import senml_topic
from tests.support.ingesting import a_box, eventually, register, rows, running_ingest

NAME = "CB-0007"
STORED = "SELECT device_at, temp_c, rh_pct, clock FROM reading ORDER BY device_at"


def a_pack(*minutes: int, since: datetime) -> bytes:
    records = [{"n": "temp", "u": "K", "t": minute * 60, "v": 277.65} for minute in minutes]
    base = {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": since.timestamp()}
    return json.dumps([base, *records, {"n": "rh", "u": "%RH", "v": 41}]).encode()


async def test_senml_is_stored_once_however_often_and_in_whichever_packs(
    database: Database, broker_url: str
) -> None:
    await register(database, NAME)
    begin = (datetime.now(UTC) - timedelta(hours=9)).replace(microsecond=250_000)
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            topic = senml_topic(box.name)
            for minutes in ((0, 1, 2, 500), (0, 2), (0, 500, 1)):
                box.publish(a_pack(*minutes, since=begin), topic)
            await eventually(lambda: counters.repeated == 5, what="the repeats")
            assert not box.receipts
    stored = await rows(database, STORED)
    times = [begin + timedelta(minutes=minute) for minute in (0, 1, 2, 500)]
    assert [row.device_at for row in stored] == times
    assert stored[0][1:] == (4.5, 41.0, 0)
    assert await rows(database, "SELECT 1 FROM key_conflict") == []
    grades = await rows(database, "SELECT DISTINCT grade FROM watermark")
    assert grades == [(1,)]


async def test_senml_of_nothing_but_a_value_is_stored_as_best_effort(
    database: Database, broker_url: str
) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            box.publish(b'[{"n":"temp","u":"Cel","v":4.5}]', senml_topic(box.name))
            box.publish(b'[{"n":"temp","u":"Far","v":40.1}]', senml_topic(box.name))
            await eventually(lambda: counters.readings and counters.rejected, what="both")
    ((_, temp_c, _, clock),) = await rows(database, STORED)
    assert (temp_c, clock) == (4.5, 3)
    assert await rows(database, "SELECT grade FROM watermark") == [(2,)]
    refused = await rows(database, "SELECT reason, field FROM rejected_message")
    assert refused == [("missing_field", "[0]")]

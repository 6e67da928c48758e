"""Formats without boots and sequence numbers, over both brokers: each reading once, and graded."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.core.storage.database import Database
from services.core.storage.reprocessing import Reprocessing, Selection
from services.core.wire.mapping.file import read_mapping
from services.core.wire.topics import senml_topic
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import a_box, eventually, register, rows, running_ingest

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"
NAME = "CB-0007"
STORED = """
SELECT device_at, temp_c, rh_pct, clock FROM reading WHERE temp_c IS NOT NULL ORDER BY device_at
"""


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
            position = {"lat": 31.1443, "lon": 121.8083}
            records = [
                {"n": n, "u": n, "v": v, "t": begin.timestamp()} for n, v in position.items()
            ]
            for _ in range(2):
                box.publish(json.dumps(records).encode(), topic)
            await eventually(lambda: counters.repeated == 6, what="the repeats")
            assert not box.receipts
    stored = await rows(database, STORED)
    times = [begin + timedelta(minutes=minute) for minute in (0, 1, 2, 500)]
    assert [row.device_at for row in stored] == times
    assert stored[0][1:] == (4.5, 41.0, 0)
    bare = await rows(database, "SELECT device_at, lat, lon FROM reading WHERE temp_c IS NULL")
    assert bare == [(begin, 31.1443, 121.8083)]
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


async def test_message_that_the_broker_kept_is_not_taken_for_one_of_now(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    # The embedded broker does not send such a message again to a session that it knows.
    broker_url = mosquitto.url
    await register(database, NAME)
    pack = b'[{"n":"temp","u":"Cel","v":4.5}]'
    with a_box(broker_url, NAME) as box:
        async with running_ingest(database, broker_url) as counters:
            box.publish(pack, senml_topic(box.name), retain=True)
            await eventually(lambda: counters.readings, what="the reading, while it is new")
        async with running_ingest(database, broker_url) as counters:
            await eventually(lambda: counters.rejected, what="the same, of unknown age")
            async with database.unit_of_work() as uow:
                wish = Selection(reason="retained")
                assert await Reprocessing(uow).ask(wish, datetime.now(UTC), "tester") == 1
            await eventually(lambda: counters.reprocessed, what="the second look at it")
    assert len(await rows(database, STORED)) == 1
    assert await rows(database, "SELECT reason FROM rejected_message") == [("retained",)]


async def test_device_of_another_make_is_stored_once_in_our_units(
    database: Database, broker_url: str
) -> None:
    await register(database, "BOX-0042")
    rules = read_mapping((GOLDEN / "acme.toml").read_text())
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    items = [{"ts": begin.timestamp() + 60 * n, "t": 40.1, "amb": 213} for n in range(4)]
    batches = [items[:2], items[1:], items[::-1], [{**items[0], "t": 39.2}], [{"t": 40.1}]]
    async with running_ingest(database, broker_url, rules) as counters:
        with a_box(broker_url, "BOX-0042") as box:
            for batch in batches:
                message = {"sensor": {"serial": "SN-77"}, "bat": 0.5, "data": batch}
                box.publish(json.dumps(message).encode(), "acme/TR7-000123/up")
            await eventually(lambda: counters.rejected, what="the reading without a time")
            assert not box.receipts
    stored = await rows(
        database,
        "SELECT device_at, temp_c, ambient_c::float8, battery_pct, probe FROM reading ORDER BY 1",
    )
    assert [row.device_at for row in stored] == [begin + timedelta(minutes=n) for n in range(4)]
    assert {row[1:] for row in stored} == {(4.5, 21.299999237060547, 50.0, "SN-77")}
    # A repeat that says something else is kept and told; the first stays.
    conflicts = await rows(database, "SELECT offered ->> 'temp_c' FROM key_conflict")
    assert conflicts == [("4",)]
    refused = await rows(database, "SELECT box_id, reason, field FROM rejected_message")
    assert refused == [("BOX-0042", "missing_field", "data[0].ts")]
    assert await rows(database, "SELECT DISTINCT grade FROM watermark") == [(1,)]


def test_ingest_does_not_start_on_a_mapping_file_that_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("version = 1\n[[device]]\nname = 'a'\n")
    ended = subprocess.run(
        [sys.executable, "-m", "services.ingest"],
        env={**os.environ, "COLDLANE_MAPPING_FILE": str(wrong)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "line 2: device[0].topic" in ended.stderr

"""Which process has which shards, when they are killed, frozen, or there are too many of them."""

import signal
from pathlib import Path
from subprocess import Popen

import pytest

from services.core.domain.identifiers import BoxId, shard_of
from services.core.storage.database import Database
from services.core.storage.ownership import OwningConnection, ShardsTaken
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    a_box,
    a_reading,
    ended,
    eventually,
    first_contact,
    kill,
    register,
    rows,
    running_ingest,
    start_ingest,
)

LOW, HIGH = "CB-0007", "CB-0001"
SHARES = {"low": "00-1f", "high": "20-3f"}


def connections(broker: MosquittoBroker, name: str) -> int:
    """How often a client of this name has connected."""
    lines = broker.log.read_text().splitlines()
    return sum("New client connected" in line and f" as {name} " in line for line in lines)


async def stands_by(database: Database, session: str) -> None:
    async def beats() -> object:
        query = "SELECT 1 FROM service_heartbeat WHERE service = 'ingest-standby' AND instance = :s"
        return await rows(database, query, s=session)

    await eventually(beats, seconds=30, what="the stand-by")


async def test_f16_two_processes_cannot_write_the_same_shard(database: Database) -> None:
    first, second = OwningConnection(database, [1, 2]), OwningConnection(database, [2, 3])
    other = OwningConnection(database, [3, 4])
    await first.acquire()
    with pytest.raises(ShardsTaken):
        await second.acquire()
    await other.acquire()
    await first.close()
    await other.close()
    await second.acquire()
    await second.close()


async def test_shards_that_are_given_back_are_free_at_once(database: Database) -> None:
    for _ in range(20):
        owner = OwningConnection(database, range(64))
        await owner.acquire()
        await owner.close()


async def test_f04_f16_frozen_owner_gives_way_and_nobody_flaps(
    database: Database, database_url: str, mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    await register(database, LOW)
    log = tmp_path / "owner.log"
    lapse = {"OWNER_LAPSES_S": "2"}
    owner = start_ingest(database_url, mosquitto.url, str(log), **lapse)
    with ended(owner), a_box(mosquitto.url, LOW) as box:
        await first_contact(box)
        standby = start_ingest(database_url, mosquitto.url, str(tmp_path / "standby.log"), **lapse)
        with ended(standby):
            await stands_by(database, "coldlane-ingest")
            assert connections(mosquitto, "coldlane-ingest") == 1
            owner.send_signal(signal.SIGSTOP)
            box.send(a_reading(1))
            await eventually(lambda: box.contiguous() == 1, seconds=30, what="the takeover")
            before = connections(mosquitto, "coldlane-ingest")
            owner.send_signal(signal.SIGCONT)
            gave_way = "Another process has taken the shards over"
            await eventually(lambda: gave_way in log.read_text(), seconds=30, what="giving way")
            box.send(a_reading(2))
            await eventually(lambda: box.contiguous() == 2, seconds=30, what="a quiet life")
            # One visit of the thawed process and one return of the new owner, at the most.
            assert connections(mosquitto, "coldlane-ingest") - before <= 2
            assert kill(standby, signal.SIGTERM) == 0
            box.send(a_reading(3))
            await eventually(lambda: box.contiguous() == 3, seconds=30, what="taking it back")
        assert kill(owner, signal.SIGTERM) == 0
    assert await rows(database, "SELECT seq FROM reading ORDER BY seq") == [(0,), (1,), (2,), (3,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_process_that_never_had_its_shards_is_no_owner_to_be_missed(
    database: Database, database_url: str, mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    async with running_ingest(database, mosquitto.url):
        log = str(tmp_path / "overlaps.log")
        overlaps = start_ingest(database_url, mosquitto.url, log, MQTT_SHARDS=SHARES["low"])
        with ended(overlaps):
            await stands_by(database, "coldlane-ingest-00")
    owners = "SELECT instance FROM service_heartbeat WHERE service = 'ingest'"
    assert await rows(database, owners) == [("coldlane-ingest",)]


async def test_f17_standby_takes_the_shards_of_the_dead_and_the_others_go_on(
    database: Database, database_url: str, mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    await register(database, LOW, HIGH)
    assert shard_of(BoxId(LOW)) < 0x20 <= shard_of(BoxId(HIGH))
    log = str(tmp_path / "ingest.log")

    def start(share: str) -> "Popen[bytes]":
        return start_ingest(database_url, mosquitto.url, log, MQTT_SHARDS=SHARES[share])

    low, high = start("low"), start("high")
    with ended(low, high), a_box(mosquitto.url, LOW) as box, a_box(mosquitto.url, HIGH) as other:
        await first_contact(box)
        await first_contact(other)
        kill(low)
        box.send(a_reading(1))
        other.send(a_reading(1))
        await eventually(lambda: other.contiguous() == 1, what="the process that lives")
        assert box.contiguous() == 0
        heir = start("low")
        with ended(heir):
            await eventually(lambda: box.contiguous() == 1, seconds=30, what="the backlog")
            spare = start("low")
            with ended(spare):
                await stands_by(database, "coldlane-ingest-00")
                kill(heir)
                box.send(a_reading(2))
                await eventually(lambda: box.contiguous() == 2, seconds=30, what="the takeover")
                standby = "SELECT 1 FROM service_heartbeat WHERE service = 'ingest-standby'"
                assert await rows(database, standby) == []
    assert connections(mosquitto, "coldlane-ingest-20") == 1
    assert len(await rows(database, "SELECT 1 FROM reading")) == 5

"""Memory does not grow with what waits: the pressure goes back to the broker."""

import asyncio
import os
import re
from pathlib import Path

import psycopg

from services.core.storage.database import Database
from services.core.wire.payload import encode_telemetry
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    BOOT,
    a_box,
    a_reading,
    eventually,
    kill,
    register,
    start_ingest,
)

NAME = "CB-0007"
MESSAGES = 600
SIZE = 120 * 1024
ROOM_MIB = 35
"""Twice the inbox's bound and two batches; all that waits here is 70 MiB."""


def _resident_mib(pid: int) -> float:
    found = re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def _unread(pid: int, broker_port: int) -> int:
    """Bytes that the kernel holds for the process on its connection to the broker."""
    links = [os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]
    ours = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(
        int(row[4].split(":")[1], 16)
        for row in rows
        if row[9] in ours and int(row[2].split(":")[1], 16) == broker_port
    )


def _padded(seq: int) -> bytes:
    """One reading in a message of the size given: spaces are allowed between fields."""
    message = encode_telemetry(BOOT, [a_reading(seq)])
    return message[:-1] + b" " * (SIZE - len(message)) + b"}"


async def test_backlog_beside_a_stuck_database_stays_at_the_broker(
    database: Database, database_url: str, mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    await register(database, NAME)
    process = start_ingest(database_url, mosquitto.url, str(tmp_path / "ingest.log"))
    try:
        with a_box(mosquitto.url, NAME) as box:

            async def is_received() -> bool:
                box.send(a_reading(0, t=a_reading().t.replace(microsecond=0)))
                await asyncio.sleep(0.5)
                return box.contiguous() == 0

            await eventually(is_received, seconds=30, what="the first receipt")
            before = _resident_mib(process.pid)
            with psycopg.connect(database_url.replace("+psycopg", "")) as other:
                other.execute("LOCK TABLE watermark IN ACCESS EXCLUSIVE MODE")
                for seq in range(1, MESSAGES + 1):
                    await asyncio.to_thread(box.publish, _padded(seq))
                await eventually(
                    lambda: _unread(process.pid, mosquitto.port) > 0, what="ingest to stop reading"
                )
                assert _resident_mib(process.pid) - before < ROOM_MIB
            await eventually(lambda: box.contiguous() == MESSAGES, seconds=60, what="the rows")
            assert _resident_mib(process.pid) - before < ROOM_MIB
    finally:
        kill(process)

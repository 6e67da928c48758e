"""The database's disk is full, and has room again."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from services.core.storage.database import Database
from services.core.storage.migrations import upgrade
from services.local.postgres import EmbeddedPostgres
from tests.support import floors
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    a_box,
    a_reading,
    batches,
    eventually,
    register,
    rows,
    running_ingest,
)
from tests.support.machine import as_root

NAME = "CB-0007"
SIZE_MIB = 256
CHUNK = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "small"
    folder.mkdir()
    try:
        as_root(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=0755", "tmpfs", str(folder)])
    except (PermissionError, RuntimeError) as error:
        floors.missing("disk", f"a small file system cannot be mounted: {error}")
    yield folder
    as_root(["umount", "--lazy", str(folder)])


def fill(ballast: Path) -> None:
    """Leave no byte free."""
    for size in (CHUNK, 4096):
        with suppress(OSError), ballast.open("ab") as file:
            while True:
                os.write(file.fileno(), bytes(size))


@pytest.mark.timeout(240)
async def test_f37_full_disk_stops_acknowledgements_and_loses_nothing(
    small_disk: Path, mosquitto: MosquittoBroker
) -> None:
    for folder in small_disk.parents[:3]:
        folder.chmod(0o755)
    server = EmbeddedPostgres(small_disk / "postgres")
    ballast = small_disk / "ballast"
    database = Database(server.start().replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        upgrade(database.url)
        await register(database, NAME)
        log = [a_reading(seq) for seq in range(10_001)]
        async with running_ingest(database, mosquitto.url) as counters:
            with a_box(mosquitto.url, NAME) as box:
                box.send(log[0])
                await eventually(lambda: box.contiguous() == 0, what="the first receipt")
                fill(ballast)
                for some in batches(log[1:], 200):
                    box.hand_over(*some)
                await eventually(lambda: counters.retries > 1, seconds=60, what="a full disk")
                said = box.contiguous()
                assert said < 10_000
                ballast.unlink()
                if server.pid is None:
                    server.start()
                await eventually(lambda: box.contiguous() == 10_000, seconds=60, what="the rest")
        assert await rows(database, "SELECT count(DISTINCT seq), count(*) FROM reading") == [
            (10_001, 10_001)
        ]
    finally:
        await database.close()
        server.stop()

"""From every released schema to the present one, while traffic flows and others hold locks."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from services.core.domain.errors import Unavailable
from services.core.storage import migrations
from services.core.storage.migrations import is_current, upgrade
from tests.support.ingesting import eventually

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
RELEASED = Path(__file__).parents[2] / "golden" / "released"
VERSIONS = Path(migrations.__file__).parent / "versions"
_OLD_PARTITIONS = """
CREATE TABLE reading_202611{day} PARTITION OF reading
FOR VALUES FROM ('2026-11-{day} 00:00:00+00') TO ('2026-11-{next} 00:00:00+00')
"""
# The released writer, in its own words: what it says must be understood while the schema changes.
_COPY = (
    "COPY reading (box_no, boot_no, seq, bucket_at, received_at, device_at, clock, temp_c)"
    " FROM STDIN"
)
_GATE = (
    "UPDATE watermark SET stored = stored + int8multirange(int8range(%(seq)s, %(seq)s + 10)),"
    " last_received_at = %(at)s, revision = revision + 1 WHERE boot_no = 1"
)


@pytest.fixture(params=["empty_database_url", "empty_timescale_url"])
def old_url(request: pytest.FixtureRequest) -> str:
    """A database as the release with schema 0001 left it, on each store."""
    url: str = request.getfixturevalue(request.param)
    upgrade(url, revision="0001")
    with psycopg.connect(_plain(url)) as connection:
        if "timescale" not in request.param:
            for day in range(20, 26):
                connection.execute(_OLD_PARTITIONS.format(day=day, next=day + 1))
        connection.execute((RELEASED / "0001.sql").read_text(encoding="utf-8"))
    return url


def _plain(url: str) -> str:
    address = make_url(url).set(drivername="postgresql")
    return address.render_as_string(hide_password=False)


def _columns(connection: "psycopg.Connection[Any]") -> dict[str, str]:
    """Of each table with rows, its columns as a list in SQL."""
    rows = connection.execute(
        "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
        " FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public'"
        " AND table_name !~ '^reading_|alembic' GROUP BY table_name"
    ).fetchall()
    return dict(rows)


def _content(connection: "psycopg.Connection[Any]", columns: dict[str, str]) -> dict[str, set[Any]]:
    return {
        table: {str(row) for row in connection.execute(f"SELECT {listed} FROM {table}")}
        for table, listed in columns.items()
    }


def test_every_row_of_a_release_is_there_after_the_upgrade(old_url: str) -> None:
    with psycopg.connect(_plain(old_url)) as connection:
        columns = _columns(connection)
        before = _content(connection, columns)
    assert len(before["reading"]) == 3000
    upgrade(old_url, NOW)
    assert is_current(old_url)
    with psycopg.connect(_plain(old_url)) as connection:
        after = _content(connection, columns)
        size = connection.execute("SELECT count(*) FROM reading").fetchone()
    lost = {table: rows - after[table] for table, rows in before.items()}
    assert not any(lost.values()), lost
    assert size == (3000,)


class _Traffic:
    """The released writer, storing ten readings a transaction until it is told to stop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.stored = 0
        self.delayed = 0
        self.is_over = False

    async def run(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        await connection.execute("SET lock_timeout = '5s'")
        while not self.is_over:
            try:
                await self._store(connection)
            except psycopg.errors.LockNotAvailable:
                self.delayed += 1
            else:
                self.stored += 10
            await asyncio.sleep(0.005)
        await connection.close()

    async def _store(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        first = 1000 + self.stored
        async with connection.transaction(), connection.cursor() as cursor:
            await cursor.execute(_GATE, {"seq": first, "at": NOW})
            async with cursor.copy(_COPY) as copy:
                for seq in range(first, first + 10):
                    at = NOW - timedelta(days=seq % 5, seconds=seq)
                    await copy.write_row((1, 1, seq, at, NOW, at, 1, 4.5))


async def _lock_was_given_up(url: str) -> None:
    """Return when a migration has waited for a lock in vain."""
    waits = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'alembic_version'::regclass"
    )
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)

    async def is_waited_for() -> bool:
        return (await (await connection.execute(waits)).fetchone()) != (0,)

    async def is_given_up() -> bool:
        return not await is_waited_for()

    await eventually(is_waited_for, what="the migration to wait")
    await eventually(is_given_up, what="the migration to give up waiting")
    await connection.close()


async def test_upgrade_under_traffic_gives_way_to_locks_and_loses_nothing(old_url: str) -> None:
    """F41."""
    url = _plain(old_url)
    traffic = _Traffic(url)
    writing = asyncio.create_task(traffic.run())
    await eventually(lambda: traffic.stored >= 50, what="traffic")
    holder = await psycopg.AsyncConnection.connect(url)
    await holder.execute("LOCK TABLE alembic_version IN SHARE MODE")
    upgrading = asyncio.create_task(asyncio.to_thread(upgrade, old_url, NOW))
    await _lock_was_given_up(url)
    assert not upgrading.done()
    await holder.rollback()
    await upgrading
    stored = traffic.stored
    await eventually(lambda: traffic.stored > stored, what="traffic after the upgrade")
    traffic.is_over = True
    await writing
    await holder.close()
    assert is_current(old_url)
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT seq) FROM reading WHERE boot_no = 1 AND seq >= 1000"
        ).fetchone()
        gate = connection.execute("SELECT stored::text FROM watermark WHERE boot_no = 1").fetchone()
    assert found == (traffic.stored, traffic.stored)
    assert gate == (f"{{[0,300),[1000,{1000 + traffic.stored})}}",)


def test_upgrade_that_never_gets_its_lock_says_so_and_can_be_repeated(
    empty_database_url: str,
) -> None:
    upgrade(empty_database_url, revision="0001")
    with psycopg.connect(_plain(empty_database_url)) as holder:
        holder.execute("LOCK TABLE alembic_version IN SHARE MODE")
        with pytest.raises(Unavailable, match="hold a lock"):
            upgrade(empty_database_url, attempts=1)
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)


def test_released_schema_is_never_edited() -> None:
    files = sorted([VERSIONS / "0001_first.py", *(VERSIONS / "0001").iterdir()])
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    assert digest == (RELEASED / "0001.sha256").read_text(encoding="ascii").strip()

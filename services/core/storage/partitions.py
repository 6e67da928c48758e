"""The one module that knows how `reading` is partitioned: TimescaleDB, or plain PostgreSQL.

Both partition on `bucket_at`, a day each. On plain PostgreSQL a default partition takes what no
day's partition is there for, so that a reading is never refused for its date; `ensure_partitions`
moves it to a day's partition later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, text

CHUNK = timedelta(days=1)
DAYS_BEHIND = 7
DAYS_AHEAD = 3
MOVED_AT_ONCE = 40
LOCK_TIMEOUT = "2s"


class Scheme(StrEnum):
    """How the readings are partitioned in a database; decided once, when it is created."""

    HYPERTABLE = "hypertable"
    DECLARATIVE = "declarative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What the database at hand can do. `community`: columnstore and policies may be used."""

    scheme: Scheme
    community: bool = False


def choose_scheme(connection: Connection) -> Scheme:
    """For a new database: the hypertable where the server has the extension and lets us use it."""
    offered = connection.scalar(
        text("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'")
    )
    loaded = connection.scalar(text("SELECT current_setting('timescaledb.license', true)"))
    installed = connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'"))
    if installed:
        return Scheme.HYPERTABLE
    if not offered or loaded is None or not _may_create_extensions(connection):
        return Scheme.DECLARATIVE
    connection.execute(text("CREATE EXTENSION timescaledb"))
    return Scheme.HYPERTABLE


def adopt_reading(connection: Connection, scheme: Scheme) -> None:
    """Make the freshly created table `reading` ready to take rows."""
    if scheme is Scheme.HYPERTABLE:
        connection.execute(
            text(
                "SELECT create_hypertable('reading',"
                " by_range('bucket_at', CAST(:chunk AS interval)), create_default_indexes => false)"
            ),
            {"chunk": CHUNK},
        )
    else:
        connection.execute(text("CREATE TABLE reading_default PARTITION OF reading DEFAULT"))


def store_of(connection: Connection) -> Store:
    """How an existing database keeps its readings."""
    kind = connection.scalar(
        text("SELECT relkind FROM pg_class WHERE oid = CAST('reading' AS regclass)")
    )
    if kind == "p":
        return Store(scheme=Scheme.DECLARATIVE)
    licence = connection.scalar(text("SELECT current_setting('timescaledb.license', true)"))
    return Store(scheme=Scheme.HYPERTABLE, community=licence == "timescale")


def ensure_partitions(connection: Connection, now: datetime) -> list[date]:
    """Keep a partition for each day around `now`, and for days that wait in the default one.

    Returns the days that were added. Runs inside the caller's transaction; a hypertable looks
    after itself. Raises the driver's lock timeout when a long query is in the way: try again.
    """
    if store_of(connection).scheme is Scheme.HYPERTABLE:
        return []
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    # One process at a time; the lock goes with the transaction.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('coldlane.partitions'))"))
    today = now.astimezone(UTC).date()
    window = {today + timedelta(days=n) for n in range(-DAYS_BEHIND, DAYS_AHEAD + 1)}
    wanted = window | set(_days_in_default(connection))
    added = sorted(wanted - partition_days(connection))
    if added:
        # Nothing may enter the default partition between the move and the attaching.
        connection.execute(text("LOCK TABLE reading_default IN ACCESS EXCLUSIVE MODE"))
    for day in added:
        _add_day(connection, day)
    return added


def partition_days(connection: Connection) -> set[date]:
    """The days that have a partition of their own (plain PostgreSQL)."""
    rows = connection.execute(
        text(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = CAST('reading' AS regclass) AND child.relname ~ '_[0-9]{8}$'"
        )
    )
    return {datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for (name,) in rows}


def _days_in_default(connection: Connection) -> list[date]:
    rows = connection.execute(
        text(
            "SELECT DISTINCT CAST(bucket_at AT TIME ZONE 'UTC' AS date) AS day"
            " FROM reading_default ORDER BY day DESC LIMIT :most"
        ),
        {"most": MOVED_AT_ONCE},
    )
    return [day for (day,) in rows]


def _add_day(connection: Connection, day: date) -> None:
    """A partition for the day, filled with what the default one holds of it, then attached."""
    name = f"reading_{day:%Y%m%d}"
    first = f"{day:%Y-%m-%d} 00:00:00+00"
    last = f"{day + timedelta(days=1):%Y-%m-%d} 00:00:00+00"
    # Names and bounds are made from a date here; nothing of it comes from outside.
    for statement in (
        f"CREATE TABLE {name} (LIKE reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
        " INCLUDING INDEXES)",
        f"WITH moved AS (DELETE FROM reading_default WHERE bucket_at >= '{first}'"  # noqa: S608
        f" AND bucket_at < '{last}' RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE reading ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{last}')",
    ):
        connection.execute(text(statement))


def _may_create_extensions(connection: Connection) -> bool:
    return bool(
        connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    )

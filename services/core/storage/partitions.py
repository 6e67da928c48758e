"""The one module that knows how `reading` is partitioned: TimescaleDB, or plain PostgreSQL.

Both partition on `bucket_at`, in stretches as wide as the load allows. On plain PostgreSQL a
default partition takes what no other is there for, so that a reading is never refused for its
date; `ensure_partitions` moves it to a partition of its own later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, text

from services.core.storage.grid import Cell, choose_width, missing_cells

CHUNK = timedelta(days=1)
BEHIND = timedelta(days=7)
AHEAD = timedelta(days=3)
LOOKED_BACK = timedelta(days=28)
MOVED_AT_ONCE = 40
LOCK_TIMEOUT = "2s"


class Scheme(StrEnum):
    """How the readings are partitioned in a database; decided once, when it is created."""

    HYPERTABLE = "hypertable"
    DECLARATIVE = "declarative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What the database at hand can do. `community`: columnstore and policies may be used.

    `ours`: this login may change how the readings are kept, not only write them.
    """

    scheme: Scheme
    community: bool = False
    ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A partition, by its name with its schema. `is_columnar`: most of it is in columns."""

    name: str
    cell: Cell
    is_columnar: bool = False

    @property
    def days(self) -> float:
        """How wide it is."""
        return (self.cell.end - self.cell.start) / timedelta(days=1)


_CHUNKS = text(
    """
    SELECT format('%I.%I', chunk_schema, chunk_name), range_start, range_end, is_compressed
      FROM timescaledb_information.chunks WHERE hypertable_name = 'reading' ORDER BY range_start
    """
)
_PARTITIONS = text(
    """
    SELECT format('%I.%I', nspname, relname), CAST(bounds[1] AS timestamptz),
           CAST(bounds[2] AS timestamptz), false
      FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      JOIN pg_namespace ON pg_namespace.oid = relnamespace
     CROSS JOIN LATERAL regexp_match(pg_get_expr(relpartbound, pg_class.oid),
                                     'FROM \\(''(.+)''\\) TO \\(''(.+)''\\)') AS bounds
     WHERE inhparent = CAST('reading' AS regclass) AND bounds IS NOT NULL ORDER BY 2
    """
)


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
    kind, ours = connection.execute(
        text(
            "SELECT relkind, pg_has_role(relowner, 'USAGE') FROM pg_class"
            " WHERE oid = CAST('reading' AS regclass)"
        )
    ).one()
    if kind == "p":
        return Store(scheme=Scheme.DECLARATIVE, ours=ours)
    licence = connection.scalar(text("SELECT current_setting('timescaledb.license', true)"))
    return Store(scheme=Scheme.HYPERTABLE, community=licence == "timescale", ours=ours)


def chunks(connection: Connection) -> list[Chunk]:
    """The partitions of `reading`, oldest first; without the default one."""
    hypertable = store_of(connection).scheme is Scheme.HYPERTABLE
    rows = connection.execute(_CHUNKS if hypertable else _PARTITIONS)
    return [Chunk(name=row[0], cell=Cell(row[1], row[2]), is_columnar=row[3]) for row in rows]


def width_by_load(connection: Connection, now: datetime) -> timedelta:
    """How wide the next partitions should be, by the fullest of the last four weeks."""
    recent = [
        chunk
        for chunk in chunks(connection)
        if now - LOOKED_BACK < chunk.cell.end <= now and not chunk.is_columnar
    ]
    # Empty ones say nothing: they may be older than the first box.
    rates = [size / chunk.days for chunk in recent if (size := _size(connection, chunk))]
    return choose_width(max(rates)) if rates else CHUNK


def ensure_partitions(connection: Connection, now: datetime) -> list[Cell]:
    """Keep partitions around `now`, and for what waits in the default one.

    They are as wide as the load allows. Returns what was added. Runs inside the caller's
    transaction; a hypertable makes its chunks by itself and is told their width. Raises the
    driver's lock timeout when a long query is in the way: try again.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    # One process at a time; the lock goes with the transaction.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('coldlane.partitions'))"))
    width, store = width_by_load(connection, now), store_of(connection)
    if store.scheme is Scheme.HYPERTABLE:
        if store.ours:
            _set_width(connection, width)
        return []
    existing = [chunk.cell for chunk in chunks(connection)]
    window = Cell(now - BEHIND, now + AHEAD)
    added = missing_cells(window, _waiting_in_default(connection), existing, width)
    if added:
        # Nothing may enter the default partition between the move and the attaching.
        connection.execute(text("LOCK TABLE reading_default IN ACCESS EXCLUSIVE MODE"))
    for cell in added:
        add_partition(connection, cell)
    return added


def add_partition(connection: Connection, cell: Cell) -> None:
    """A partition, filled with what the default one holds of its time, then attached."""
    name = f"reading_{cell.start:%Y%m%d%H}_{(cell.end - cell.start) // timedelta(hours=1)}h"
    first, last = cell.start.isoformat(" "), cell.end.isoformat(" ")
    # Names and bounds are made from instants here; nothing of it comes from outside.
    for statement in (
        f"CREATE TABLE {name} (LIKE reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
        " INCLUDING INDEXES)",
        f"WITH moved AS (DELETE FROM reading_default WHERE bucket_at >= '{first}'"  # noqa: S608
        f" AND bucket_at < '{last}' RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE reading ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{last}')",
    ):
        connection.execute(text(statement))


def _set_width(connection: Connection, width: timedelta) -> None:
    present = connection.scalar(
        text(
            "SELECT time_interval FROM timescaledb_information.dimensions"
            " WHERE hypertable_name = 'reading' AND column_name = 'bucket_at'"
        )
    )
    if present != width:
        connection.execute(
            text("SELECT set_chunk_time_interval('reading', CAST(:width AS interval))"),
            {"width": width},
        )


def _waiting_in_default(connection: Connection) -> list[datetime]:
    rows = connection.execute(
        text(
            "SELECT DISTINCT date_trunc('day', bucket_at, 'UTC') + interval '6 hours'"
            " * floor(extract(hour FROM bucket_at AT TIME ZONE 'UTC') / 6) AS quarter"
            " FROM reading_default ORDER BY quarter DESC LIMIT :most"
        ),
        {"most": MOVED_AT_ONCE},
    )
    return [quarter for (quarter,) in rows]


def _size(connection: Connection, chunk: Chunk) -> int:
    """Bytes with indexes; none as long as there is no row."""
    size = text(
        "SELECT CASE WHEN pg_relation_size(name) > 0 THEN pg_total_relation_size(name) ELSE 0 END"
        " FROM CAST(:name AS regclass) AS name"
    )
    return int(connection.scalar(size, {"name": chunk.name}) or 0)


def _may_create_extensions(connection: Connection) -> bool:
    return bool(
        connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    )

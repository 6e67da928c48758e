"""Old readings as columns: a fifth of the room, where TimescaleDB's community licence allows it.

A chunk is turned only when it is older than the horizon of late data and every shipment that
travelled in its time has ended. It is locked against writers, counted and hashed before and after,
and left as it was when the two differ. Late data that comes all the same is stored beside the
columns, under the same key, and taken into them the next time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from services.core.domain.errors import Conflict
from services.core.storage.grid import Cell
from services.core.storage.partitions import LOCK_TIMEOUT, Chunk, store_of

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('coldlane.columns'))")
_ARE_ENABLED = text(
    "SELECT compression_enabled FROM timescaledb_information.hypertables"
    " WHERE hypertable_name = 'reading'"
)
# A box's readings lie together in the order in which charts and folds read them.
_ENABLE = text(
    "ALTER TABLE reading SET (timescaledb.compress, timescaledb.compress_segmentby = 'box_no',"
    " timescaledb.compress_orderby = 'bucket_at, boot_no, seq')"
)
# Status 8: rows came after the chunk was turned, and lie beside its columns.
_RIPE = text(
    """
    SELECT format('%I.%I', chunk_schema, chunk_name), range_start, range_end, is_compressed
      FROM timescaledb_information.chunks
      JOIN _timescaledb_catalog.chunk ON schema_name = chunk_schema AND table_name = chunk_name
     WHERE hypertable_name = 'reading' AND range_end <= :before
       AND (NOT is_compressed OR status & 8 <> 0)
       AND NOT EXISTS (
           SELECT FROM assignment JOIN shipment USING (shipment_id)
            WHERE during && tstzrange(range_start, range_end)
              AND state NOT IN ('closed', 'cancelled', 'returned', 'destroyed'))
     ORDER BY range_start
    """
)
_COMPRESS = text("SELECT compress_chunk(CAST(:name AS regclass))")
_SIZE = text(
    "SELECT total_bytes FROM chunks_detailed_size('reading')"
    " WHERE format('%I.%I', chunk_schema, chunk_name) = :name"
)


class RowsDiffer(Conflict):
    """The rows of a chunk were not the same after it was turned into columns; nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A chunk that is columns now: its rows, and its bytes before and after."""

    chunk: Chunk
    rows: int
    bytes_before: int
    bytes_after: int


def ripe_chunks(connection: Connection, before: datetime) -> list[Chunk]:
    """Chunks that ended before then, whose shipments have all ended; none without the licence."""
    store = store_of(connection)
    if not (store.community and store.ours):
        return []
    if not connection.scalar(_ARE_ENABLED):
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(_ENABLE)
    rows = connection.execute(_RIPE, {"before": before})
    return [Chunk(name=row[0], cell=Cell(row[1], row[2]), is_columnar=row[3]) for row in rows]


def turn_into_columns(connection: Connection, chunk: Chunk) -> Turned | None:
    """Turn one chunk, inside the caller's transaction; None while another process does one.

    Writers to this chunk wait meanwhile, readers do not. Raises RowsDiffer, or the driver's lock
    timeout when somebody else holds the chunk: try again later.
    """
    if not connection.scalar(_ONE_AT_A_TIME):
        return None
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    # The name comes from the catalogue, quoted there.
    connection.execute(text(f"LOCK TABLE {chunk.name} IN SHARE ROW EXCLUSIVE MODE"))
    size = int(connection.scalar(_SIZE, {"name": chunk.name}) or 0)
    before = _fingerprint(connection, chunk)
    connection.execute(_COMPRESS, {"name": chunk.name})
    after = _fingerprint(connection, chunk)
    if before != after:
        raise RowsDiffer(f"{chunk.name}: {before} before, {after} after")
    return Turned(
        chunk=chunk,
        rows=before[0],
        bytes_before=size,
        bytes_after=int(connection.scalar(_SIZE, {"name": chunk.name}) or 0),
    )


def _fingerprint(connection: Connection, chunk: Chunk) -> tuple[int, int]:
    """How many rows, and a sum over their hashes that does not depend on their order."""
    cell = chunk.cell
    row = connection.execute(
        text(
            "SELECT count(*), coalesce(sum(CAST(hashtextextended(CAST(reading AS text), 0)"
            " AS numeric)), 0) FROM reading WHERE bucket_at >= :start AND bucket_at < :end"
        ),
        {"start": cell.start, "end": cell.end},
    ).one()
    return int(row[0]), int(row[1])

"""What can be had of an old partition that stays rows: its index built anew, without the holes.

Boxes write in turn, so the pages of the index split in the middle and stay half empty: 85 bytes a
reading where 50 are enough. Like columns, this waits for the horizon of late data and for the
shipments; it changes no row.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, Connection, Text, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from services.core.storage.partitions import LOCK_TIMEOUT, Chunk, chunks, store_of

ENTRY_BYTES = 60
"""An entry of the key takes 44 bytes, on pages nine tenths full 49; more than this is loose."""

_SMALL = 1 << 18
_LOOSE = text(
    """
    SELECT name FROM unnest(:names, :starts, :ends) AS old (name, start_at, end_at)
      JOIN pg_class ON pg_class.oid = CAST(name AS regclass)
     WHERE reltuples > 0 AND pg_indexes_size(pg_class.oid) > :small + reltuples * :entry
       AND NOT EXISTS (
           SELECT FROM assignment JOIN shipment USING (shipment_id)
            WHERE during && tstzrange(start_at, end_at)
              AND state NOT IN ('closed', 'cancelled', 'returned', 'destroyed'))
    """
).bindparams(
    bindparam("names", type_=ARRAY(Text)),
    bindparam("starts", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("ends", type_=ARRAY(TIMESTAMP(timezone=True))),
)


def loose_chunks(connection: Connection, before: datetime) -> list[Chunk]:
    """Partitions of rows that ended before then and whose index is larger than it need be."""
    store = store_of(connection)
    if store.community or not store.ours:
        return []
    old = [one for one in chunks(connection) if one.cell.end <= before and not one.is_columnar]
    values = {
        "names": [one.name for one in old],
        "starts": [one.cell.start for one in old],
        "ends": [one.cell.end for one in old],
        "small": _SMALL,
        "entry": ENTRY_BYTES,
    }
    loose = set(connection.execute(_LOOSE, values).scalars())
    return [one for one in old if one.name in loose]


def pack(connection: Connection, chunk: Chunk) -> None:
    """Build the index anew, inside the caller's transaction; who needs it waits meanwhile.

    Raises the driver's lock timeout when somebody holds the partition: try again later.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    # The name comes from the catalogue, quoted there.
    connection.execute(text(f"REINDEX TABLE {chunk.name}"))

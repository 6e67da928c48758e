"""What ends a batch of readings, in one statement: the gate, the work list and the bell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.core.domain.sequence import SequenceSet
from services.core.storage.arrays import as_array
from services.core.storage.database import Channel, UnitOfWork
from services.core.storage.watermarks import Boot

MOST_NAMED = 16
"""A bell names the boxes of a batch while they are few: who has put them off need not get up."""

# One round trip instead of three, and by the driver itself: a part of every batch.
_CLOSE = f"""
    WITH saved AS (
      UPDATE watermark w
         SET stored = CAST(given.stored AS int8multirange), start_seq = given.start_seq,
             grade = given.grade, zero_s = given.zero_s,
             last_received_at = greatest(w.last_received_at, given.received_at),
             revision = w.revision + 1
        FROM unnest(CAST(%s AS integer[]), CAST(%s AS text[]), CAST(%s AS bigint[]),
                    CAST(%s AS smallint[]), CAST(%s AS double precision[]),
                    CAST(%s AS timestamptz[]))
          AS given (boot_no, stored, start_seq, grade, zero_s, received_at)
       WHERE w.boot_no = given.boot_no
    ), put AS (
      INSERT INTO worklist (box_no, earliest, reason, put_at)
      SELECT box_no, earliest, 'readings', %s
        FROM unnest(CAST(%s AS integer[]), CAST(%s AS timestamptz[])) AS given (box_no, earliest)
      RETURNING box_no
    )
    SELECT pg_notify('{Channel.WORK}', coalesce(
             (SELECT string_agg(box_no::text, ' ') FROM put HAVING count(*) <= {MOST_NAMED}), ''))
     WHERE EXISTS (SELECT FROM put)
    """  # noqa: S608  a fixed name and number


async def close_batch(
    uow: UnitOfWork, boots: Sequence[Boot], earliest: Mapping[int, datetime], now: datetime
) -> None:
    """Save what is stored of these boots now, and put their boxes on the work list.

    `earliest`: from when each box (by box number) is to be judged again.
    """
    if not boots and not earliest:
        return
    driver = await uow.driver()
    await driver.execute(
        _CLOSE,
        (
            as_array(boot.boot_no for boot in boots),
            as_array(f'"{_as_multirange(boot.stored)}"' for boot in boots),
            as_array(boot.start_seq for boot in boots),
            as_array(int(boot.grade) for boot in boots),
            as_array(boot.zero_s for boot in boots),
            as_array(boot.received_at and boot.received_at.isoformat() for boot in boots),
            now,
            as_array(earliest),
            as_array(instant.isoformat() for instant in earliest.values()),
        ),
    )


def _as_multirange(stored: SequenceSet) -> str:
    return "{" + ",".join([f"[{start},{end})" for start, end in stored.ranges()]) + "}"

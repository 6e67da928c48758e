"""What ends a batch of readings, in one statement: the gates, the work list and the bell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.sequence import SequenceSet
from services.core.storage.arrays import as_array
from services.core.storage.database import Channel, UnitOfWork
from services.core.storage.failures import GateMoved
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
                    CAST(%s AS timestamptz[]), CAST(%s AS bigint[]))
          AS given (boot_no, stored, start_seq, grade, zero_s, received_at, revision)
       WHERE w.boot_no = given.boot_no AND w.revision = given.revision
      RETURNING 1
    ), put AS (
      INSERT INTO worklist (box_no, earliest, reason, put_at)
      SELECT box_no, earliest, 'readings', %s
        FROM unnest(CAST(%s AS integer[]), CAST(%s AS timestamptz[])) AS given (box_no, earliest)
      RETURNING box_no
    )
    SELECT (SELECT count(*) FROM saved),
           (SELECT pg_notify('{Channel.WORK}', coalesce(
              (SELECT string_agg(box_no::text, ' ') FROM put HAVING count(*) <= {MOST_NAMED}), ''))
             WHERE EXISTS (SELECT FROM put))
    """  # noqa: S608  a fixed name and number


_NO_WORK = ("{}", "{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the statement is told, as it was when the batch was sorted."""

    boots: int
    gates: tuple[str, ...]
    work: tuple[str, str]


def closing_of(boots: Sequence[Boot], earliest: Mapping[int, datetime]) -> Closing:
    """Save what is stored of these boots; each is, from now on, what it will be then.

    `earliest`: from when each box (by box number) is to be judged again.
    """
    gates = (
        as_array(boot.boot_no for boot in boots),
        as_array(f'"{_as_multirange(boot.stored)}"' for boot in boots),
        as_array(boot.start_seq for boot in boots),
        as_array(int(boot.grade) for boot in boots),
        as_array(boot.zero_s for boot in boots),
        as_array(boot.received_at and boot.received_at.isoformat() for boot in boots),
        as_array(boot.revision for boot in boots),
    )
    for boot in boots:
        boot.revision += 1
    work = as_array(earliest), as_array(instant.isoformat() for instant in earliest.values())
    return Closing(boots=len(boots), gates=gates, work=work)


async def close_batch(uow: UnitOfWork, closing: Closing, now: datetime) -> None:
    """Save the gates and put the boxes on the work list; GateMoved if a gate is not as it was."""
    if not closing.boots and closing.work == _NO_WORK:
        return
    driver = await uow.driver()
    done = await driver.execute(_CLOSE, (*closing.gates, now, *closing.work))
    saved = await done.fetchone()
    if saved is None or saved[0] != closing.boots:
        raise GateMoved("somebody else has stored readings of the same boots meanwhile")


def _as_multirange(stored: SequenceSet) -> str:
    return "{" + ",".join([f"[{start},{end})" for start, end in stored.ranges()]) + "}"

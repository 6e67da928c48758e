"""The table `reading` as ingest writes it: copied into, and compared with what comes again."""
# ruff: noqa: S608 - the statements are put together from names of this module alone

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import text

from services.core.domain.telemetry import TOLERATED, ClockState, TimeClaim
from services.core.storage.copying import COLUMNS, HEADER, TRAILER, Row, row_bytes
from services.core.storage.database import UnitOfWork

_COPY = f"COPY {{table}} ({COLUMNS}) FROM STDIN (FORMAT binary)"
_ROWS_AT_ONCE = 250
_STAGE = "incoming"
_CREATE_STAGE = text(
    f"CREATE TEMPORARY TABLE {_STAGE} (LIKE reading INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
)
_CLEAR_STAGE = text(f"TRUNCATE {_STAGE}")
_INSERT_STAGED = text(
    f"INSERT INTO reading ({COLUMNS}) SELECT {COLUMNS} FROM {_STAGE} ON CONFLICT DO NOTHING"
)

# What a box says; the rest is when and where we put it.
_CONTENT = tuple(
    name
    for name in COLUMNS.split(", ")
    if name.strip() not in ("box_no", "boot_no", "seq", "bucket_at", "received_at")
)


def _same(left: str, right: str) -> str:
    return (
        f"({', '.join(f'{left}.{name}' for name in _CONTENT)}) IS NOT DISTINCT FROM"
        f" ({', '.join(f'{right}.{name}' for name in _CONTENT)})"
    )


_KEY = "r.box_no = i.box_no AND r.boot_no = i.boot_no AND r.seq = i.seq"
# A plan by hash would read whole partitions for a handful of repeats.
_NESTED_LOOPS = text(
    "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
_OFFERED = (
    "to_jsonb(i) - ARRAY['box_no', 'boot_no', 'bucket_at', 'received_at', 'is_same'] AS offered"
)
_INTO_CONFLICTS = f"""
    INSERT INTO key_conflict (box_no, boot_no, seq, received_at, offered, sha256)
    SELECT box_no, boot_no, seq, received_at, offered,
           sha256(convert_to(CAST(offered AS text), 'UTF8'))
      FROM (SELECT i.*, {_OFFERED} FROM {{}}) different
        ON CONFLICT DO NOTHING RETURNING box_no
    """
# Nearly every repeat lies where its own device time says; one look-up by key finds it there, and
# says whether it is the same.
_SETTLE_IN_PLACE = text(
    f"WITH found AS (DELETE FROM {_STAGE} i USING reading r"
    f" WHERE {_KEY} AND r.bucket_at = i.device_at"
    # Says nothing new, but partitions are left out by it before they are planned for.
    " AND r.bucket_at BETWEEN :first AND :last"
    f" RETURNING i.*, {_same('r', 'i')} AS is_same)"
    f"{_INTO_CONFLICTS.format('found i WHERE NOT is_same')}"
)
_COUNT_LEFT = text(f"SELECT count(*) FROM {_STAGE}")
_STAGE_EXISTS = text(f"SELECT to_regclass('pg_temp.{_STAGE}')")
# The key without its time is no key: the box is gone through once for all rows of a boot, not once
# for each. What was found is few, and a plan by hash is right for it.
_BY_HASH = text("SELECT set_config('enable_hashjoin', 'on', true)")
# The rest was put elsewhere for its implausible time, or says another time: look through the box.
# With what was removed under a rule nothing can be compared any more.
_SETTLE_ELSEWHERE = text(
    f"""
    WITH boots AS (
      SELECT box_no, boot_no, array_agg(DISTINCT seq) AS seqs FROM {_STAGE} GROUP BY box_no, boot_no
    ), stood AS MATERIALIZED (
      SELECT r.* FROM boots CROSS JOIN LATERAL (
        SELECT * FROM reading WHERE box_no = boots.box_no AND boot_no = boots.boot_no
           AND seq = ANY(boots.seqs) OFFSET 0) r
    )
    """
    + _INTO_CONFLICTS.format(
        f"""{_STAGE} i
             WHERE NOT EXISTS (SELECT FROM stood r WHERE {_KEY} AND {_same("r", "i")})
               AND (EXISTS (SELECT FROM stood r WHERE {_KEY}) OR NOT EXISTS (
                   SELECT FROM reading_removal gone
                    WHERE gone.boot_no = i.boot_no AND i.seq BETWEEN first_seq AND last_seq))"""
    )
)
# A reading of the boot whose clock was set and whose counter is known: the two fix the counter.
_SET_READING = text(
    """
    SELECT device_at, bucket_at, received_at, clock, mono_ms FROM reading
     WHERE box_no = :box_no AND boot_no = :boot_no
       AND clock <> 3 AND bucket_at = device_at AND mono_ms IS NOT NULL
     ORDER BY bucket_at, seq LIMIT 1
    """
)
# The latest zero that no reading contradicts; none when the counter itself is not to be believed.
_COUNTER_ZERO = text(
    """
    WITH counted AS (
      SELECT extract(epoch FROM device_at)::float8 - mono_ms / 1000.0::float8 AS told,
             extract(epoch FROM received_at)::float8 - mono_ms / 1000.0::float8 AS latest,
             clock <> 3 AND device_at >= :earliest AS is_set,
             mono_ms < lag(mono_ms) OVER (ORDER BY seq) AS falls
        FROM readings_of_boot(:box_no, :boot_no) WHERE mono_ms IS NOT NULL
    )
    SELECT CASE WHEN coalesce(bool_or(falls), false) THEN NULL ELSE max(told) FILTER (
             WHERE is_set AND told <= (SELECT min(latest) FROM counted) + :tolerated_s) END
      FROM counted
    """
)


class ReadingTable:
    """The readings, inside one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def add(self, groups: Iterable[Sequence[Row]]) -> list[int]:
        """Copy rows whose keys are free; the driver's unique violation when one is not.

        All groups are taken, one by one, while the database takes in those before.
        """
        await self._copy("reading", groups)
        return []

    async def add_pieces(self, pieces: Iterable[bytes]) -> None:
        """Copy rows that are bytes already; what is said of `add` holds."""
        await self._copy_pieces("reading", pieces)

    async def add_around_key(self, groups: Iterable[Sequence[Row]]) -> list[int]:
        """Insert those whose keys are free and compare the others; the conflicts as below."""
        rows = list(chain.from_iterable(groups))
        if not rows:
            return []
        await self._stage(rows)
        await self._uow.execute(_INSERT_STAGED)
        return await self._compare_staged(rows)

    async def compare(self, rows: Sequence[Row]) -> list[int]:
        """Compare rows with what is stored under their keys; the box of each that differed anew."""
        if not rows:
            return []
        await self._stage(rows)
        return await self._compare_staged(rows)

    async def set_reading(self, box_no: int, boot_no: int) -> TimeClaim | None:
        """What the boot's first reading with a set clock says about time, if there is one."""
        row = (
            await self._uow.execute(_SET_READING, {"box_no": box_no, "boot_no": boot_no})
        ).one_or_none()
        if row is None:
            return None
        return TimeClaim(**{**row._mapping, "clock": ClockState(row.clock)})

    async def counter_zero(self, box_no: int, boot_no: int, earliest: datetime) -> float | None:
        """When the counter was zero, seconds since 1970, by all stored readings of the boot.

        `earliest`: a device time before it is that of a clock that was never set.
        """
        parameters = {
            "box_no": box_no,
            "boot_no": boot_no,
            "earliest": earliest,
            "tolerated_s": TOLERATED.total_seconds(),
        }
        found: float | None = (await self._uow.execute(_COUNTER_ZERO, parameters)).scalar_one()
        return found

    async def _compare_staged(self, rows: Sequence[Row]) -> list[int]:
        times = [row.reading.device_at for row in rows]
        await self._uow.execute(_NESTED_LOOPS)
        parameters = {"first": min(times), "last": max(times)}
        differ = list((await self._uow.execute(_SETTLE_IN_PLACE, parameters)).scalars())
        if (await self._uow.execute(_COUNT_LEFT)).scalar_one():
            await self._uow.execute(_BY_HASH)
            differ += (await self._uow.execute(_SETTLE_ELSEWHERE)).scalars()
        return differ

    async def _stage(self, rows: Sequence[Row]) -> None:
        exists = await self._uow.execute(_STAGE_EXISTS)
        await self._uow.execute(_CREATE_STAGE if exists.scalar_one() is None else _CLEAR_STAGE)
        await self._copy(_STAGE, [rows])

    async def _copy(self, table: str, groups: Iterable[Sequence[Row]]) -> None:
        await self._copy_pieces(table, copy_pieces(groups))

    async def _copy_pieces(self, table: str, pieces: Iterable[bytes]) -> None:
        """The database takes in one piece while the next is put together."""
        waiting = iter(pieces)
        first = next(waiting, None)
        if first is None:
            return
        driver = await self._uow.driver()
        async with driver.cursor() as cursor, cursor.copy(_COPY.format(table=table)) as copy:
            await copy.write(HEADER + first)
            for piece in waiting:
                await copy.write(piece)
            await copy.write(TRAILER)


def copy_pieces(
    groups: Iterable[Sequence[Row]], rows_at_once: int = _ROWS_AT_ONCE
) -> Iterator[bytes]:
    """Groups as bytes, as many together as are worth sending."""
    piece: list[Row] = []
    for rows in groups:
        piece += rows
        if len(piece) >= rows_at_once:
            yield row_bytes(piece)
            piece = []
    if piece:
        yield row_bytes(piece)

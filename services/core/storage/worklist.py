"""The work list: what must be judged again, from when, and why; rows are only added and taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, TextClause, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from services.core.storage.database import Channel, UnitOfWork
from services.core.storage.schema import worklist

_EARLIEST = bindparam("earliest", type_=ARRAY(TIMESTAMP(timezone=True)))


def _insert(column: str, kind: str) -> TextClause:
    return text(
        f"INSERT INTO worklist ({column}, earliest, reason, put_at)"  # noqa: S608  two fixed names
        " SELECT subject, earliest, :reason, :now"
        f" FROM unnest(CAST(:subjects AS {kind}[]), CAST(:earliest AS timestamptz[]))"
        " AS given (subject, earliest)"
    ).bindparams(_EARLIEST)


_PUT_BOXES = _insert("box_no", "integer")
_PUT_PAYLOADS = _insert("payload_id", "uuid")


class Worklist:
    """Put work in the transaction that makes it necessary; only alerts takes it away."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def put_boxes(self, earliest: Mapping[int, datetime], reason: str, now: datetime) -> None:
        """All payloads that travelled in these boxes (by box number) since the instant given."""
        if earliest:
            await self._put(_PUT_BOXES, list(earliest), list(earliest.values()), reason, now)

    async def put_payloads(
        self, earliest: Mapping[UUID, datetime], reason: str, now: datetime
    ) -> None:
        """These payloads, whose inputs changed from the instant given on."""
        if earliest:
            await self._put(_PUT_PAYLOADS, list(earliest), list(earliest.values()), reason, now)

    async def _put(
        self,
        statement: TextClause,
        subjects: Sequence[object],
        earliest: Sequence[datetime],
        reason: str,
        now: datetime,
    ) -> None:
        await self._uow.execute(
            statement,
            {"subjects": subjects, "earliest": earliest, "reason": reason, "now": now},
        )
        self._uow.ring(Channel.WORK)

    async def depth(self) -> tuple[int, datetime | None]:
        """How many rows wait, and since when the oldest does."""
        rows = await self._uow.execute(
            select(func.count().label("rows"), func.min(worklist.c.put_at).label("oldest"))
        )
        row = rows.mappings().one()
        return row["rows"], row["oldest"]

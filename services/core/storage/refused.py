"""Refused messages as people see them; ingest writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.core.storage.database import UnitOfWork
from services.core.storage.reprocessing import DONE
from services.core.storage.schema import rejected_message


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedMessage:
    """A message that was not stored as readings, with its bytes."""

    id: int
    received_at: datetime
    topic: str
    box_id: str | None
    payload: bytes
    sha256: bytes
    reason: str
    field: str | None
    detail: str
    remedy: str
    is_part: bool
    repeats: int
    last_received_at: datetime | None
    reprocessed_at: datetime | None
    outcome: str | None
    outcome_detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFilter:
    """Which of them. `open_only`: those that were never read again with success."""

    box_id: str | None = None
    reason: str | None = None
    open_only: bool = False


_COLUMNS = tuple(rejected_message.c[name] for name in RefusedMessage.__slots__)


async def refused_messages(
    unit: UnitOfWork, wanted: RefusedFilter, before: int | None, limit: int
) -> list[RefusedMessage]:
    """The newest first, from behind the id `before`."""
    table = rejected_message.c
    statement = select(*_COLUMNS).order_by(table.id.desc()).limit(limit)
    if wanted.box_id is not None:
        statement = statement.where(table.box_id == wanted.box_id)
    if wanted.reason is not None:
        statement = statement.where(table.reason == wanted.reason)
    if wanted.open_only:
        statement = statement.where(table.outcome.is_(None) | table.outcome.not_in(DONE))
    if before is not None:
        statement = statement.where(table.id < before)
    rows = await unit.execute(statement)
    return [RefusedMessage(**row._mapping) for row in rows]

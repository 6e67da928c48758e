"""Refused messages that are to be read again: asked for by the API, done by ingest.

A request is a row. The transaction that stores what the message says now also writes its outcome
and takes the request away, so that it is done once, and not at all when ingest dies in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, bindparam, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import rejected_message, reprocess_request

DONE = ("stored", "repeated")
"""Outcomes after which a message need not be read again."""

_CLAIM = text(
    """
    SELECT m.id, m.received_at, m.topic, m.payload, m.is_part,
           m.reason = 'retained' AS is_retained
      FROM reprocess_request r
      JOIN rejected_message m ON m.id = r.message_id
      LEFT JOIN box USING (box_id)
     WHERE box.shard IS NULL OR box.shard = ANY (:shards)
     ORDER BY r.message_id
     LIMIT 1
       FOR UPDATE OF r SKIP LOCKED
    """
).bindparams(bindparam("shards", type_=ARRAY(Integer)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which messages: by their ids, or all of a reason or a box that are not done."""

    ids: Sequence[int] = ()
    reason: str | None = None
    box_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A refused message as it came; `is_retained`: of an age that nobody knows."""

    id: int
    received_at: datetime
    topic: str
    payload: bytes
    is_part: bool
    is_retained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of reading it again: stored, repeated, part or refused; `detail` says why not."""

    outcome: str
    detail: str | None = None


class Reprocessing:
    """The requests and their outcomes, inside one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def ask(self, selection: Selection, now: datetime, asked_by: str) -> int:
        """Ask for these messages; returns how many were not asked for already."""
        kept = rejected_message.c
        wanted = select(kept.id, literal(now), literal(asked_by))
        if selection.ids:
            wanted = wanted.where(kept.id.in_(selection.ids))
        else:
            wanted = wanted.where(kept.outcome.is_(None) | kept.outcome.not_in(DONE))
        if selection.reason is not None:
            wanted = wanted.where(kept.reason == selection.reason)
        if selection.box_id is not None:
            wanted = wanted.where(kept.box_id == selection.box_id)
        statement = insert(reprocess_request).from_select(
            ["message_id", "asked_at", "asked_by"], wanted
        )
        asked = statement.on_conflict_do_nothing().returning(reprocess_request.c.message_id)
        return len((await self._uow.execute(asked)).all())

    async def claim(self, shards: Sequence[int]) -> KeptMessage | None:
        """The next message of these shards, or of no known box; nobody else gets it meanwhile."""
        rows = await self._uow.execute(_CLAIM, {"shards": list(shards)})
        row = rows.one_or_none()
        return None if row is None else KeptMessage(**row._mapping)

    async def settle(self, message_id: int, outcome: Outcome, now: datetime) -> None:
        """Write what came of it, and take the request away."""
        values = {"outcome": outcome.outcome, "outcome_detail": outcome.detail}
        kept = rejected_message.c
        await self._uow.execute(
            update(rejected_message)
            .where(kept.id == message_id)
            .values(reprocessed_at=now, **values)
        )
        request = reprocess_request.c
        await self._uow.execute(delete(reprocess_request).where(request.message_id == message_id))

    async def waiting(self) -> int:
        """How many messages are still to be read again."""
        found = await self._uow.execute(select(func.count()).select_from(reprocess_request))
        count: int = found.scalar_one()
        return count

    async def outcomes(self, since: datetime) -> Mapping[str, int]:
        """How many messages were read again from an instant on, by what came of it."""
        kept = rejected_message.c
        rows: Any = await self._uow.execute(
            select(kept.outcome, func.count().label("messages"))
            .where(kept.reprocessed_at >= since)
            .group_by(kept.outcome)
        )
        return {row.outcome: row.messages for row in rows}

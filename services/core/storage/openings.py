"""When bays are open: what was published, and what is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import Range

from services.core.domain.clearance.opening_times import Stretch
from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import bay_closure, bay_opening


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRecord:
    """A time in which a bay takes nobody; `withdrawn_at`: it does again."""

    closure_id: UUID
    bay_id: str
    start: datetime
    end: datetime
    reason: str
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


_OPENINGS = text(
    'SELECT bay_id, lower(during) AS start, upper(during) AS "end" FROM bay_opening'
    " WHERE bay_id = ANY(:bays) ORDER BY bay_id, lower(during)"
)
_CLOSURES = text(
    'SELECT closure_id, bay_id, lower(during) AS start, upper(during) AS "end", reason,'
    " entered_at, entered_by, withdrawn_at, withdrawn_by FROM bay_closure"
    " WHERE bay_id = ANY(:bays) AND upper(during) > :since ORDER BY lower(during), closure_id"
)
_ENVELOPE = text(
    "UPDATE bay SET published_until = :until, revision = revision + 1"
    " WHERE bay_id = :bay_id AND published_until < :until"
)


class OpeningRepository:
    """Reads and writes when bays are open."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def openings(self, bays: Sequence[str]) -> dict[str, list[Stretch]]:
        """What was published of each bay, in order."""
        found: dict[str, list[Stretch]] = {bay_id: [] for bay_id in bays}
        for row in await self._unit.execute(_OPENINGS, {"bays": list(bays)}):
            found[row.bay_id].append((row.start, row.end))
        return found

    async def open(
        self, bay_id: str, stretches: Sequence[tuple[UUID, Stretch]], by: tuple[datetime, str]
    ) -> None:
        """Publish; raises AlreadyExists where something is published already."""
        at, who = by
        rows = [
            {
                "opening_id": opening_id,
                "bay_id": bay_id,
                "during": Range(begin, end),
                "entered_at": at,
                "entered_by": who,
            }
            for opening_id, (begin, end) in stretches
        ]
        taken = AlreadyExists("a part of this time is published already", field="from")
        with refusals({"opened_once": taken}):
            await self._unit.execute(insert(bay_opening), rows)
        until = max(end for _, (_, end) in stretches)
        await self._unit.execute(_ENVELOPE, {"bay_id": bay_id, "until": until})

    async def closures(self, bays: Sequence[str], since: datetime) -> list[ClosureRecord]:
        """Closures that end after `since`, withdrawn ones too."""
        rows = await self._unit.execute(_CLOSURES, {"bays": list(bays), "since": since})
        return [ClosureRecord(**row._mapping) for row in rows]

    async def close(self, values: dict[str, Any], stretch: Stretch) -> None:
        """Take a bay out of use for a time."""
        await self._unit.execute(insert(bay_closure).values(**values, during=Range(*stretch)))

    async def withdraw(self, closure_id: UUID, bay_id: str, by: tuple[datetime, str]) -> None:
        """Take the closure back; raises NotFound when there is none that stands."""
        at, who = by
        done = await self._unit.execute(
            update(bay_closure)
            .where(
                bay_closure.c.closure_id == closure_id,
                bay_closure.c.bay_id == bay_id,
                bay_closure.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=at, withdrawn_by=who)
            .returning(bay_closure.c.closure_id)
        )
        if done.one_or_none() is None:
            raise NotFound("there is no such closure that stands", field="closure_id")

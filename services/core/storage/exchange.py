"""Messages of systems outside: each content once, with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import exchange_message, shipment

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7340018)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message as it came, and what came of it."""

    entry_no: int
    sha256: bytes
    message_id: str | None
    kind: str | None
    subject: str | None
    version: int | None
    content: str
    outcome: str
    field: str | None
    detail: str | None
    remedy: str | None
    object_id: UUID | None
    repeats: int
    received_at: datetime
    last_received_at: datetime
    received_from: str


class ExchangeRepository:
    """Reads and writes what was exchanged; ids and contents are those of one sender."""

    def __init__(self, unit: UnitOfWork, sender: str = "") -> None:
        self._unit = unit
        self._own = exchange_message.c.received_from == sender

    async def lock(self) -> None:
        """One import at a time until the transaction ends: what came first is told by it."""
        await self._unit.execute(_ONE_AT_A_TIME)

    async def by_content(self, sha256: bytes) -> KeptMessage | None:
        """The message with exactly this content."""
        return await self._one(self._own & (exchange_message.c.sha256 == sha256))

    async def content(self, sha256: bytes) -> KeptMessage:
        """The same of one that must be there; raises NotFound."""
        found = await self.by_content(sha256)
        if found is None:
            raise NotFound("there is no such message")
        return found

    async def shipment_of(self, reference: str) -> UUID | None:
        """The shipment that a message means."""
        found = await self._unit.execute(
            select(shipment.c.shipment_id).where(shipment.c.reference == reference)
        )
        return found.scalar_one_or_none()

    async def by_id(self, message_id: str) -> KeptMessage | None:
        """The message that stands under an id."""
        table = exchange_message.c
        return await self._one(
            self._own & (table.message_id == message_id) & (table.outcome != "refused")
        )

    async def newest(self, kind: str, subject: str) -> KeptMessage | None:
        """The latest version of something that was taken."""
        table = exchange_message.c
        found = await self._unit.execute(
            select(exchange_message)
            .where(
                self._own, table.kind == kind, table.subject == subject, table.outcome == "taken"
            )
            .order_by(table.version.desc())
            .limit(1)
        )
        row = found.one_or_none()
        return None if row is None else KeptMessage(**row._mapping)

    async def waiting(self) -> list[KeptMessage]:
        """What could not hold yet, in the order of its coming."""
        table = exchange_message.c
        found = await self._unit.execute(
            select(exchange_message)
            .where(self._own, table.outcome == "waiting")
            .order_by(table.entry_no)
        )
        return [KeptMessage(**row._mapping) for row in found]

    async def page(self, outcome: str | None, after: int | None, limit: int) -> list[KeptMessage]:
        """Messages, newest first, from behind `after`."""
        table = exchange_message.c
        wanted = select(exchange_message).order_by(table.entry_no.desc()).limit(limit)
        if outcome is not None:
            wanted = wanted.where(table.outcome == outcome)
        if after is not None:
            wanted = wanted.where(table.entry_no < after)
        return [KeptMessage(**row._mapping) for row in await self._unit.execute(wanted)]

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep a message that was never seen."""
        await self._unit.execute(insert(exchange_message).values(**values))

    async def change(self, sha256: bytes, values: Mapping[str, Any]) -> None:
        """What else came of it, or that it came again."""
        await self._unit.execute(
            update(exchange_message)
            .where(self._own, exchange_message.c.sha256 == sha256)
            .values(**values)
        )

    async def _one(self, wanted: Any) -> KeptMessage | None:
        found = await self._unit.execute(select(exchange_message).where(wanted))
        row = found.one_or_none()
        return None if row is None else KeptMessage(**row._mapping)

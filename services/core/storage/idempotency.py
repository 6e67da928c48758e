"""Answers kept for a day, so that a request that is sent twice happens once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import idempotency_key

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered to the first request with this key."""

    request_sha256: bytes
    status: int
    response: Any


class IdempotencyRepository:
    """The answer is stored in the transaction of the act: both happen, or neither."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def claim(self, principal_id: str, key: str) -> bool:
        """Take the key until this transaction ends; false while another request holds it."""
        row = await self._unit.execute(
            select(
                func.pg_try_advisory_xact_lock(
                    func.hashtextextended(f"{principal_id}\n{key}", 7_340_001)
                )
            )
        )
        return bool(row.scalar_one())

    async def kept(self, principal_id: str, key: str, now: datetime) -> KeptAnswer | None:
        """The answer given to this key in the last day."""
        table = idempotency_key.c
        found = await self._unit.execute(
            select(table.request_sha256, table.status, table.response).where(
                table.principal_id == principal_id,
                table.key == key,
                table.created_at > now - KEPT,
            )
        )
        row = found.one_or_none()
        if row is None:
            return None
        return KeptAnswer(
            request_sha256=bytes(row.request_sha256), status=row.status, response=row.response
        )

    async def keep(self, principal_id: str, key: str, answer: KeptAnswer, now: datetime) -> None:
        """Keep an answer, in the place of one that is older than a day."""
        values = {
            "request_sha256": answer.request_sha256,
            "status": answer.status,
            "response": answer.response,
            "created_at": now,
        }
        statement = insert(idempotency_key).values(principal_id=principal_id, key=key, **values)
        await self._unit.execute(
            statement.on_conflict_do_update(index_elements=["principal_id", "key"], set_=values)
        )

    async def forget_old(self, now: datetime) -> int:
        """Remove what is older than a day; returns how many."""
        gone = await self._unit.execute(
            delete(idempotency_key).where(idempotency_key.c.created_at <= now - KEPT)
        )
        return gone.rowcount

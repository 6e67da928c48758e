"""Second factors of people: code generators, passkeys, and codes for when both are lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import recovery_code, second_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRecord:
    """One thing that a person proves themselves with."""

    factor_id: UUID
    principal_id: str
    kind: str
    name: str
    secret: bytes | None
    last_step: int | None
    credential_id: bytes | None
    public_key: bytes | None
    sign_count: int | None
    created_at: datetime
    confirmed_at: datetime | None
    last_used_at: datetime | None


Kept = tuple[UUID, bytes]
"""A factor, and what is stored of its secret."""

_FACTORS = select(*(second_factor.c[name] for name in FactorRecord.__slots__))

_GONE = {"secret": None, "credential_id": None, "public_key": None}


class FactorRepository:
    """Reads and writes second factors and recovery codes."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep a new factor; raises AlreadyExists for a passkey that stands."""
        refused = AlreadyExists("this passkey is registered already", field="credential")
        with refusals({"second_factor_credential_id_key": refused}):
            await self._unit.execute(insert(second_factor).values(**values))

    async def of_person(self, principal_id: str, kind: str | None = None) -> list[FactorRecord]:
        """What a person can prove themselves with, oldest first; only what was confirmed."""
        query = _FACTORS.where(
            second_factor.c.principal_id == principal_id,
            second_factor.c.confirmed_at.is_not(None),
            second_factor.c.removed_at.is_(None),
        )
        if kind is not None:
            query = query.where(second_factor.c.kind == kind)
        rows = await self._unit.execute(query.order_by(second_factor.c.factor_id))
        return [FactorRecord(**row._mapping) for row in rows]

    async def get(self, factor_id: UUID, principal_id: str) -> FactorRecord:
        """One factor of a person, confirmed or not; raises NotFound."""
        row = (
            await self._unit.execute(
                _FACTORS.where(
                    second_factor.c.factor_id == factor_id,
                    second_factor.c.principal_id == principal_id,
                    second_factor.c.removed_at.is_(None),
                ).with_for_update()
            )
        ).one_or_none()
        if row is None:
            raise NotFound("there is no such second factor", field="factor_id")
        return FactorRecord(**row._mapping)

    async def apps(self) -> list[Kept]:
        """What is stored of every app's secret."""
        rows = await self._unit.execute(
            select(second_factor.c.factor_id, second_factor.c.secret)
            .where(second_factor.c.secret.is_not(None))
            .order_by(second_factor.c.factor_id)
        )
        return [(row.factor_id, row.secret) for row in rows]

    async def keep_again(self, factor_id: UUID, before: bytes, after: bytes) -> int:
        """Store a secret otherwise; 0 when it is not as it was."""
        found = await self._unit.execute(
            update(second_factor)
            .where(second_factor.c.factor_id == factor_id, second_factor.c.secret == before)
            .values(secret=after)
        )
        return found.rowcount

    async def change(self, factor_id: UUID, **values: Any) -> None:
        """Set columns of a factor."""
        await self._unit.execute(
            update(second_factor).where(second_factor.c.factor_id == factor_id).values(**values)
        )

    async def use_step(self, factor_id: UUID, step: int, now: datetime) -> bool:
        """Use up a code's time step; False when it or a later one was used before."""
        found = await self._unit.execute(
            update(second_factor)
            .where(
                second_factor.c.factor_id == factor_id,
                second_factor.c.removed_at.is_(None),
                or_(second_factor.c.last_step.is_(None), second_factor.c.last_step < step),
            )
            .values(last_step=step, last_used_at=now)
        )
        return found.rowcount == 1

    async def use_count(self, factor_id: UUID, count: int, now: datetime) -> bool:
        """Note a passkey's counter; False when it did not grow: the key may have been copied.

        Passkeys that do not count say 0 each time.
        """
        known = second_factor.c.sign_count
        grew = known < count if count else known == 0
        found = await self._unit.execute(
            update(second_factor)
            .where(second_factor.c.factor_id == factor_id, grew)
            .values(sign_count=count, last_used_at=now)
        )
        return found.rowcount == 1

    async def remove(self, factor_id: UUID, now: datetime) -> None:
        """Take a factor away for good, with what proves it."""
        await self.change(factor_id, removed_at=now, **_GONE)

    async def remove_all(self, principal_id: str, now: datetime) -> None:
        """Take every factor and code from a person, who has lost them."""
        await self._unit.execute(
            update(second_factor)
            .where(second_factor.c.principal_id == principal_id)
            .where(second_factor.c.removed_at.is_(None))
            .values(removed_at=now, **_GONE)
        )
        await self._end_codes(principal_id, now)

    async def replace_codes(
        self, principal_id: str, digests: Collection[bytes], now: datetime
    ) -> None:
        """New recovery codes; the old ones open nothing any more."""
        await self._end_codes(principal_id, now)
        await self._unit.execute(
            insert(recovery_code),
            [
                {"code_sha256": digest, "principal_id": principal_id, "created_at": now}
                for digest in digests
            ],
        )

    async def use_code(self, principal_id: str, digest: bytes, now: datetime) -> bool:
        """Use up a recovery code; False when it is unknown or was used."""
        found = await self._unit.execute(
            update(recovery_code)
            .where(
                recovery_code.c.code_sha256 == digest,
                recovery_code.c.principal_id == principal_id,
                recovery_code.c.used_at.is_(None),
            )
            .values(used_at=now)
        )
        return found.rowcount == 1

    async def codes_left(self, principal_id: str) -> int:
        """How many recovery codes a person still has."""
        found = await self._unit.execute(
            select(func.count())
            .select_from(recovery_code)
            .where(recovery_code.c.principal_id == principal_id, recovery_code.c.used_at.is_(None))
        )
        return int(found.scalar_one())

    async def _end_codes(self, principal_id: str, now: datetime) -> None:
        await self._unit.execute(
            update(recovery_code)
            .where(recovery_code.c.principal_id == principal_id, recovery_code.c.used_at.is_(None))
            .values(used_at=now)
        )

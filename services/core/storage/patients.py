"""The table of identities, read and written under a role that can do nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import patient_identity, payload

_TAKE = text(
    "SELECT current_user AS before,"
    " set_config('role', regexp_replace(current_user, '_api$', '_identity'), true)"
)
_GIVE_BACK = text("SELECT set_config('role', :role, true)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedIdentity:
    """What is kept of a person: nothing that reads without the key."""

    key_id: str
    nonce: bytes
    sealed: bytes


class PatientRepository:
    """Each statement takes the role of the table and gives it back."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def check_payload(self, payload_id: UUID) -> None:
        """Whoever acts must see the payload; raises NotFound."""
        found = await self._unit.execute(
            select(payload.c.payload_id).where(payload.c.payload_id == payload_id)
        )
        if found.one_or_none() is None:
            raise NotFound("there is no such payload", field="payload_id")

    async def forgotten_at(self, payload_id: UUID) -> datetime | None:
        """Since when nobody is known here, if somebody was; held until the transaction ends."""
        async with self._as_identity():
            found = await self._unit.execute(
                select(patient_identity.c.forgotten_at)
                .where(patient_identity.c.payload_id == payload_id)
                .with_for_update()
            )
            at: datetime | None = found.scalar_one_or_none()
        return at

    async def add(self, payload_id: UUID, identity: SealedIdentity, by: str, now: datetime) -> None:
        """Keep who it is of, also where somebody was forgotten; raises AlreadyExists."""
        statement = insert(patient_identity).values(
            payload_id=payload_id,
            key_id=identity.key_id,
            nonce=identity.nonce,
            sealed=identity.sealed,
            entered_at=now,
            entered_by=by,
        )
        given = ("key_id", "nonce", "sealed", "entered_at", "entered_by")
        anew: dict[str, Any] = {name: statement.excluded[name] for name in given}
        anew |= {"forgotten_at": None, "forgotten_by": None}
        async with self._as_identity():
            added = await self._unit.execute(
                statement.on_conflict_do_update(
                    index_elements=[patient_identity.c.payload_id],
                    set_=anew,
                    where=patient_identity.c.forgotten_at.is_not(None),
                ).returning(patient_identity.c.payload_id)
            )
            is_new = added.one_or_none() is not None
        if not is_new:
            raise AlreadyExists("it is known already whose it is", field="payload_id")

    async def find(self, payload_id: UUID) -> SealedIdentity:
        """What is kept; raises NotFound when nothing is, or it was forgotten."""
        columns = (patient_identity.c[name] for name in SealedIdentity.__slots__)
        async with self._as_identity():
            found = await self._unit.execute(
                select(*columns)
                .where(patient_identity.c.payload_id == payload_id)
                .where(patient_identity.c.forgotten_at.is_(None))
            )
            row = found.one_or_none()
        if row is None:
            raise NotFound("nobody's identity is kept with this payload", field="payload_id")
        return SealedIdentity(**row._mapping)

    async def forget(self, payload_id: UUID, by: str, now: datetime) -> None:
        """Take the content away for good; raises NotFound."""
        async with self._as_identity():
            done = await self._unit.execute(
                update(patient_identity)
                .where(patient_identity.c.payload_id == payload_id)
                .where(patient_identity.c.forgotten_at.is_(None))
                .values(sealed=None, nonce=None, key_id=None, forgotten_at=now, forgotten_by=by)
            )
        if not done.rowcount:
            raise NotFound("nobody's identity is kept with this payload", field="payload_id")

    @asynccontextmanager
    async def _as_identity(self) -> AsyncIterator[None]:
        """An error ends the transaction, and the role with it."""
        taken = (await self._unit.execute(_TAKE)).one()
        yield
        await self._unit.execute(_GIVE_BACK, {"role": taken.before})

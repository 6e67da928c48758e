"""Signatures: who signed what, with which meaning, and the bytes that were signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    """A signature as it was given; the record it is bound to has this SHA-256."""

    signature_id: UUID
    entity: str
    entity_id: str
    meaning: str
    principal_id: str
    signed_at: datetime
    sha256: bytes


_SHOWN = [signature.c[name] for name in SignatureRecord.__slots__]


class SignatureRepository:
    """Adds and reads; nothing is ever changed or taken away."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Add a signature; with `record` unless the bytes are kept in a table of their own."""
        await self._unit.execute(insert(signature).values(**values))

    async def of(self, entity: str, ids: Iterable[object]) -> Mapping[str, list[SignatureRecord]]:
        """Those on things of one kind, by the thing, in the order in which they were given."""
        rows = await self._unit.execute(
            select(*_SHOWN)
            .where(signature.c.entity == entity, signature.c.entity_id.in_([*map(str, ids)]))
            .order_by(signature.c.signed_at, signature.c.signature_id)
        )
        found = defaultdict[str, list[SignatureRecord]](list)
        for row in rows:
            found[row.entity_id].append(SignatureRecord(**row._mapping))
        return found

"""The audit trail: who did what, to what, when and why; written beside the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from services.core.domain.governance.audit import AuditEntry, entry_digest
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import audit_entry, audit_seal

__all__ = ["AuditEntry", "AuditFilter", "AuditRepository", "StoredEntry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries; what is None does not matter."""

    entity: str | None = None
    entity_id: str | None = None
    principal_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry with its place in the chain, and the time of the database when it took it."""

    id: int
    entry: AuditEntry
    position: int | None
    sealed_at: datetime | None
    hash: bytes | None


class AuditRepository:
    """Appends and reads; there is no way to change or remove an entry."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, entry: AuditEntry) -> None:
        """Write the entry in the transaction of the act; at its end it takes its place."""
        key = self._unit.audit_key
        self._unit.audited = True
        await self._unit.execute(
            insert(audit_entry).values(
                at=entry.at,
                principal_id=entry.principal_id,
                source=entry.source,
                action=entry.action,
                entity=entry.entity,
                entity_id=entry.entity_id,
                before=entry.before,
                after=entry.after,
                reason=entry.reason,
                digest=entry_digest(entry, key),
                key_id=None if key is None else key.key_id,
            )
        )

    async def page(self, wanted: AuditFilter, limit: int, before: int | None) -> list[StoredEntry]:
        """Entries, newest first, with numbers below `before`."""
        column = audit_entry.c
        conditions = [
            getattr(column, name) == value
            for name in ("entity", "entity_id", "principal_id", "action")
            if (value := getattr(wanted, name)) is not None
        ]
        if wanted.since is not None:
            conditions.append(column.at >= wanted.since)
        if wanted.until is not None:
            conditions.append(column.at < wanted.until)
        if before is not None:
            conditions.append(column.id < before)
        rows = await self._unit.execute(
            select(audit_entry, audit_seal)
            .select_from(audit_entry.outerjoin(audit_seal))
            .where(*conditions)
            .order_by(column.id.desc())
            .limit(limit)
        )
        return [_stored(dict(row)) for row in rows.mappings()]


def entry_of(row: Mapping[str, Any]) -> AuditEntry:
    """The act that a row tells of."""
    return AuditEntry(**{name: row[name] for name in AuditEntry.__slots__})


def _stored(row: Mapping[str, Any]) -> StoredEntry:
    return StoredEntry(
        id=row["id"],
        entry=entry_of(row),
        position=row["position"],
        sealed_at=row["sealed_at"],
        hash=row["hash"],
    )

"""The audit trail: who did what, to what, when and why; written beside the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import audit_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `before` and `after` hold only what the act touched, as JSON values."""

    at: datetime
    principal_id: str
    source: str
    action: str
    entity: str
    entity_id: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str | None = None


class AuditRepository:
    """Appends; there is no way to change or remove an entry."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, entry: AuditEntry) -> None:
        """Write the entry in the transaction of the act."""
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
            )
        )

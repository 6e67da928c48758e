"""The verdicts that were kept of a shipment, as people look back on them; alerts writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """One kept verdict; `body` is JSON with instants as text."""

    id: int
    payload_id: UUID
    payload_reference: str
    revision: int
    supersedes: int | None
    reason: str
    as_of: datetime
    recorded_at: datetime
    model_version: str
    inputs_hash: str
    body: Mapping[str, Any]


_PAGE = text("""
SELECT kept.id, kept.payload_id, payload.reference AS payload_reference, kept.revision,
       kept.supersedes, kept.reason, kept.as_of, kept.recorded_at, kept.model_version,
       kept.inputs_hash, kept.body
FROM assessment AS kept
JOIN payload USING (payload_id)
WHERE payload.shipment_id = :shipment_id AND kept.id > :after
ORDER BY kept.id LIMIT :limit
""")

_EXISTS = text("SELECT FROM shipment WHERE shipment_id = :shipment_id")


class VerdictRepository:
    """Reads kept verdicts."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def is_known(self, shipment_id: UUID) -> bool:
        """Whether there is such a shipment."""
        found = await self._unit.execute(_EXISTS, {"shipment_id": shipment_id})
        return found.first() is not None

    async def page(self, shipment_id: UUID, after: int, limit: int) -> list[VerdictView]:
        """The verdicts of all its payloads, oldest first, from behind the id `after`."""
        found = await self._unit.execute(
            _PAGE, {"shipment_id": shipment_id, "after": after, "limit": limit}
        )
        return [VerdictView(**row) for row in found.mappings()]

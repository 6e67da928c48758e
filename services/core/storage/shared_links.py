"""Links that show one shipment to whoever holds them, until a set end; only a digest is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import shared_link

_TABLE = shared_link.c


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A link to a shipment: for whom, by whom, until when."""

    link_id: UUID
    shipment_id: UUID
    token_sha256: bytes
    made_for: str
    created_by: str
    created_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoke_reason: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still shows anything."""
        return self.revoked_at is None and now < self.ends_at


class SharedLinks:
    """Reads, makes and revokes links."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, link: LinkRecord) -> None:
        """Keep a link."""
        await self._unit.execute(insert(shared_link).values(**asdict(link)))

    async def of_shipment(self, shipment_id: UUID) -> list[LinkRecord]:
        """Every link of a shipment, ended ones too, the newest first."""
        rows = await self._unit.execute(
            select(shared_link)
            .where(_TABLE.shipment_id == shipment_id)
            .order_by(_TABLE.created_at.desc(), _TABLE.link_id)
        )
        return [LinkRecord(**row._mapping) for row in rows]

    async def find(self, token_sha256: bytes) -> LinkRecord | None:
        """The link of a token."""
        statement = select(shared_link).where(_TABLE.token_sha256 == token_sha256)
        row = (await self._unit.execute(statement)).one_or_none()
        return None if row is None else LinkRecord(**row._mapping)

    async def lock(self, shipment_id: UUID, link_id: UUID) -> LinkRecord:
        """One link, held until the transaction ends; raises NotFound."""
        statement = (
            select(shared_link)
            .where(_TABLE.shipment_id == shipment_id, _TABLE.link_id == link_id)
            .with_for_update()
        )
        row = (await self._unit.execute(statement)).one_or_none()
        if row is None:
            raise NotFound("this shipment has no such link", field="link_id")
        return LinkRecord(**row._mapping)

    async def revoke(self, link: LinkRecord, by: str, reason: str, now: datetime) -> None:
        """End it; the first time counts."""
        if link.revoked_at is None:
            values = {"revoked_at": now, "revoked_by": by, "revoke_reason": reason}
            await self._unit.execute(
                update(shared_link).where(_TABLE.link_id == link.link_id).values(**values)
            )

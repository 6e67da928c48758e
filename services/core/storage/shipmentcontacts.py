"""Whom to call about a shipment: entered with it or later, corrected, and those of its site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import contact, shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentContact:
    """Somebody to call. A site's stand for all its shipments: they are not changed here."""

    contact_id: UUID
    of_site: bool
    role: str
    name: str
    phone: str
    hours: str | None
    revision: int


_TABLE = contact.c
_CONTACTS = select(
    _TABLE.contact_id,
    _TABLE.shipment_id.is_(None).label("of_site"),
    _TABLE.role,
    _TABLE.name,
    _TABLE.phone,
    _TABLE.hours,
    _TABLE.revision,
)


class ShipmentContacts:
    """Reads and writes them; a row is corrected and never taken away."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def of(self, shipment_id: UUID) -> list[ShipmentContact]:
        """The shipment's own first, then those of its site."""
        site = select(shipment.c.site_id).where(shipment.c.shipment_id == shipment_id)
        rows = await self._unit.execute(
            _CONTACTS.where(
                or_(_TABLE.shipment_id == shipment_id, _TABLE.site_id == site.scalar_subquery())
            ).order_by(_TABLE.shipment_id.is_(None), _TABLE.contact_id)
        )
        return [ShipmentContact(**row._mapping) for row in rows]

    async def lock(self, shipment_id: UUID, contact_id: UUID) -> ShipmentContact:
        """One of the shipment's own, held until the transaction ends; or NotFound."""
        found = await self._unit.execute(
            _CONTACTS.where(
                _TABLE.shipment_id == shipment_id, _TABLE.contact_id == contact_id
            ).with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("the shipment has no such contact", field="contact_id")
        return ShipmentContact(**row._mapping)

    async def add(self, values: Mapping[str, Any]) -> ShipmentContact:
        """Enter one."""
        await self._unit.execute(insert(contact).values(**values))
        return await self.lock(values["shipment_id"], values["contact_id"])

    async def change(self, held: ShipmentContact, values: Mapping[str, Any]) -> ShipmentContact:
        """Put other words in the place of one that is held; its revision grows."""
        found = await self._unit.execute(
            update(contact)
            .where(_TABLE.contact_id == held.contact_id)
            .values(**values, revision=_TABLE.revision + 1)
            .returning(*_CONTACTS.selected_columns)
        )
        return ShipmentContact(**found.one()._mapping)

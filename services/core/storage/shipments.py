"""Shipments, their payloads and contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from services.core.domain.errors import AlreadyExists, Invalid, NotFound
from services.core.storage.constraints import refusals, unusable
from services.core.storage.database import UnitOfWork
from services.core.storage.grants import ShipmentGrants
from services.core.storage.schema import contact, payload, shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRecord:
    """A bag or cassette and its clocks."""

    payload_id: UUID
    shipment_id: UUID
    reference: str
    profile_id: str
    profile_version: int
    collection_end: datetime | None
    pack_closed_at: datetime | None
    container_charged_at: datetime | None
    revision: int

    @property
    def earliest(self) -> datetime | None:
        """The earliest of its clocks."""
        clocks = (self.collection_end, self.pack_closed_at, self.container_charged_at)
        return min((clock for clock in clocks if clock is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRecord:
    """A shipment as people entered it."""

    shipment_id: UUID
    reference: str
    state: str
    product: str
    shipper: str | None
    consignee: str | None
    site_id: str | None
    needed_by: datetime | None
    needed_by_attested_by: str | None
    cut_off: datetime | None
    inspection_mode: str
    no_open: bool
    no_xray: bool
    simulated: bool
    created_at: datetime
    received_at: datetime | None
    revision: int
    organisation_id: str | None
    inspection_ordered: str = "not_yet"
    needs_equipment: Sequence[str] = ()
    payloads: tuple[PayloadRecord, ...] = ()

    def payload(self, payload_id: UUID) -> PayloadRecord:
        """One of its payloads; raises Invalid when it belongs to another shipment."""
        for one in self.payloads:
            if one.payload_id == payload_id:
                return one
        raise Invalid(
            "this shipment has no such payload",
            field="payload_id",
            remedy="use one of the payload ids of this shipment",
        )


async def references_of(unit: UnitOfWork, shipments: Sequence[UUID]) -> dict[UUID, str]:
    """What people call these shipments."""
    rows = await unit.execute(
        select(shipment.c.shipment_id, shipment.c.reference).where(
            shipment.c.shipment_id.in_(shipments)
        )
    )
    return {row.shipment_id: row.reference for row in rows}


_SHIPMENT_FIELDS = tuple(name for name in ShipmentRecord.__slots__ if name != "payloads")
_SHIPMENT = tuple(shipment.c[name] for name in _SHIPMENT_FIELDS)
_PAYLOAD = tuple(payload.c[name] for name in PayloadRecord.__slots__)


class ShipmentRepository:
    """Reads and writes shipments; what is shown of them is in `overview`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(
        self,
        values: Mapping[str, Any],
        payloads: Sequence[Mapping[str, Any]],
        contacts: Sequence[Mapping[str, Any]],
        entered_by: str,
    ) -> None:
        """Enter a shipment with its payloads and contacts; raises AlreadyExists or Invalid."""
        refused = {
            "shipment_reference_key": unusable("reference", "reference"),
            "payload_shipment_id_reference_key": Invalid(
                "two payloads have the same reference",
                field="payloads",
                remedy="give each its own",
            ),
            "shipment_organisation_id_fkey": Invalid(
                f"there is no organisation {values['organisation_id']}",
                field="owner",
                remedy="enter it first: coldlane organisation create",
            ),
            "shipment_site_id_fkey": Invalid(
                f"there is no site {values['site_id']}",
                field="site_id",
                remedy="choose one of those at /api/v1/sites",
            ),
        }
        await self._refuse_known(values["reference"])
        with refusals(refused):
            await self._unit.execute(insert(shipment).values(**values))
            await ShipmentGrants(self._unit).own(values, entered_by)
            await self._unit.execute(insert(payload), [dict(one) for one in payloads])
        if contacts:
            await self._unit.execute(insert(contact), [dict(one) for one in contacts])

    async def _refuse_known(self, reference: str) -> None:
        """Say of a shipment that the caller sees that it stands already."""
        known = select(shipment.c.shipment_id).where(shipment.c.reference == reference)
        if (await self._unit.execute(known)).first() is not None:
            raise AlreadyExists(
                f"there is a shipment {reference} already",
                field="reference",
                remedy="choose another reference",
            )

    async def lock(self, shipment_id: UUID) -> ShipmentRecord:
        """One shipment, held until the transaction ends, so that changes queue; or NotFound."""
        found = await self._unit.execute(
            select(*_SHIPMENT).where(shipment.c.shipment_id == shipment_id).with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such shipment", field="shipment_id")
        bags = await self._unit.execute(
            select(*_PAYLOAD)
            .where(payload.c.shipment_id == shipment_id)
            .order_by(payload.c.reference)
        )
        return ShipmentRecord(
            **row._mapping, payloads=tuple(PayloadRecord(**bag._mapping) for bag in bags)
        )

    async def require(self, shipment_id: UUID) -> None:
        """Raise NotFound when there is no such shipment."""
        found = await self._unit.execute(
            select(shipment.c.shipment_id).where(shipment.c.shipment_id == shipment_id)
        )
        if found.one_or_none() is None:
            raise NotFound("there is no such shipment", field="shipment_id")

    async def change(self, shipment_id: UUID, values: Mapping[str, Any]) -> None:
        """Change what is named, perhaps nothing; the revision grows by one in any case."""
        await self._unit.execute(
            update(shipment)
            .where(shipment.c.shipment_id == shipment_id)
            .values(**values, revision=shipment.c.revision + 1)
        )

    async def change_payload(self, payload_id: UUID, values: Mapping[str, Any]) -> None:
        """Change a payload's clocks."""
        await self._unit.execute(
            update(payload)
            .where(payload.c.payload_id == payload_id)
            .values(**values, revision=payload.c.revision + 1)
        )

    async def live_payloads_of_site(self, site_id: str) -> list[UUID]:
        """The payloads of shipments on their way to a site."""
        rows = await self._unit.execute(
            select(payload.c.payload_id)
            .join(shipment, shipment.c.shipment_id == payload.c.shipment_id)
            .where(
                shipment.c.site_id == site_id,
                shipment.c.state.in_(("draft", "packed", "moving")),
            )
        )
        return list(rows.scalars())

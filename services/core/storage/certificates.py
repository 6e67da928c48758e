"""Certificates of boxes: what stands in them, and which hold no more. No key is kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import box_certificate

# A shipment shows how long its box's certificate holds.
_TOUCH = text("""
UPDATE shipment SET revision = revision + 1
WHERE state IN ('draft', 'packed', 'moving') AND shipment_id IN (
  SELECT shipment_id FROM assignment WHERE box_no = :box_no AND upper_inf(during))
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    """One certificate of a box. `serial` in lower-case hexadecimal digits."""

    fingerprint_sha256: bytes
    box_no: int
    serial: str
    issuer: str
    not_before: datetime
    not_after: datetime
    recorded_at: datetime
    recorded_by: str
    revoked_at: datetime | None
    revoke_reason: str | None


_ALL = select(*(box_certificate.c[name] for name in CertificateRecord.__slots__))


class CertificateRepository:
    """Reads and writes the certificates of boxes."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Record one; raises AlreadyExists."""
        refused = AlreadyExists("this certificate is recorded already", field="certificate")
        with refusals({"box_certificate_pkey": refused}):
            await self._unit.execute(insert(box_certificate).values(**values))
        await self._unit.execute(_TOUCH, {"box_no": values["box_no"]})

    async def of_box(self, box_no: int) -> list[CertificateRecord]:
        """All of a box, the one that ends last first."""
        newest = (box_certificate.c.not_after.desc(), box_certificate.c.serial)
        rows = await self._unit.execute(
            _ALL.where(box_certificate.c.box_no == box_no).order_by(*newest)
        )
        return [CertificateRecord(**row._mapping) for row in rows]

    async def revoke(
        self, box_no: int, fingerprint: bytes, now: datetime, reason: str
    ) -> CertificateRecord:
        """End one for good; raises NotFound. Revoking twice keeps the first time and reason."""
        mine = (
            box_certificate.c.box_no == box_no,
            box_certificate.c.fingerprint_sha256 == fingerprint,
        )
        await self._unit.execute(
            update(box_certificate)
            .where(*mine, box_certificate.c.revoked_at.is_(None))
            .values(revoked_at=now, revoke_reason=reason)
        )
        row = (await self._unit.execute(_ALL.where(*mine))).one_or_none()
        if row is None:
            raise NotFound("the box has no certificate with this fingerprint", field="fingerprint")
        await self._unit.execute(_TOUCH, {"box_no": box_no})
        return CertificateRecord(**row._mapping)

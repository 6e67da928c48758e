"""The chain of audit entries and the signatures, read in order to be checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.governance.audit_check import Sealed
from services.core.storage.audit import entry_of
from services.core.storage.database import UnitOfWork

_STRETCH = 1000
_CHAIN = text("""
SELECT seal.position, seal.entry_id, seal.sealed_at, seal.previous, seal.hash,
       entry.id, entry.at, entry.principal_id, entry.source, entry.action, entry.entity,
       entry.entity_id, entry.before, entry.after, entry.reason, entry.digest, entry.key_id
FROM audit_seal AS seal LEFT JOIN audit_entry AS entry ON entry.id = seal.entry_id
WHERE seal.position > :after ORDER BY seal.position LIMIT :stretch
""")
_HEAD = text("""
SELECT position, hash, clock_timestamp() AS now,
       (SELECT at FROM audit_entry ORDER BY id LIMIT 1) AS since
FROM audit_seal ORDER BY position DESC LIMIT 1
""")
_LOOSE = text("""
SELECT min(id) FROM audit_entry AS entry
WHERE NOT EXISTS (SELECT FROM audit_seal AS seal WHERE seal.entry_id = entry.id)
""")
_SIGNATURES = text("""
SELECT signed.signature_id, signed.entity, signed.entity_id, signed.meaning, signed.principal_id,
       signed.signed_at, signed.sha256, signed.reason,
       coalesce(signed.record, pack.pack, record.record) AS record, entry.id AS audit_id,
       entry.after AS audited
FROM signature AS signed
LEFT JOIN evidence_pack AS pack ON signed.entity = 'deviation' AND pack.sha256 = signed.sha256
LEFT JOIN inspection_record AS record
  ON signed.entity = 'inspection' AND record.sha256 = signed.sha256
LEFT JOIN audit_entry AS entry ON entry.entity = 'signature'
  AND entry.entity_id = CAST(signed.signature_id AS text)
WHERE CAST(:after AS uuid) IS NULL OR signed.signature_id > :after
ORDER BY signed.signature_id, entry.id LIMIT 100
""")
_WITHOUT_SIGNATURE = text("""
SELECT min(id) FROM audit_entry AS entry WHERE entity = 'signature' AND NOT EXISTS
  (SELECT FROM signature WHERE CAST(signature_id AS text) = entry.entity_id)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last place of the chain, and what the database's clock says.

    `since` is when the first entry was made, by the clock of the service that made it.
    """

    position: int
    hash: bytes
    now: datetime
    since: datetime | None = None


class AuditChain:
    """Reads; the chain is written by the trigger of its entries."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def places(self, after: int = 0) -> AsyncIterator[Sealed]:
        """Every place, in order."""
        while True:
            found = await self._unit.execute(_CHAIN, {"after": after, "stretch": _STRETCH})
            rows = found.mappings().all()
            for row in rows:
                yield _sealed(dict(row))
            if not rows:
                return
            after = rows[-1]["position"]

    async def head(self) -> Head | None:
        """The last place; None while there is no entry."""
        row = (await self._unit.execute(_HEAD)).mappings().one_or_none()
        return None if row is None else Head(**{**dict(row), "hash": bytes(row["hash"])})

    async def loose(self) -> int | None:
        """The first entry that never took a place: it was put in past the trigger."""
        found: int | None = (await self._unit.execute(_LOOSE)).scalar_one()
        return found

    async def signatures(self) -> AsyncIterator[Mapping[str, Any]]:
        """Each signature with what it signed and with the entries that tell of it."""
        after: UUID | None = None
        while True:
            rows = (await self._unit.execute(_SIGNATURES, {"after": after})).mappings().all()
            for row in rows:
                yield dict(row)
            if not rows:
                return
            after = rows[-1]["signature_id"]

    async def entry_without_signature(self) -> int | None:
        """An entry that tells of a signature which is not there any more."""
        found: int | None = (await self._unit.execute(_WITHOUT_SIGNATURE)).scalar_one()
        return found


def _sealed(row: Mapping[str, Any]) -> Sealed:
    stands = row["id"] is not None
    return Sealed(
        position=row["position"],
        entry_id=row["entry_id"],
        sealed_at=row["sealed_at"],
        previous=bytes(row["previous"]),
        hash=bytes(row["hash"]),
        entry=entry_of(row) if stands else None,
        digest=bytes(row["digest"]) if stands else b"",
        key_id=row["key_id"],
    )

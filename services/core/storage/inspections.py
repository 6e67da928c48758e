"""Inspections with all that was entered in them; entries and records are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.clearance.lid import Session
from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import inspection, inspection_entry, inspection_record


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionView:
    """An inspection as it stands; `template`, `entries`, `scans` and `photos` are JSON."""

    inspection_id: UUID
    number: int
    shipment_id: UUID
    shipment_reference: str
    shipment_state: str
    simulated: bool
    appointment_id: UUID | None
    site_id: str
    bay_id: str | None
    follows: UUID | None
    mode: str
    no_open: bool
    no_xray: bool
    template_id: str
    template_version: int
    template: Mapping[str, Any]
    state: str
    claimed_by: str
    claimed_at: datetime
    begun_at: datetime
    due_end_at: datetime
    ended_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    record_sha256: bytes | None
    entries: Sequence[Mapping[str, Any]]
    scans: Sequence[Mapping[str, Any]]
    photos: Sequence[Mapping[str, Any]]
    revision: int


_VIEW = """
SELECT i.inspection_id, i.number, i.shipment_id, s.reference AS shipment_reference,
       s.state AS shipment_state, s.simulated, i.appointment_id, i.site_id, i.bay_id, i.follows,
       i.mode, i.no_open, i.no_xray, i.template_id, i.template_version,
       list.document AS template, i.state, i.claimed_by, i.claimed_at, i.begun_at, i.due_end_at,
       i.ended_at, i.decided_by, i.decided_at, i.record_sha256, i.revision,
       coalesce(entered.entries, '[]') AS entries, coalesce(scanned.scans, '[]') AS scans,
       coalesce(taken.photos, '[]') AS photos
FROM inspection AS i
JOIN shipment AS s USING (shipment_id)
JOIN checklist_template AS list
  ON list.template_id = i.template_id AND list.version = i.template_version
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('kind', kind, 'facts', facts, 'by', principal_id, 'at', at)
                   ORDER BY id) AS entries
  FROM inspection_entry WHERE inspection_entry.inspection_id = i.inspection_id
) AS entered ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('mark', mark, 'place', place, 'code', code,
           'expected', expected, 'matches', matches, 'by', principal_id, 'at', at)
           ORDER BY id) AS scans
  FROM identity_scan WHERE identity_scan.inspection_id = i.inspection_id
) AS scanned ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('id', photo_id, 'sha256', encode(sha256, 'hex'),
           'media_type', blob.media_type, 'size_bytes', blob.size_bytes, 'caption', caption,
           'uploaded_at', uploaded_at, 'uploaded_by', uploaded_by)
           ORDER BY uploaded_at, photo_id) AS photos
  FROM inspection_photo JOIN photo_blob AS blob USING (sha256)
  WHERE inspection_photo.inspection_id = i.inspection_id
) AS taken ON true
"""
_ONE = text(_VIEW + " WHERE i.inspection_id = :inspection_id")
_UNDECIDED = text(
    _VIEW + " WHERE i.shipment_id = :shipment_id AND i.state IN ('OPEN', 'WAITING_FOR_PAPERS')"
)
_PAGE = text(
    _VIEW + " WHERE i.number < :before"
    " AND (CAST(:site_id AS text) IS NULL OR i.site_id = :site_id)"
    " AND (CAST(:shipment_id AS uuid) IS NULL OR i.shipment_id = :shipment_id)"
    " AND (NOT :undecided OR i.state IN ('OPEN', 'WAITING_FOR_PAPERS'))"
    " ORDER BY i.number DESC LIMIT :limit"
)
_LOCK = text("SELECT FROM inspection WHERE inspection_id = :inspection_id FOR UPDATE")
_NEWEST = text(
    "SELECT inspection_id FROM inspection WHERE shipment_id = :shipment_id"
    " ORDER BY number DESC LIMIT 1"
)
_SESSIONS = text(
    "SELECT inspection_id, begun_at AS begin, ended_at AS end FROM inspection"
    " WHERE shipment_id = :shipment_id AND state <> 'VOID' ORDER BY begun_at"
)
_DURING = text("""
SELECT a.appointment_id, a.bay_id, bay.site_id, a.state,
       upper(a.during) - lower(a.during) AS length
FROM appointment AS a JOIN bay USING (bay_id)
WHERE a.shipment_id = :shipment_id
  AND a.state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED', 'CHECKED_IN', 'IN_INSPECTION')
FOR UPDATE OF a
""")


class InspectionRepository:
    """Reads and moves inspections."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def begin(self, values: Mapping[str, Any]) -> None:
        """Enter a record; raises AlreadyExists while another of the shipment is undecided."""
        refused = AlreadyExists(
            "the shipment has an inspection that is not decided yet",
            field="shipment_id",
            remedy="go on with that one; it is in the list of inspections",
        )
        names = ("inspection_one_open_per_shipment", "inspection_follows_key")
        with refusals(dict.fromkeys(names, refused)):
            await self._unit.execute(insert(inspection).values(**values))

    async def one(self, inspection_id: UUID, *, lock: bool = False) -> InspectionView:
        """One inspection, held until the transaction ends if `lock`; raises NotFound."""
        if lock:
            await self._unit.execute(_LOCK, {"inspection_id": inspection_id})
        found = await self._rows(_ONE, {"inspection_id": inspection_id})
        if not found:
            raise NotFound("there is no such inspection", field="inspection_id")
        return found[0]

    async def undecided(self, shipment_id: UUID) -> InspectionView | None:
        """The shipment's record that is not decided yet."""
        found = await self._rows(_UNDECIDED, {"shipment_id": shipment_id})
        return found[0] if found else None

    async def page(
        self,
        limit: int,
        before: int | None,
        *,
        site_id: str | None,
        shipment_id: UUID | None,
        undecided: bool,
    ) -> list[InspectionView]:
        """Inspections, newest number first, from behind `before`."""
        values = {"limit": limit, "before": before or 2**62, "undecided": undecided}
        return await self._rows(_PAGE, {**values, "site_id": site_id, "shipment_id": shipment_id})

    async def newest(self, shipment_id: UUID) -> UUID | None:
        """The record that a further one follows."""
        found = await self._unit.execute(_NEWEST, {"shipment_id": shipment_id})
        newest: UUID | None = found.scalar_one_or_none()
        return newest

    async def sessions(self, shipment_id: UUID) -> list[Session]:
        """All its inspections, as far as lids are concerned."""
        rows = await self._unit.execute(_SESSIONS, {"shipment_id": shipment_id})
        return [Session(**row._mapping) for row in rows]

    async def held_place(self, shipment_id: UUID) -> Mapping[Any, Any] | None:
        """The appointment that the inspection is of, held until the transaction ends."""
        found = await self._unit.execute(_DURING, {"shipment_id": shipment_id})
        row: Mapping[Any, Any] | None = found.mappings().one_or_none()
        return row

    async def change(self, inspection_id: UUID, **changes: Any) -> None:
        """Change what is named, perhaps nothing; the revision grows by one in any case."""
        await self._unit.execute(
            update(inspection)
            .where(inspection.c.inspection_id == inspection_id)
            .values(**changes, revision=inspection.c.revision + 1)
        )

    async def add_entry(self, values: Mapping[str, Any]) -> None:
        """Add to what was entered."""
        await self._unit.execute(insert(inspection_entry).values(**values))

    async def keep_record(self, values: Mapping[str, Any]) -> None:
        """Keep what is signed; the same bytes are kept once."""
        await self._unit.execute(
            upsert(inspection_record).values(**values).on_conflict_do_nothing()
        )

    async def record(self, sha256: bytes) -> bytes:
        """The bytes of a record; raises NotFound."""
        found = await self._unit.execute(
            inspection_record.select().where(inspection_record.c.sha256 == sha256)
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such record")
        return bytes(row.record)

    async def _rows(
        self, statement: TextClause, parameters: Mapping[str, Any]
    ) -> list[InspectionView]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [InspectionView(**row) for row in rows.mappings()]

"""Deviations with their steps, and what was decided on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import (
    deviation,
    deviation_step,
    disposition,
    evidence_pack,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationView:
    """A deviation as it stands; of a hold that nobody has taken, `deviation_id` is None.

    `steps` and `disposition` are JSON as the statement builds it.
    """

    deviation_id: UUID | None
    number: int | None
    payload_id: UUID
    payload_reference: str
    shipment_id: UUID
    shipment_reference: str
    simulated: bool
    state: str
    description: str | None
    detected_at: datetime
    opened_by: str | None
    proposal: str | None
    assessed_by: str | None
    assessed_at: datetime | None
    evidence_sha256: bytes | None
    facts_sha256: bytes | None
    decided_by: str | None
    decided_at: datetime | None
    disposition: Mapping[str, Any] | None
    steps: Sequence[Mapping[str, Any]]
    revision: int


_DEVIATIONS = """
SELECT d.deviation_id, d.number, d.payload_id, payload.reference AS payload_reference,
       d.shipment_id, shipment.reference AS shipment_reference, shipment.simulated, d.state,
       d.description, d.detected_at, d.opened_by, d.proposal, d.assessed_by, d.assessed_at,
       d.evidence_sha256, d.facts_sha256, d.decided_by, d.decided_at, d.revision,
       decision.disposition, coalesce(history.steps, '[]') AS steps
FROM deviation AS d
JOIN payload USING (payload_id)
JOIN shipment ON shipment.shipment_id = d.shipment_id
LEFT JOIN payload_disposition AS effective ON effective.payload_id = d.payload_id
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('value', disposition.value, 'assessed_by', assessed_by,
    'decided_by', decided_by,
    'decided_at', decided_at, 'decided_through', decided_through, 'reason', reason,
    'superseded_at', superseded_at, 'evidence_sha256', encode(evidence_sha256, 'hex'),
    'overtaken', superseded_at IS NULL AND effective.overtaken)
    AS disposition
  FROM disposition WHERE disposition.deviation_id = d.deviation_id
  ORDER BY decided_at DESC LIMIT 1
) AS decision ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('move', move, 'state', state, 'by', principal_id,
    'at', at, 'reason', reason, 'facts', facts) ORDER BY id) AS steps
  FROM deviation_step WHERE deviation_step.deviation_id = d.deviation_id
) AS history ON true
"""
_ONE = text(_DEVIATIONS + " WHERE d.deviation_id = :deviation_id")
_PAGE = text(
    _DEVIATIONS + " WHERE d.number < :before"
    " AND (CAST(:state AS text) IS NULL OR d.state = :state)"
    " AND (CAST(:shipment_id AS uuid) IS NULL OR d.shipment_id = :shipment_id)"
    " ORDER BY d.number DESC LIMIT :limit"
)
_DETECTED = text("""
SELECT NULL::uuid AS deviation_id, NULL::bigint AS number, state.payload_id,
       payload.reference AS payload_reference, shipment.shipment_id,
       shipment.reference AS shipment_reference, shipment.simulated, 'DETECTED' AS state,
       NULL AS description, coalesce(held.at, state.as_of) AS detected_at, NULL AS opened_by,
       NULL AS proposal, NULL AS assessed_by, NULL::timestamptz AS assessed_at,
       NULL::bytea AS evidence_sha256, NULL::bytea AS facts_sha256, NULL AS decided_by,
       NULL::timestamptz AS decided_at, NULL::jsonb AS disposition, '[]'::jsonb AS steps,
       state.revision
FROM assessment_state AS state
JOIN payload USING (payload_id)
JOIN shipment ON shipment.shipment_id = payload.shipment_id
LEFT JOIN LATERAL (  -- since when the hold has stood without a break
  SELECT min(kept.as_of) AS at FROM assessment AS kept
  WHERE kept.payload_id = state.payload_id AND (kept.body ->> 'qa_hold')::boolean
    AND kept.id > coalesce((SELECT max(free.id) FROM assessment AS free
                            WHERE free.payload_id = state.payload_id
                              AND NOT (free.body ->> 'qa_hold')::boolean), 0)
) AS held ON true
WHERE state.qa_hold
  AND (CAST(:shipment_id AS uuid) IS NULL OR shipment.shipment_id = :shipment_id)
  AND NOT EXISTS (SELECT FROM deviation WHERE deviation.payload_id = state.payload_id
                    AND deviation.state <> 'CLOSED')
  AND NOT EXISTS (SELECT FROM disposition WHERE disposition.payload_id = state.payload_id
                    AND disposition.superseded_at IS NULL)
ORDER BY detected_at, state.payload_id
""")
_LOCK = text("SELECT FROM deviation WHERE deviation_id = :deviation_id FOR UPDATE")


class DeviationRepository:
    """Reads and moves deviations; steps and packs are only ever added."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def detected(self, shipment_id: UUID | None) -> list[DeviationView]:
        """Payloads on hold that nobody has taken or decided on, the oldest first."""
        return await self._rows(_DETECTED, {"shipment_id": shipment_id})

    async def page(
        self, limit: int, before: int | None, *, state: str | None, shipment_id: UUID | None
    ) -> list[DeviationView]:
        """Deviations, newest number first, from behind `before`."""
        values = {"limit": limit, "before": before or 2**62}
        return await self._rows(_PAGE, {**values, "state": state, "shipment_id": shipment_id})

    async def one(self, deviation_id: UUID, *, lock: bool = False) -> DeviationView:
        """One deviation, held until the transaction ends if `lock`; raises NotFound."""
        if lock:
            await self._unit.execute(_LOCK, {"deviation_id": deviation_id})
        found = await self._rows(_ONE, {"deviation_id": deviation_id})
        if not found:
            raise NotFound("there is no such deviation", field="deviation_id")
        return found[0]

    async def open(self, values: Mapping[str, Any]) -> None:
        """Enter a deviation; raises AlreadyExists while another of the payload is open."""
        refused = AlreadyExists(
            "the payload has an open deviation already",
            field="payload_id",
            remedy="work on that one; it is in the list of deviations",
        )
        with refusals({"deviation_one_open_per_payload": refused}):
            await self._unit.execute(insert(deviation).values(**values))

    async def move(self, deviation_id: UUID, state: str, **changes: Any) -> None:
        """Put it into a state; the revision grows by one."""
        await self._unit.execute(
            update(deviation)
            .where(deviation.c.deviation_id == deviation_id)
            .values(state=state, revision=deviation.c.revision + 1, **changes)
        )

    async def add_step(self, values: Mapping[str, Any]) -> None:
        """Add to its history."""
        await self._unit.execute(insert(deviation_step).values(**values))

    async def keep_pack(self, values: Mapping[str, Any]) -> None:
        """Keep what a decision saw; the same bytes are kept once."""
        await self._unit.execute(upsert(evidence_pack).values(**values).on_conflict_do_nothing())

    async def pack(self, sha256: bytes) -> bytes:
        """The bytes of a pack; raises NotFound."""
        found = await self._unit.execute(
            evidence_pack.select().where(evidence_pack.c.sha256 == sha256)
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such evidence")
        return bytes(row.pack)

    async def decide(self, values: Mapping[str, Any]) -> None:
        """Put a disposition in force."""
        await self._unit.execute(insert(disposition).values(**values))

    async def supersede(self, payload_id: UUID, at: datetime) -> None:
        """End the disposition that is in force, if there is one."""
        await self._unit.execute(
            update(disposition)
            .where(disposition.c.payload_id == payload_id, disposition.c.superseded_at.is_(None))
            .values(superseded_at=at)
        )

    async def _rows(
        self, statement: TextClause, parameters: Mapping[str, Any]
    ) -> list[DeviationView]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [DeviationView(**row) for row in rows.mappings()]

"""What the release of shipments depends on, read in one statement and put in the domain's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from services.core.domain.clearance.papers.needs import Situation, Waiver, needed
from services.core.domain.clearance.papers.regimes import unmet
from services.core.domain.clearance.papers.rulebook import PaperRule, RegimeRule, Rulebook
from services.core.domain.clearance.papers.standing import Attached, Moment, standing
from services.core.domain.clearance.release import ReleaseCase
from services.core.domain.errors import NotFound
from services.core.domain.shipment import LegMode, ShipmentLeg, inspection_arrival
from services.core.storage.caserows import leg_of
from services.core.storage.database import UnitOfWork
from services.core.storage.releaserows import (
    assessment_of,
    attached_of,
    check_of,
    emergency_of,
    member_of,
    sign_off_of,
    situation_of,
)

_CASES = """
SELECT s.shipment_id, s.reference, s.state, s.simulated, s.product, s.shipper, s.consignee,
       s.site_id, s.created_at,
       coalesce(site.zone, 'UTC') AS zone, to_jsonb(d) AS declared,
       way.legs, used.uses, asked.steps, risk.assessment, seen.checks, urgent.emergency,
       listed.memberships, shared.organisations,
       EXISTS (SELECT FROM inspection WHERE inspection.shipment_id = s.shipment_id
                 AND inspection.state = 'CUSTOMS_CLEARED') AS cleared
FROM shipment AS s
LEFT JOIN site USING (site_id)
LEFT JOIN declaration AS d USING (shipment_id)
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(leg) ORDER BY ordinal) AS legs
  FROM leg WHERE leg.shipment_id = s.shipment_id
) AS way ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(paper) || to_jsonb(paper_use)
                   || jsonb_build_object('drawn', paper_use.quantity, 'quantity', paper.quantity)
                   ORDER BY attached_at, use_id) AS uses
  FROM paper_use JOIN paper USING (paper_id)
  WHERE paper_use.shipment_id = s.shipment_id AND given_back_at IS NULL
) AS used ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(sign_off) ORDER BY lead DESC, department) AS steps
  FROM sign_off WHERE sign_off.shipment_id = s.shipment_id
) AS asked ON true
LEFT JOIN LATERAL (
  SELECT to_jsonb(found) AS assessment FROM risk_assessment AS found
  WHERE found.shipment_id = s.shipment_id
     OR found.paper_id IN (SELECT paper_id FROM paper_use WHERE given_back_at IS NULL
                             AND paper_use.shipment_id = s.shipment_id)
  ORDER BY found.shipment_id IS NULL, assessed_at DESC, assessment_id LIMIT 1
) AS risk ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(condition_check) ORDER BY id) AS checks
  FROM condition_check WHERE condition_check.shipment_id = s.shipment_id
    AND assessment_id = CAST(risk.assessment ->> 'assessment_id' AS uuid)
) AS seen ON true
LEFT JOIN LATERAL (
  SELECT to_jsonb(found) AS emergency FROM emergency_release AS found
  WHERE found.shipment_id = s.shipment_id ORDER BY granted_at DESC, release_id LIMIT 1
) AS urgent ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(membership) ORDER BY valid_from DESC, membership_id) AS memberships
  FROM membership WHERE firm = d.applicant AND membership.regime = d.regime
) AS listed ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('party', party, 'organisation', organisation_id)
                   ORDER BY party, organisation_id) AS organisations
  FROM (SELECT DISTINCT party, organisation_id FROM shipment_grant
        WHERE shipment_grant.shipment_id = s.shipment_id AND revoked_at IS NULL
          AND party IN ('applicant', 'shipper', 'consignee')
          AND coalesce(starts_at <= :now, true) AND coalesce(ends_at > :now, true)) AS given
) AS shared ON true
"""
_ONE = text(_CASES + "WHERE s.shipment_id = :shipment_id")
_LIVE = text(
    _CASES
    + """
WHERE d.shipment_id IS NOT NULL AND (s.state IN ('draft', 'packed', 'moving')
   OR urgent.emergency ->> 'state' = 'GRANTED'
   OR EXISTS (SELECT FROM paper_use JOIN paper USING (paper_id)
              WHERE paper_use.shipment_id = s.shipment_id AND re_export_by IS NOT NULL
                AND given_back_at IS NULL AND re_exported_at IS NULL))
ORDER BY s.shipment_id
"""
)
_OPEN = text(
    _CASES
    + """
WHERE (urgent.emergency ->> 'state' = 'GRANTED'
   OR s.state IN ('draft', 'packed', 'moving')
      AND NOT EXISTS (SELECT FROM inspection WHERE inspection.shipment_id = s.shipment_id
                        AND inspection.state = 'CUSTOMS_CLEARED'))
  AND (CAST(:after AS uuid) IS NULL OR s.shipment_id > :after)
ORDER BY s.shipment_id LIMIT :limit
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A shipment's case with what people want to see beside it."""

    shipment_id: UUID
    reference: str
    state: str
    simulated: bool
    site_id: str | None
    zone: str
    moment: Moment
    took_off: bool
    cleared: bool
    case: ReleaseCase
    attached: tuple[Attached, ...]
    waivers: tuple[Waiver, ...]
    row: Mapping[str, Any]
    """Rows as JSON: `declared`, `uses`, `steps`, `assessment`, `checks`, `emergency`."""


class ReleaseCases:
    """Reads cases; the book is the shipped one, own rules are laid over it here."""

    def __init__(self, unit: UnitOfWork, book: Rulebook, own: Iterable[PaperRule]) -> None:
        self._unit = unit
        self._book = book
        self._own = list(own)

    async def one(self, shipment_id: UUID, now: datetime) -> Clearance:
        """One shipment's; raises NotFound."""
        found = await self._unit.execute(_ONE, {"shipment_id": shipment_id, "now": now})
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("there is no such shipment", field="shipment_id")
        return self._clearance(row, now)

    async def live(self, now: datetime) -> list[Clearance]:
        """Every declared shipment on its way, and those that still owe something after it."""
        rows = await self._unit.execute(_LIVE, {"now": now})
        return [self._clearance(row, now) for row in rows.mappings()]

    async def open(self, limit: int, after: UUID | None, now: datetime) -> list[Clearance]:
        """Shipments that customs has still to clear, or that owe papers after an emergency."""
        rows = await self._unit.execute(_OPEN, {"limit": limit, "after": after, "now": now})
        return [self._clearance(row, now) for row in rows.mappings()]

    def _clearance(self, row: Mapping[Any, Any], now: datetime) -> Clearance:
        zone = ZoneInfo(row["zone"])
        legs = [leg_of(raw) for raw in row["legs"] or ()]
        moment = Moment(at=now, zone=zone, arrival=inspection_arrival(legs, row["site_id"]))
        attached = [attached_of(raw) for raw in row["uses"] or ()]
        case, waivers = self._case(row, moment, attached)
        return Clearance(
            shipment_id=row["shipment_id"],
            reference=row["reference"],
            state=row["state"],
            simulated=row["simulated"],
            site_id=row["site_id"],
            zone=row["zone"],
            moment=moment,
            took_off=_took_off(legs, now),
            cleared=row["cleared"],
            case=case,
            attached=tuple(attached),
            waivers=tuple(waivers),
            row=dict(row),
        )

    def _case(
        self, row: Mapping[Any, Any], moment: Moment, attached: Sequence[Attached]
    ) -> tuple[ReleaseCase, list[Waiver]]:
        entered_at: datetime = row["created_at"]
        if row["declared"] is None:
            return ReleaseCase(entered_at=entered_at), []
        today = moment.at.astimezone(moment.zone).date()
        facts = situation_of(row, today)
        book = self._book.with_own(self._own, row["shipper"], row["site_id"])
        needs, waivers = needed(book.rules, facts)
        declared_at = datetime.fromisoformat(row["declared"]["declared_at"])
        regime = None if facts.regime is None else book.regime(facts.regime, today)
        case = ReleaseCase(
            entered_at=entered_at,
            declared_at=declared_at,
            papers=[standing(need, attached, moment, declared_at) for need in needs],
            regime=regime,
            unmet=_unmet(regime, row, facts),
            sign_offs=[sign_off_of(raw) for raw in row["steps"] or ()],
            assessment=assessment_of(row["assessment"]),
            checks=[check_of(raw) for raw in row["checks"] or ()],
            emergency=emergency_of(row["emergency"], today),
        )
        return case, waivers


def _unmet(regime: RegimeRule | None, row: Mapping[Any, Any], facts: Situation) -> list[str]:
    if facts.regime is None:
        return []
    return unmet(regime, member_of(row, facts.day), facts, row["product"])


def _took_off(legs: Sequence[ShipmentLeg], now: datetime) -> bool:
    """Whether a flight has left, or should have."""
    flights = [leg for leg in legs if leg.mode is LegMode.AIR and leg.runs]
    return any(leg.departure <= now for leg in flights)

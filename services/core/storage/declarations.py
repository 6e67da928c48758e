"""What shipments were declared to be, which firms are in which regime, and rules of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.clearance.papers.rulebook import PaperRule
from services.core.domain.clearance.papers.rulebook_file import read_rule
from services.core.domain.errors import Conflict, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import declaration, membership, paper_rule, shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRecord:
    """What the goods of a shipment are before the law, and how they cross the border."""

    shipment_id: UUID
    applicant: str
    item: str
    direction: str
    purpose: str
    risk_class: str | None
    regime: str | None
    human_genetic: bool
    temporary: bool
    boxes: bool
    first_entry: bool
    origin: str | None
    destination: str | None
    air_waybill: str | None
    donation_number: str | None
    coi_id: str | None
    declared_at: datetime
    declared_by: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRecord:
    """A firm in a regime."""

    membership_id: UUID
    regime: str
    firm: str
    item: str | None
    valid_from: date
    valid_until: date | None
    reference: str
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRuleRecord:
    """A rule that a sponsor or a site has laid over the shipped ones."""

    entry_id: UUID
    document: Mapping[str, Any]
    reason: str
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class DeclarationRepository:
    """Reads and writes declarations, memberships and own rules."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def declare(self, values: Mapping[str, Any]) -> DeclarationRecord:
        """Enter or replace what a shipment is declared as; raises NotFound without a shipment."""
        statement = upsert(declaration).values(**values)
        changed = {name: statement.excluded[name] for name in values if name != "shipment_id"}
        statement = statement.on_conflict_do_update(
            index_elements=["shipment_id"], set_={**changed, "revision": declaration.c.revision + 1}
        )
        unknown = NotFound("there is no such shipment", field="shipment_id")
        with refusals({"declaration_shipment_id_fkey": unknown}):
            await self._unit.execute(statement)
        found = await self.get(values["shipment_id"])
        if found is None:
            raise unknown
        return found

    async def grow(self, shipment_id: UUID) -> None:
        """Something of the clearance has changed: whoever holds it must look again."""
        await self._unit.execute(
            update(declaration)
            .where(declaration.c.shipment_id == shipment_id)
            .values(revision=declaration.c.revision + 1)
        )

    async def get(self, shipment_id: UUID, *, lock: bool = False) -> DeclarationRecord | None:
        """What a shipment is declared as; None while nobody has said."""
        statement = select(declaration).where(declaration.c.shipment_id == shipment_id)
        found = await self._unit.execute(statement.with_for_update() if lock else statement)
        row = found.one_or_none()
        return None if row is None else DeclarationRecord(**row._mapping)

    async def listed(
        self, shipments: Iterable[UUID], regimes: Iterable[str], day: date
    ) -> set[UUID]:
        """Those of the shipments whose applicant is that day in the regime they are declared
        under, if it is one of these; where an item is listed, it is theirs."""
        joined = (
            select(declaration.c.shipment_id)
            .join(shipment, shipment.c.shipment_id == declaration.c.shipment_id)
            .join(
                membership,
                (membership.c.firm == declaration.c.applicant)
                & (membership.c.regime == declaration.c.regime),
            )
        )
        found = await self._unit.execute(
            joined.where(
                declaration.c.shipment_id.in_(list(shipments)),
                declaration.c.regime.in_(list(regimes)),
                membership.c.valid_from <= day,
                or_(membership.c.valid_until.is_(None), membership.c.valid_until >= day),
                or_(membership.c.item.is_(None), membership.c.item == shipment.c.product),
            )
        )
        return set(found.scalars())

    async def enrol(self, values: Mapping[str, Any]) -> MembershipRecord:
        """Enter a firm in a regime."""
        await self._unit.execute(insert(membership).values(**values))
        found = await self._unit.execute(
            select(membership).where(membership.c.membership_id == values["membership_id"])
        )
        return MembershipRecord(**found.one()._mapping)

    async def memberships(self, firm: str | None = None) -> list[MembershipRecord]:
        """Firms in regimes, by name and first day; of one firm if it is named."""
        statement = select(membership).order_by(
            membership.c.firm, membership.c.valid_from, membership.c.membership_id
        )
        if firm is not None:
            statement = statement.where(membership.c.firm == firm)
        rows = await self._unit.execute(statement)
        return [MembershipRecord(**row._mapping) for row in rows]

    async def add_rule(self, values: Mapping[str, Any]) -> OwnRuleRecord:
        """Enter a rule of a sponsor or a site; its document was read once already."""
        await self._unit.execute(insert(paper_rule).values(**values))
        return await self._rule(values["entry_id"])

    async def withdraw_rule(self, entry_id: UUID, now: datetime, who: str) -> OwnRuleRecord:
        """End a rule; raises NotFound, or Conflict when it has ended."""
        found = await self._rule(entry_id)
        if found.withdrawn_at is not None:
            raise Conflict("this rule is withdrawn already", field="entry_id")
        await self._unit.execute(
            update(paper_rule)
            .where(paper_rule.c.entry_id == entry_id)
            .values(withdrawn_at=now, withdrawn_by=who)
        )
        return await self._rule(entry_id)

    async def rules(self) -> list[OwnRuleRecord]:
        """Every own rule, the withdrawn ones too, in the order of their entry."""
        rows = await self._unit.execute(
            select(paper_rule).order_by(paper_rule.c.entered_at, paper_rule.c.entry_id)
        )
        return [OwnRuleRecord(**row._mapping) for row in rows]

    async def own_rules(self) -> list[PaperRule]:
        """The own rules that are in force, as the domain knows them."""
        return [read_rule(one.document) for one in await self.rules() if one.withdrawn_at is None]

    async def _rule(self, entry_id: UUID) -> OwnRuleRecord:
        found = await self._unit.execute(
            select(paper_rule).where(paper_rule.c.entry_id == entry_id)
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such rule", field="entry_id")
        return OwnRuleRecord(**row._mapping)

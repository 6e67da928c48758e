"""Papers and how they are drawn from; that a balance never falls below nothing the table says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from services.core.domain.clearance.papers.paper import Paper, balance_too_low
from services.core.domain.clearance.papers.rulebook import WriteOff
from services.core.domain.errors import AlreadyExists, Conflict, NotFound
from services.core.storage.constraints import refusals, unusable
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import paper, paper_use


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord:
    """A paper as it was entered, and what is left of it."""

    paper_id: UUID
    kind: str
    number: str
    holder: str
    risk_class: str | None
    write_off: str
    quantity: Decimal | None
    unit: str | None
    balance: Decimal | None
    valid_from: date | None
    valid_until: date | None
    re_export_by: date | None
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    revision: int
    organisation_id: str | None

    def paper(self) -> Paper:
        """As the domain knows it."""
        return paper_of({name: getattr(self, name) for name in self.__slots__})


def paper_of(row: Mapping[str, Any]) -> Paper:
    """A paper as the domain knows it, from a row."""
    return Paper(
        kind=row["kind"],
        number=row["number"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        write_off=WriteOff(row["write_off"]),
        balance=row["balance"],
        risk_class=row["risk_class"],
        re_export_by=row["re_export_by"],
        withdrawn_at=row["withdrawn_at"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRecord:
    """A paper attached to a shipment, with what was drawn of it."""

    use_id: UUID
    paper_id: UUID
    shipment_id: UUID
    subject: str
    single: bool
    quantity: Decimal | None
    attached_at: datetime
    attached_by: str
    given_back_at: datetime | None
    given_back_by: str | None
    given_back_reason: str | None
    re_exported_at: datetime | None
    re_exported_by: str | None


_IS_OF = text("""
SELECT 1 FROM paper_use JOIN declaration USING (shipment_id)
WHERE paper_id = :paper_id AND given_back_at IS NULL AND regime = ANY(CAST(:regimes AS text[]))
""")
_PAGE = text("""
SELECT * FROM paper
WHERE (CAST(:regimes AS text[]) IS NULL OR EXISTS (
         SELECT 1 FROM paper_use AS used JOIN declaration USING (shipment_id)
         WHERE used.paper_id = paper.paper_id AND used.given_back_at IS NULL
           AND regime = ANY(CAST(:regimes AS text[]))))
  AND (CAST(:kind AS text) IS NULL OR kind = :kind)
  AND (CAST(:number AS text) IS NULL OR number = :number)
  AND (CAST(:holder AS text) IS NULL OR holder = :holder)
  AND (CAST(:after_at AS timestamptz) IS NULL
       OR (entered_at, paper_id) < (:after_at, CAST(:after_id AS uuid)))
ORDER BY entered_at DESC, paper_id DESC LIMIT :limit
""")


class PaperRepository:
    """Reads and writes the ledger of papers."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> PaperRecord:
        """Enter a paper; raises AlreadyExists when one of this kind has the number."""
        known = select(paper.c.paper_id).where(
            paper.c.kind == values["kind"], paper.c.number == values["number"]
        )
        if (await self._unit.execute(known)).first() is not None:
            raise AlreadyExists(
                f"there is a {values['kind']} with this number already",
                field="number",
                remedy="use that one; a renewal has a number of its own",
            )
        with refusals({"paper_kind_number_key": unusable("number", "number")}):
            await self._unit.execute(insert(paper).values(**values))
        return await self.get(values["paper_id"])

    async def get(self, paper_id: UUID, *, lock: bool = False) -> PaperRecord:
        """One paper; raises NotFound. `lock` holds it until the transaction ends."""
        statement = select(paper).where(paper.c.paper_id == paper_id)
        found = await self._unit.execute(statement.with_for_update() if lock else statement)
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such paper", field="paper_id")
        return PaperRecord(**row._mapping)

    async def page(
        self,
        limit: int,
        after: tuple[datetime, UUID] | None,
        *,
        regimes: Collection[str] | None = None,
        **asked: str | None,
    ) -> list[PaperRecord]:
        """Papers, newest first, from behind `after`; of a kind, a number or a holder.

        `regimes`: only those attached to a shipment under one of them.
        """
        after_at, after_id = after or (None, None)
        among = None if regimes is None else sorted(regimes)
        values = {"limit": limit, "after_at": after_at, "after_id": after_id, "regimes": among}
        rows = await self._unit.execute(_PAGE, {**values, **asked})
        return [PaperRecord(**row._mapping) for row in rows]

    async def is_of(self, paper_id: UUID, regimes: Collection[str]) -> bool:
        """Whether it is attached to a shipment under one of the regimes."""
        values = {"paper_id": paper_id, "regimes": sorted(regimes)}
        return (await self._unit.execute(_IS_OF, values)).first() is not None

    async def withdraw(self, paper_id: UUID, now: datetime, who: str, reason: str) -> None:
        """End a paper now; raises Conflict when it is withdrawn already."""
        changed = await self._unit.execute(
            update(paper)
            .where(paper.c.paper_id == paper_id, paper.c.withdrawn_at.is_(None))
            .values(
                withdrawn_at=now,
                withdrawn_by=who,
                withdrawn_reason=reason,
                revision=paper.c.revision + 1,
            )
        )
        if not changed.rowcount:
            raise Conflict("this paper is withdrawn already, or is none", field="paper_id")

    async def draw(self, values: Mapping[str, Any]) -> UseRecord:
        """Attach a paper and draw from it; raises Conflict when another has taken what was left.

        Nothing is locked first: the balance is a constraint, and of two who draw the last the
        second is told.
        """
        refused = {
            "paper_use_single_once": Conflict(
                "this paper is written off by another shipment",
                field="paper_id",
                remedy="a single approval serves one shipment: attach another one",
            ),
            "paper_use_attached_once": AlreadyExists(
                "the paper is attached to this shipment already", field="paper_id"
            ),
            "paper_balance_check": balance_too_low(),
            "paper_use_shipment_id_fkey": NotFound(
                "there is no such shipment", field="shipment_id"
            ),
        }
        with refusals(refused):
            if values["quantity"] is not None:
                await self._count(values["paper_id"], -values["quantity"])
            await self._unit.execute(insert(paper_use).values(**values))
        return await self.use(values["use_id"])

    async def give_back(self, one: UseRecord, now: datetime, who: str, reason: str) -> None:
        """Take a paper off a shipment and return what was drawn; raises Conflict when done."""
        changed = await self._unit.execute(
            update(paper_use)
            .where(paper_use.c.use_id == one.use_id, paper_use.c.given_back_at.is_(None))
            .values(given_back_at=now, given_back_by=who, given_back_reason=reason)
        )
        if not changed.rowcount:
            raise Conflict("the paper has been taken off already", field="use_id")
        if one.quantity is not None:
            await self._count(one.paper_id, one.quantity)

    async def note_re_export(self, use_id: UUID, at: datetime, who: str) -> None:
        """What the paper let in or out for a time has gone back; raises Conflict when it had."""
        changed = await self._unit.execute(
            update(paper_use)
            .where(paper_use.c.use_id == use_id, paper_use.c.re_exported_at.is_(None))
            .values(re_exported_at=at, re_exported_by=who)
        )
        if not changed.rowcount:
            raise Conflict("it has been entered already", field="use_id")

    async def use(self, use_id: UUID, shipment_id: UUID | None = None) -> UseRecord:
        """One attached paper, of this shipment if it is named; raises NotFound."""
        found = await self._unit.execute(select(paper_use).where(paper_use.c.use_id == use_id))
        row = found.one_or_none()
        if row is None or shipment_id not in (None, row.shipment_id):
            raise NotFound("no such paper is attached here", field="use_id")
        return UseRecord(**row._mapping)

    async def _count(self, paper_id: UUID, change: Decimal) -> None:
        await self._unit.execute(
            update(paper)
            .where(paper.c.paper_id == paper_id)
            .values(balance=paper.c.balance + change, revision=paper.c.revision + 1)
        )

"""Own rules, instruments and emergencies; persons of the year; what was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import Conflict, Invalid, NotFound
from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_transfer import CRITICAL
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import (
    data_count,
    data_decision,
    data_entry,
    data_person,
    organisation,
)

RULE, INSTRUMENT, EMERGENCY = "rule", "instrument", "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEntry:
    """A rule of one's own, an instrument that stands with a recipient, or an emergency."""

    entry_id: UUID
    kind: str
    document: Mapping[str, Any]
    organisation_id: str | None
    reason: str
    entered_at: datetime
    entered_by: str
    due_on: date | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_reference: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What was decided about one transfer; with `once`, the same again is not kept again."""

    at: datetime
    principal_id: str
    organisation_id: str | None
    country: str | None
    purpose: str
    about: str
    classes: Sequence[str]
    held_back: Sequence[str]
    persons: Mapping[str, int]
    rule_id: str
    outcome: str
    passed: bool
    words: str
    once: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(NewDecision):
    """The same with its number."""

    decision_no: int


_ADD_PERSONS = text("""
INSERT INTO data_person (year, data_class, pseudonym, first_at)
SELECT :year, data_class, pseudonym, :now
FROM unnest(CAST(:classes AS text[]), CAST(:pseudonyms AS text[])) AS given (data_class, pseudonym)
ORDER BY data_class, pseudonym
ON CONFLICT DO NOTHING
""")


class DataPolicyRepository:
    """What the policy on data that leaves stands on, and what came of it."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def in_force(self, organisation_id: str | None) -> list[DataEntry]:
        """All own rules, and what stands with this recipient."""
        about = data_entry.c.organisation_id
        wanted = about.is_(None) | (about == bindparam("organisation_id"))
        statement = select(data_entry).where(data_entry.c.withdrawn_at.is_(None), wanted)
        rows = await self._unit.execute(
            statement.order_by(data_entry.c.entry_id), {"organisation_id": organisation_id}
        )
        return [DataEntry(**row._mapping) for row in rows]

    async def entries(self) -> list[DataEntry]:
        """All of them, the newest first; the withdrawn ones too."""
        rows = await self._unit.execute(
            select(data_entry).order_by(data_entry.c.entered_at.desc(), data_entry.c.entry_id)
        )
        return [DataEntry(**row._mapping) for row in rows]

    async def owing(self) -> list[DataEntry]:
        """Emergencies whose papers have not come; a withdrawn one owes them too."""
        rows = await self._unit.execute(
            select(data_entry)
            .where(data_entry.c.kind == EMERGENCY, data_entry.c.settled_at.is_(None))
            .order_by(data_entry.c.entry_id)
        )
        return [DataEntry(**row._mapping) for row in rows]

    async def add(self, entry: DataEntry) -> None:
        """Enter one; raises Invalid when there is no such organisation."""
        unknown = Invalid(f"there is no organisation {entry.organisation_id}", field="organisation")
        with refusals({"data_entry_organisation_id_fkey": unknown}):
            await self._unit.execute(insert(data_entry).values(**asdict(entry)))

    async def withdraw(self, entry_id: UUID, by: str, reason: str, now: datetime) -> DataEntry:
        """From now on it stands for nothing; raises NotFound or Conflict."""
        values = {"withdrawn_at": now, "withdrawn_by": by, "withdrawn_reason": reason}
        return await self._end(entry_id, "withdrawn_at", values)

    async def settle(self, entry_id: UUID, by: str, reference: str, now: datetime) -> DataEntry:
        """The papers of an emergency have come; raises NotFound or Conflict."""
        values = {"settled_at": now, "settled_by": by, "settled_reference": reference}
        return await self._end(entry_id, "settled_at", values)

    async def _end(self, entry_id: UUID, mark: str, values: Mapping[str, Any]) -> DataEntry:
        found = await self._unit.execute(
            select(data_entry).where(data_entry.c.entry_id == entry_id).with_for_update()
        )
        row = found.one_or_none()
        if row is None or (mark == "settled_at" and row.kind != EMERGENCY):
            raise NotFound("there is no such entry", field="entry_id")
        if row._mapping[mark] is not None:
            raise Conflict("that has been said already", field="entry_id")
        ended = await self._unit.execute(
            update(data_entry)
            .where(data_entry.c.entry_id == entry_id)
            .values(**values)
            .returning(data_entry)
        )
        return DataEntry(**ended.one()._mapping)

    async def country_of(self, organisation_id: str) -> str | None:
        """Where an organisation is; None when there is none."""
        found = await self._unit.execute(
            select(organisation.c.country).where(organisation.c.organisation_id == organisation_id)
        )
        country: str | None = found.scalar_one_or_none()
        return country

    async def lists_of(self, organisation_id: str | None) -> frozenset[str]:
        """The zones' lists that an exporter stands under; without a name, whoever runs this.

        Whose data an answer holds is not asked: when anybody here is critical, all of them are.
        """
        where = (
            organisation.c.kind == "platform"
            if organisation_id is None
            else organisation.c.organisation_id == organisation_id
        )
        critical = organisation.c.data_lists.contains([CRITICAL])
        rows = await self._unit.execute(
            select(organisation.c.data_lists, where.label("own")).where(or_(where, critical))
        )
        found = [(frozenset(row.data_lists), row.own) for row in rows]
        own = frozenset().union(*(lists for lists, is_own in found if is_own))
        return own.union(*(lists & {CRITICAL} for lists, _ in found))

    async def counts(self, year: int) -> dict[DataClass, int]:
        """Persons of that year by class."""
        rows = await self._unit.execute(
            select(data_count.c.data_class, data_count.c.persons).where(data_count.c.year == year)
        )
        return {DataClass(row.data_class): row.persons for row in rows}

    async def count(
        self, year: int, persons: Mapping[DataClass, Collection[str]], now: datetime
    ) -> dict[DataClass, int]:
        """Add persons, each once a year, and say how many there are now.

        Whoever adds to the same class waits for this transaction: nobody passes a threshold that
        another one has just reached.
        """
        pairs = sorted((str(one), name) for one, names in persons.items() for name in names)
        if pairs:
            given = {
                "classes": [one for one, _ in pairs],
                "pseudonyms": [name for _, name in pairs],
            }
            await self._unit.execute(_ADD_PERSONS, {"year": year, "now": now, **given})
        return await self.counts(year)

    async def keep(self, decision: NewDecision) -> None:
        """Write down what was decided."""
        values = asdict(decision) | {
            "classes": list(decision.classes),
            "held_back": list(decision.held_back),
        }
        await self._unit.execute(upsert(data_decision).values(**values).on_conflict_do_nothing())

    async def decisions(
        self,
        before: int | None,
        limit: int,
        organisation_id: str | None = None,
        outcome: str | None = None,
        passed: bool | None = None,
    ) -> list[Decision]:
        """The newest first."""
        statement = select(data_decision)
        if outcome is not None:
            statement = statement.where(data_decision.c.outcome == outcome)
        if passed is not None:
            statement = statement.where(data_decision.c.passed.is_(passed))
        if before is not None:
            statement = statement.where(data_decision.c.decision_no < before)
        if organisation_id is not None:
            statement = statement.where(data_decision.c.organisation_id == organisation_id)
        rows = await self._unit.execute(
            statement.order_by(data_decision.c.decision_no.desc()).limit(limit)
        )
        return [Decision(**row._mapping) for row in rows]

    async def persons(self, year: int) -> int:
        """How many rows stand behind the counters of a year."""
        found = await self._unit.execute(
            select(func.count()).select_from(data_person).where(data_person.c.year == year)
        )
        return int(found.scalar_one())

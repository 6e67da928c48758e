"""Sign-offs with their steps, risk assessments with their checks, and emergency releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import (
    condition_check,
    emergency_release,
    official,
    risk_assessment,
    sign_off,
    sign_off_step,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffRecord:
    """One department's step of a shipment."""

    sign_off_id: UUID
    shipment_id: UUID
    department: str
    rule_id: str
    state: str
    lead: bool
    asked_at: datetime
    since: datetime
    due_at: datetime
    remind_min: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRecord:
    """An officer's grade and department; both may be unknown."""

    principal_id: str
    grade: int | None
    department: str | None
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecord:
    """A risk assessment; each of its conditions is a name and a text."""

    assessment_id: UUID
    shipment_id: UUID | None
    paper_id: UUID | None
    assessor: str
    result: str
    conditions: Sequence[Mapping[str, str]]
    valid_from: date
    valid_until: date | None
    assessed_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRecord:
    """A release before the paper."""

    release_id: UUID
    shipment_id: UUID
    basis_id: str
    papers: Sequence[str]
    granted_by: str
    officer_grade: int
    granted_at: datetime
    due_on: date
    reason: str
    state: str
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str | None
    revision: int


class SupervisionRepository:
    """Reads and writes what departments and officers do; steps and checks are only ever added."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def ask(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """Ask departments; raises AlreadyExists when this shipment has asked one of them."""
        refused = AlreadyExists(
            "the departments have been asked already",
            field="shipment_id",
            remedy="see the sign-offs of the shipment",
        )
        with refusals({"sign_off_shipment_id_department_key": refused}):
            await self._unit.execute(insert(sign_off), [dict(one) for one in steps])

    async def sign_offs(self, shipment_id: UUID) -> list[SignOffRecord]:
        """The steps of a shipment, by department."""
        rows = await self._unit.execute(
            select(sign_off)
            .where(sign_off.c.shipment_id == shipment_id)
            .order_by(sign_off.c.department)
        )
        return [SignOffRecord(**row._mapping) for row in rows]

    async def sign_off(self, sign_off_id: UUID) -> SignOffRecord:
        """One step, held until the transaction ends; raises NotFound."""
        found = await self._unit.execute(
            select(sign_off).where(sign_off.c.sign_off_id == sign_off_id).with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such sign-off", field="sign_off_id")
        return SignOffRecord(**row._mapping)

    async def move(self, sign_off_id: UUID, values: Mapping[str, Any]) -> None:
        """Change where a step stands; the revision grows by one."""
        await self._unit.execute(
            update(sign_off)
            .where(sign_off.c.sign_off_id == sign_off_id)
            .values(**values, revision=sign_off.c.revision + 1)
        )

    async def add_step(self, values: Mapping[str, Any]) -> None:
        """Add to the history of a step."""
        await self._unit.execute(insert(sign_off_step).values(**values))

    async def assess(self, values: Mapping[str, Any]) -> AssessmentRecord:
        """Enter a risk assessment; the newest counts."""
        refused = {
            "risk_assessment_shipment_id_fkey": NotFound(
                "there is no such shipment", field="shipment_id"
            ),
            "risk_assessment_paper_id_fkey": NotFound("there is no such paper", field="paper_id"),
        }
        with refusals(refused):
            await self._unit.execute(insert(risk_assessment).values(**values))
        found = await self._unit.execute(
            select(risk_assessment).where(
                risk_assessment.c.assessment_id == values["assessment_id"]
            )
        )
        return AssessmentRecord(**found.one()._mapping)

    async def note_check(self, values: Mapping[str, Any]) -> None:
        """Add a look at a condition."""
        await self._unit.execute(insert(condition_check).values(**values))

    async def grant(self, values: Mapping[str, Any]) -> EmergencyRecord:
        """Enter an emergency release; raises AlreadyExists while another is open."""
        refused = AlreadyExists(
            "this shipment has an emergency release that is open", field="shipment_id"
        )
        with refusals({"emergency_release_one_open": refused}):
            await self._unit.execute(insert(emergency_release).values(**values))
        return await self.emergency(values["release_id"])

    async def emergency(self, release_id: UUID) -> EmergencyRecord:
        """One emergency release, held; raises NotFound."""
        found = await self._unit.execute(
            select(emergency_release)
            .where(emergency_release.c.release_id == release_id)
            .with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such emergency release", field="release_id")
        return EmergencyRecord(**row._mapping)

    async def end_emergency(self, release_id: UUID, values: Mapping[str, Any]) -> None:
        """End it: made up, or revoked; the revision grows by one."""
        await self._unit.execute(
            update(emergency_release)
            .where(emergency_release.c.release_id == release_id)
            .values(**values, revision=emergency_release.c.revision + 1)
        )

    async def appoint(self, values: Mapping[str, Any]) -> OfficialRecord:
        """Say which grade and department somebody has; raises NotFound for an unknown person."""
        statement = upsert(official).values(**values)
        changed = {name: statement.excluded[name] for name in values if name != "principal_id"}
        unknown = NotFound("there is no such person", field="principal_id")
        with refusals({"official_principal_id_fkey": unknown}):
            await self._unit.execute(
                statement.on_conflict_do_update(index_elements=["principal_id"], set_=changed)
            )
        found = await self.official(values["principal_id"])
        if found is None:
            raise unknown
        return found

    async def officials(self) -> list[OfficialRecord]:
        """Everybody who has a grade or a department, by name."""
        rows = await self._unit.execute(select(official).order_by(official.c.principal_id))
        return [OfficialRecord(**row._mapping) for row in rows]

    async def official(self, principal_id: str) -> OfficialRecord | None:
        """Somebody's grade and department, if they were entered."""
        found = await self._unit.execute(
            select(official).where(official.c.principal_id == principal_id)
        )
        row = found.one_or_none()
        return None if row is None else OfficialRecord(**row._mapping)

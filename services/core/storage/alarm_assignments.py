"""Whose an alarm is, when somebody said so, and who may be given one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from services.core.domain.errors import StaleRevision
from services.core.domain.governance.access import Role
from services.core.domain.governance.organisation import OrganisationKind
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import alarm_assignment

MEANWHILE = StaleRevision(
    "this alarm was given to somebody else, or taken, since you read it",
    field="instead_of",
    remedy="read it again, then say in instead_of whose it is now",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """Somebody who may be given alarms."""

    person_id: str
    name: str


# Of the same house: they see the same alarms. Whoever asks may always keep one for themselves.
_ASSIGNEES = text("""
SELECT principal.principal_id AS person_id, principal.name
FROM principal
LEFT JOIN person ON person.principal_id = principal.principal_id
LEFT JOIN organisation AS house ON house.organisation_id = principal.organisation_id
WHERE principal.active AND principal.kind = 'person'
  AND (principal.principal_id = :asker
       OR (person.state = 'active' AND person.roles && CAST(:roles AS text[])))
  AND (principal.organisation_id = :organisation
       OR (CAST(:whole AS boolean)
           AND (principal.organisation_id IS NULL OR house.kind = :platform)))
ORDER BY principal.name, principal.principal_id
""")
_END = text("""
UPDATE alarm_assignment SET ended_at = :now WHERE alarm_id = :alarm_id AND ended_at IS NULL
""")
_END_ALL = text("""
UPDATE alarm_assignment SET ended_at = :now WHERE assigned_to = :person_id AND ended_at IS NULL
""")
# A row of its own: of what people did, nothing is undone in the table.
_AGAIN = text("""
INSERT INTO alarm_assignment (id, alarm_id, assigned_to, assigned_by, at, reason)
SELECT :id, alarm_id, assigned_to, :by, :now, reason FROM alarm_assignment AS past
WHERE alarm_id = :alarm_id AND ended_at = :ended_at
  AND EXISTS (SELECT FROM principal WHERE principal_id = past.assigned_to AND active)
ORDER BY at DESC LIMIT 1
ON CONFLICT (alarm_id) WHERE ended_at IS NULL DO NOTHING
RETURNING assigned_to
""")


class AlarmAssignments:
    """Keeps whose each alarm is; one at a time, and each of them stays readable."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def assignees(
        self, asker: str, organisation_id: str | None, roles: Iterable[Role], *, whole: bool
    ) -> list[Assignee]:
        """Who may be given an alarm by somebody of this organisation, by name."""
        asked = {
            "asker": asker,
            "organisation": organisation_id,
            "roles": sorted(role.value for role in roles),
            "whole": whole,
            "platform": OrganisationKind.PLATFORM.value,
        }
        return [Assignee(**row._mapping) for row in await self._unit.execute(_ASSIGNEES, asked)]

    async def add(self, values: Mapping[str, Any]) -> None:
        """It is theirs, and whoever's it was before no longer; raises StaleRevision."""
        await self.end(values["alarm_id"], values["at"])
        with refusals({"alarm_assignment_open_idx": MEANWHILE}):
            await self._unit.execute(insert(alarm_assignment).values(**values))

    async def end(self, alarm_id: UUID, now: datetime) -> None:
        """It is nobody's in particular any more."""
        await self._unit.execute(_END, {"alarm_id": alarm_id, "now": now})

    async def end_all(self, person_id: str, now: datetime) -> int:
        """None is this person's any more; how many were."""
        asked = {"person_id": person_id, "now": now}
        return (await self._unit.execute(_END_ALL, asked)).rowcount

    async def again(
        self, alarm_id: UUID, ended_at: datetime, values: Mapping[str, Any]
    ) -> str | None:
        """It is theirs whose it was until then; who that is; not when it was given meanwhile."""
        asked = {**values, "alarm_id": alarm_id, "ended_at": ended_at}
        found = await self._unit.execute(_AGAIN, asked)
        whose: str | None = found.scalar_one_or_none()
        return whose

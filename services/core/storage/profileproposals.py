"""New versions of profiles as proposals: of one person, decided by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, insert, select, update

from services.core.domain.errors import Conflict, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import profile, profile_proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileProposalRecord:
    """A version as it would be; while nobody has decided, it judges nothing.

    `over_profile_id`, `over_version` is what it is compared with: the version before it, else the
    profile that it begins with.
    """

    proposal_id: UUID
    profile_id: str
    version: int
    document: Mapping[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime
    over_profile_id: str | None = None
    over_version: int | None = None
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    organisation_id: str | None = None


_COLUMNS = [profile_proposal.c[name] for name in ProfileProposalRecord.__slots__]


class ProfileProposals:
    """Reads and writes proposals."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, proposal: ProfileProposalRecord) -> None:
        """Propose a version; raises Conflict while another one of this profile waits."""
        values = {name: getattr(proposal, name) for name in ProfileProposalRecord.__slots__}
        with refusals({"profile_proposal_one_open": _WAITING}):
            await self._unit.execute(insert(profile_proposal).values(**values))

    async def get(self, proposal_id: UUID, *, hold: bool = False) -> ProfileProposalRecord:
        """One proposal, held on to when it is to be decided; raises NotFound."""
        statement = select(*_COLUMNS).where(profile_proposal.c.proposal_id == proposal_id)
        rows = await self._unit.execute(statement.with_for_update() if hold else statement)
        row = rows.one_or_none()
        if row is None:
            raise NotFound("there is no such proposal", field="proposal_id")
        return _record(row)

    async def newest(self, decided: int) -> list[ProfileProposalRecord]:
        """All that wait, and so many of those that were decided last; the newest first."""
        table = profile_proposal.c
        waiting = select(*_COLUMNS).where(table.decision.is_(None))
        rows = await self._unit.execute(
            waiting.order_by(table.proposed_at.desc(), table.proposal_id)
        )
        found = [_record(row) for row in rows]
        rows = await self._unit.execute(
            select(*_COLUMNS)
            .where(table.decision.is_not(None))
            .order_by(table.decided_at.desc(), table.proposal_id)
            .limit(decided)
        )
        return [*found, *(_record(row) for row in rows)]

    async def compared(self, proposals: list[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """The documents of what they are compared with; a template is none."""
        over = and_(
            profile.c.profile_id == profile_proposal.c.over_profile_id,
            profile.c.version == profile_proposal.c.over_version,
        )
        rows = await self._unit.execute(
            select(profile_proposal.c.proposal_id, profile.c.document)
            .join_from(profile_proposal, profile, over)
            .where(profile_proposal.c.proposal_id.in_(proposals))
        )
        return {row.proposal_id: row.document for row in rows}

    async def decide(self, decided: ProfileProposalRecord) -> None:
        """Write what was decided, by whom, when and why."""
        names = ("decision", "decided_by", "decided_at", "decision_reason")
        await self._unit.execute(
            update(profile_proposal)
            .where(profile_proposal.c.proposal_id == decided.proposal_id)
            .values({name: getattr(decided, name) for name in names})
        )


def _record(row: Row[Any]) -> ProfileProposalRecord:
    return ProfileProposalRecord(**row._mapping)


_WAITING = Conflict(
    "another proposal for this profile waits to be decided",
    field="profile_id",
    remedy="decide or withdraw that one first",
)

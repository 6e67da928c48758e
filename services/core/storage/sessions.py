"""Sessions of people: found by the digest of their secret, ended by themselves or for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from services.core.storage.database import UnitOfWork
from services.core.storage.grants import shared_with
from services.core.storage.schema import organisation, person, principal, session


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session with whoever it belongs to."""

    session_id: UUID
    principal_id: str
    name: str
    organisation_id: str | None
    organisation_kind: str | None
    organisation_country: str | None
    country: str | None
    roles: list[str]
    level: str
    method: str
    source: str
    agent: str
    created_at: datetime
    active_at: datetime
    idle_ends_at: datetime
    ends_at: datetime
    confirmed_at: datetime | None
    challenge: bytes | None
    challenge_ends_at: datetime | None
    shared: Sequence[Sequence[str]] | None = None
    """Shipments of others that are shared with their organisation, and as what."""


_HOLDER = (
    principal.c.name,
    principal.c.organisation_id,
    organisation.c.kind.label("organisation_kind"),
    organisation.c.country.label("organisation_country"),
    principal.c.country,
    person.c.roles,
)
_SESSIONS = (
    select(*(session.c[name] for name in SessionRecord.__slots__ if name in session.c), *_HOLDER)
    .join(principal, principal.c.principal_id == session.c.principal_id)
    .join(person, person.c.principal_id == session.c.principal_id)
    .outerjoin(organisation, organisation.c.organisation_id == principal.c.organisation_id)
)


def _lives(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        session.c.ended_at.is_(None),
        session.c.ends_at > now,
        session.c.idle_ends_at > now,
        session.c.principal_id.in_(
            select(principal.c.principal_id).where(principal.c.active.is_(True))
        ),
    )


class SessionRepository:
    """Reads and writes sessions."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Begin a session."""
        await self._unit.execute(insert(session).values(**values))

    async def find(self, secret_sha256: bytes, now: datetime) -> SessionRecord | None:
        """The session of this secret while it lives and its person may act."""
        shared = shared_with(principal.c.organisation_id, now).label("shared")
        query = _SESSIONS.add_columns(shared)
        query = query.where(session.c.secret_sha256 == secret_sha256, *_lives(now))
        row = (await self._unit.execute(query)).one_or_none()
        return None if row is None else SessionRecord(**row._mapping)

    async def of_person(self, principal_id: str, now: datetime) -> list[SessionRecord]:
        """Where a person is signed in, newest first."""
        query = _SESSIONS.where(session.c.principal_id == principal_id, *_lives(now))
        rows = await self._unit.execute(query.order_by(session.c.created_at.desc()))
        return [SessionRecord(**row._mapping) for row in rows]

    async def living(self, session_ids: Collection[UUID], now: datetime) -> list[SessionRecord]:
        """Those of the sessions that still live, with whoever they belong to by now."""
        query = _SESSIONS.where(session.c.session_id.in_(session_ids), *_lives(now))
        return [SessionRecord(**row._mapping) for row in await self._unit.execute(query)]

    async def change(self, session_id: UUID, **values: Any) -> None:
        """Set columns of a session."""
        await self._unit.execute(
            update(session).where(session.c.session_id == session_id).values(**values)
        )

    async def take_challenge(self, session_id: UUID, now: datetime) -> bytes | None:
        """The challenge that a passkey was asked, used up; None when there is none or it ended."""
        mine = session.c.session_id == session_id
        found = await self._unit.execute(
            select(session.c.challenge)
            .where(mine, session.c.challenge_ends_at > now)
            .with_for_update()
        )
        challenge: bytes | None = found.scalar_one_or_none()
        await self._unit.execute(update(session).where(mine).values(challenge=None))
        return challenge

    async def use_confirmation(self, session_id: UUID, since: datetime) -> bool:
        """Use up a proof of identity that is not older than `since`; one proof, one signature."""
        found = await self._unit.execute(
            update(session)
            .where(session.c.session_id == session_id, session.c.confirmed_at >= since)
            .values(confirmed_at=None)
        )
        return found.rowcount == 1

    async def end(self, session_id: UUID, principal_id: str, now: datetime, reason: str) -> bool:
        """End one session of a person; whether it lived."""
        found = await self._unit.execute(
            update(session)
            .where(
                session.c.session_id == session_id,
                session.c.principal_id == principal_id,
                session.c.ended_at.is_(None),
            )
            .values(ended_at=now, end_reason=reason)
        )
        return found.rowcount == 1

    async def end_all(
        self, principal_id: str, now: datetime, reason: str, *, but: UUID | None = None
    ) -> int:
        """End every session of a person; how many there were."""
        query = update(session).where(
            session.c.principal_id == principal_id, session.c.ended_at.is_(None)
        )
        if but is not None:
            query = query.where(session.c.session_id != but)
        found = await self._unit.execute(query.values(ended_at=now, end_reason=reason))
        return int(found.rowcount)

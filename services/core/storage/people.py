"""People, their roles and state, and the one-time links that let them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal_column, select, update

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import person, principal, second_factor, session, sign_in_link


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person with the principal that audit entries name; never a password."""

    principal_id: str
    name: str
    organisation_id: str | None
    roles: list[str]
    state: str
    password_hash: str | None
    password_changed_at: datetime | None
    issuer: str | None
    subject: str | None
    language: str | None
    zone: str | None
    created_at: datetime
    created_by: str
    revision: int
    second_factors: list[str]
    """The kinds that they have confirmed."""
    signed_in_at: datetime | None
    """When they last got in, with everything that was asked of them."""


_FACTORS = (
    select(
        func.coalesce(
            func.array_agg(second_factor.c.kind.distinct()), literal_column("'{}'::text[]")
        )
    )
    .where(
        second_factor.c.principal_id == person.c.principal_id,
        second_factor.c.confirmed_at.is_not(None),
        second_factor.c.removed_at.is_(None),
    )
    .correlate(person)
    .scalar_subquery()
)
_SIGNED_IN = (
    select(func.max(session.c.created_at))
    .where(session.c.principal_id == person.c.principal_id, session.c.level == "full")
    .correlate(person)
    .scalar_subquery()
)
_PEOPLE = select(
    *(person.c[name] for name in PersonRecord.__slots__ if name in person.c),
    principal.c.name,
    principal.c.organisation_id,
    _FACTORS.label("second_factors"),
    _SIGNED_IN.label("signed_in_at"),
).join(principal, principal.c.principal_id == person.c.principal_id)


class PeopleRepository:
    """Reads and writes people."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Enter a person whose principal stands; raises AlreadyExists."""
        refused = AlreadyExists(
            f"there is a person {values['principal_id']} already", field="person_id"
        )
        with refusals({"person_pkey": refused}):
            await self._unit.execute(insert(person).values(**values))

    async def find(self, principal_id: str, *, lock: bool = False) -> PersonRecord | None:
        """The person of this name, whatever their state."""
        query = _PEOPLE.where(person.c.principal_id == principal_id)
        if lock:
            query = query.with_for_update(of=person)
        row = (await self._unit.execute(query)).one_or_none()
        return None if row is None else PersonRecord(**row._mapping)

    async def get(self, principal_id: str, *, lock: bool = False) -> PersonRecord:
        """The person of this name; raises NotFound."""
        found = await self.find(principal_id, lock=lock)
        if found is None:
            raise NotFound("there is no such person", field="person_id")
        return found

    async def of_subject(self, issuer: str, subject: str) -> PersonRecord | None:
        """Whom another sign-in service knows under this name."""
        row = (
            await self._unit.execute(
                _PEOPLE.where(person.c.issuer == issuer, person.c.subject == subject)
            )
        ).one_or_none()
        return None if row is None else PersonRecord(**row._mapping)

    async def all(self) -> list[PersonRecord]:
        """Everybody, by name of identifier; an installation has few."""
        rows = await self._unit.execute(_PEOPLE.order_by(person.c.principal_id))
        return [PersonRecord(**row._mapping) for row in rows]

    async def change(self, principal_id: str, **values: Any) -> None:
        """Set columns of a person."""
        await self._unit.execute(
            update(person)
            .where(person.c.principal_id == principal_id)
            .values(**values, revision=person.c.revision + 1)
        )

    async def set_active(self, principal_id: str, active: bool) -> None:
        """Whether the principal may act at all, by session or by key."""
        await self._unit.execute(
            update(principal).where(principal.c.principal_id == principal_id).values(active=active)
        )

    async def rename(self, principal_id: str, name: str) -> None:
        """The name for people."""
        await self._unit.execute(
            update(principal).where(principal.c.principal_id == principal_id).values(name=name)
        )

    async def add_link(self, values: Mapping[str, Any]) -> None:
        """Keep the digest of a new link; the person's older ones open nothing any more."""
        await self._unit.execute(
            update(sign_in_link)
            .where(
                sign_in_link.c.principal_id == values["principal_id"],
                sign_in_link.c.used_at.is_(None),
            )
            .values(used_at=values["created_at"])
        )
        await self._unit.execute(insert(sign_in_link).values(**values))

    async def end_links(self, principal_id: str, now: datetime) -> None:
        """Links that were given out open nothing any more."""
        await self._unit.execute(
            update(sign_in_link)
            .where(sign_in_link.c.principal_id == principal_id, sign_in_link.c.used_at.is_(None))
            .values(used_at=now)
        )

    async def use_link(self, token_sha256: bytes, now: datetime) -> str | None:
        """Whose link it is, and it is used up; None when it is unknown, used or has ended."""
        row = (
            await self._unit.execute(
                update(sign_in_link)
                .where(
                    sign_in_link.c.token_sha256 == token_sha256,
                    sign_in_link.c.used_at.is_(None),
                    sign_in_link.c.expires_at > now,
                )
                .values(used_at=now)
                .returning(sign_in_link.c.principal_id)
            )
        ).one_or_none()
        return None if row is None else str(row.principal_id)

"""Organisations, and the keys of the people and machines that belong to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import AlreadyExists, Conflict, Invalid, NotFound
from services.core.storage.constraints import refusals, unusable
from services.core.storage.database import UnitOfWork
from services.core.storage.grants import shared_with
from services.core.storage.schema import api_key, organisation, principal

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """A firm or an authority."""

    organisation_id: str
    name: str
    country: str
    kind: str
    created_at: datetime
    data_lists: Sequence[str] = ()
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key with whoever holds it; never the key itself. The first key is of no organisation."""

    key_id: UUID
    prefix: str
    secret_sha256: bytes
    principal_id: str
    kind: str
    name: str
    active: bool
    organisation_id: str | None
    organisation_kind: str | None
    organisation_country: str | None
    country: str | None
    role: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoke_reason: str | None
    shared: Sequence[Sequence[str]] | None = None
    """Shipments of others that are shared with its organisation, and as what."""

    @property
    def in_anothers_name(self) -> bool:
        """Whether it acts as a person who has not made it."""
        return self.kind == "person" and self.created_by != self.principal_id


_HOLDER = (
    principal.c.kind,
    principal.c.name,
    principal.c.active,
    principal.c.organisation_id,
    organisation.c.kind.label("organisation_kind"),
    organisation.c.country.label("organisation_country"),
    principal.c.country,
)
_KEYS = (
    select(*(api_key.c[name] for name in KeyRecord.__slots__ if name in api_key.c), *_HOLDER)
    .join(principal, principal.c.principal_id == api_key.c.principal_id)
    .outerjoin(organisation, organisation.c.organisation_id == principal.c.organisation_id)
)


class KeyRepository:
    """Reads and writes organisations, their principals and their keys."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add_organisation(self, record: OrganisationRecord) -> None:
        """Enter an organisation; raises AlreadyExists."""
        values = {name: getattr(record, name) for name in record.__slots__}
        values["data_lists"] = list(record.data_lists)
        refused = AlreadyExists(
            f"there is an organisation {record.organisation_id} already", field="organisation_id"
        )
        with refusals({"organisation_pkey": refused}):
            await self._unit.execute(insert(organisation).values(**values))

    async def organisations(self) -> list[OrganisationRecord]:
        """All of them, by name of identifier."""
        columns = (organisation.c[name] for name in OrganisationRecord.__slots__)
        rows = await self._unit.execute(select(*columns).order_by(organisation.c.organisation_id))
        return [OrganisationRecord(**row._mapping) for row in rows]

    async def hold_organisation(self, organisation_id: str) -> OrganisationRecord:
        """Read one that is about to change; raises NotFound."""
        columns = (organisation.c[name] for name in OrganisationRecord.__slots__)
        found = await self._unit.execute(
            select(*columns)
            .where(organisation.c.organisation_id == organisation_id)
            .with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such organisation", field="organisation_id")
        return OrganisationRecord(**row._mapping)

    async def change_organisation(
        self, held: OrganisationRecord, values: Mapping[str, Any]
    ) -> OrganisationRecord:
        """Another name, country or lists; its revision grows."""
        changed = {**values, "revision": held.revision + 1}
        await self._unit.execute(
            update(organisation)
            .where(organisation.c.organisation_id == held.organisation_id)
            .values(**changed)
        )
        return replace(held, **changed)

    async def people_of(self, organisation_id: str) -> list[str]:
        """Who belongs to it, people and machines."""
        found = await self._unit.execute(
            select(principal.c.principal_id)
            .where(principal.c.organisation_id == organisation_id)
            .order_by(principal.c.principal_id)
        )
        return list(found.scalars())

    async def kind_of(self, organisation_id: str) -> str:
        """What an organisation is; raises Invalid when there is none."""
        found = await self._unit.execute(
            select(organisation.c.kind).where(organisation.c.organisation_id == organisation_id)
        )
        kind: str | None = found.scalar_one_or_none()
        if kind is None:
            raise Invalid(
                f"there is no organisation {organisation_id}",
                field="organisation",
                remedy="enter it first: coldlane organisation create",
            )
        return kind

    async def enrol(self, values: Mapping[str, Any]) -> None:
        """See that a principal stands, of this organisation; raises Conflict or Invalid."""
        unknown = Invalid(
            f"there is no organisation {values['organisation_id']}",
            field="organisation",
            remedy="enter it first: coldlane organisation create",
        )
        with refusals({"principal_organisation_id_fkey": unknown}):
            await self._unit.execute(upsert(principal).values(**values).on_conflict_do_nothing())
        if values.get("country") is not None:  # also of somebody who stood here already
            await self._unit.execute(
                update(principal)
                .where(principal.c.principal_id == values["principal_id"])
                .where(principal.c.organisation_id == values["organisation_id"])
                .values(country=values["country"])
            )
        found = await self._unit.execute(
            select(principal.c.organisation_id, principal.c.kind).where(
                principal.c.principal_id == values["principal_id"]
            )
        )
        row = found.one_or_none()
        if row is None:
            raise unusable("name", "person")
        if (row.organisation_id, row.kind) != (values["organisation_id"], values["kind"]):
            raise Conflict(
                f"{values['principal_id']} belongs to another organisation",
                field="person",
                remedy="give this person another name here",
            )

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep a new key's prefix and digest."""
        await self._unit.execute(insert(api_key).values(**values))

    async def find(self, prefix: str) -> KeyRecord | None:
        """The key with this prefix, in force or not."""
        return await self._one(_KEYS.where(api_key.c.prefix == prefix))

    async def presented(self, prefix: str, now: datetime) -> KeyRecord | None:
        """The same, with what is shared with its organisation."""
        shared = shared_with(principal.c.organisation_id, now).label("shared")
        return await self._one(_KEYS.add_columns(shared).where(api_key.c.prefix == prefix))

    async def _one(self, query: Select[Any]) -> KeyRecord | None:
        row = (await self._unit.execute(query)).one_or_none()
        return None if row is None else KeyRecord(**row._mapping)

    async def in_force(self, prefixes: Collection[str], now: datetime) -> list[KeyRecord]:
        """Those of the keys that still open something, with whoever holds them by now."""
        query = _KEYS.where(
            api_key.c.prefix.in_(prefixes),
            api_key.c.revoked_at.is_(None),
            or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now),
            principal.c.active.is_(True),
        )
        return [KeyRecord(**row._mapping) for row in await self._unit.execute(query)]

    async def all(self) -> list[KeyRecord]:
        """Every key, newest first; an installation has few."""
        rows = await self._unit.execute(_KEYS.order_by(api_key.c.key_id.desc()))
        return [KeyRecord(**row._mapping) for row in rows]

    async def note_use(self, key: KeyRecord, now: datetime) -> None:
        """Say that it was used, at most once a minute."""
        if key.last_used_at is None or now - key.last_used_at >= USE_IS_NOTED_EVERY:
            await self._unit.execute(
                update(api_key).where(api_key.c.key_id == key.key_id).values(last_used_at=now)
            )

    async def revoke(self, prefix: str, now: datetime, reason: str) -> KeyRecord:
        """End a key for good; raises NotFound. Revoking twice keeps the first time."""
        await self._unit.execute(
            update(api_key)
            .where(api_key.c.prefix == prefix, api_key.c.revoked_at.is_(None))
            .values(revoked_at=now, revoke_reason=reason)
        )
        found = await self.find(prefix)
        if found is None:
            raise NotFound("there is no key with this prefix", field="prefix")
        return found

"""Material profiles in their versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from services.core.domain.errors import Conflict, Invalid
from services.core.storage.constraints import refusals, unusable
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRecord:
    """A profile as it was entered; the document is what the evaluator reads.

    `frozen_at` is when it was first taken into use.
    """

    profile_id: str
    version: int
    document: Mapping[str, Any]
    owner: str | None = None
    created_at: datetime | None = None
    frozen_at: datetime | None = None


_TAKEN = Conflict(
    "somebody has just added this version", field="profile_id", remedy="send it again"
)


class ProfileRepository:
    """Reads profiles, and freezes a version that is taken into use."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def all(self) -> list[ProfileRecord]:
        """Every version of every profile."""
        table = profile.c
        owner = table.organisation_id.label("owner")
        rows = await self._unit.execute(
            select(
                table.profile_id,
                table.version,
                table.document,
                owner,
                table.created_at,
                table.frozen_at,
            ).order_by(table.profile_id, table.version)
        )
        return [ProfileRecord(**row._mapping) for row in rows]

    async def find(self, profile_id: str, version: int | None) -> ProfileRecord:
        """One version, or the newest; raises Invalid when there is none."""
        table = profile.c
        statement = (
            select(table.profile_id, table.version, table.document)
            .where(table.profile_id == profile_id)
            .order_by(table.version.desc())
            .limit(1)
        )
        if version is not None:
            statement = statement.where(table.version == version)
        row = (await self._unit.execute(statement)).one_or_none()
        if row is None:
            raise Invalid(
                f"there is no profile {profile_id}" + (f" version {version}" if version else ""),
                field="profile_id",
                remedy="choose one of those at /api/v1/profiles",
            )
        return ProfileRecord(**row._mapping)

    async def newest(self, profile_id: str) -> ProfileRecord | None:
        """The newest version of this name with its owner, if there is one to be seen."""
        table = profile.c
        rows = await self._unit.execute(
            select(
                table.profile_id,
                table.version,
                table.document,
                table.organisation_id.label("owner"),
            )
            .where(table.profile_id == profile_id)
            .order_by(table.version.desc())
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else ProfileRecord(**row._mapping)

    async def add(
        self, record: ProfileRecord, now: datetime, organisation_id: str | None = None
    ) -> None:
        """Add a version; raises Conflict when somebody else has just added the same."""
        taken = _TAKEN if record.version > 1 else unusable("profile id", "profile_id")
        with refusals({"profile_pkey": taken}):
            await self._unit.execute(
                insert(profile).values(
                    profile_id=record.profile_id,
                    version=record.version,
                    document=record.document,
                    created_at=now,
                    organisation_id=organisation_id,
                )
            )

    async def freeze(self, profile_id: str, version: int, now: datetime) -> None:
        """From its first use on a version does not change."""
        table = profile.c
        await self._unit.execute(
            update(profile)
            .where(
                table.profile_id == profile_id,
                table.version == version,
                table.frozen_at.is_(None),
            )
            .values(frozen_at=now)
        )

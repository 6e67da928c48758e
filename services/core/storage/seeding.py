"""The rows every installation begins with: the shipped profiles and the local operator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.storage.schema import principal, profile


def seed(connection: Connection, now: datetime) -> None:
    """Add what is missing; a row that stands already is left as it is."""
    for shipped in SHIPPED_PROFILES:
        connection.execute(
            insert(profile)
            .values(
                profile_id=shipped.profile_id,
                version=shipped.version,
                document=shipped.to_document(),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
    connection.execute(
        insert(principal)
        .values(principal_id="local-operator", kind="person", name="Local operator", created_at=now)
        .on_conflict_do_nothing()
    )

"""The rows every installation begins with: shipped profiles, the local operator, a checklist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.core.domain.clearance.shipped_checklist import SHIPPED_CHECKLIST
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.storage.schema import checklist_template, principal, profile


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
    connection.execute(
        insert(checklist_template)
        .values(
            template_id=SHIPPED_CHECKLIST.template_id,
            version=SHIPPED_CHECKLIST.version,
            document=SHIPPED_CHECKLIST.to_document(),
            created_at=now,
            created_by="local-operator",
        )
        .on_conflict_do_nothing()
    )

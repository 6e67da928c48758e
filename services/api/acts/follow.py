"""A feed that a program asks for every few minutes: one entry a day says who follows it."""

from __future__ import annotations

from datetime import timedelta

from services.api.dependencies import Act
from services.core.storage.audit import AuditFilter, AuditRepository

EVERY = timedelta(days=1)
"""Own choice: it is known to the day who takes it out, and the trail stays readable."""


async def note_follower(subject: tuple[str, object], act: Act) -> None:
    """Leave an entry unless this person or key has left one within a day."""
    entity, entity_id = subject
    same = AuditFilter(
        entity=entity,
        entity_id=str(entity_id),
        principal_id=act.principal.principal_id,
        action="export",
        since=act.now - EVERY,
    )
    if not await AuditRepository(act.unit).page(same, 1, None):
        await act.audit("export", subject)

"""Sessions as their person and administrators see them."""

from __future__ import annotations

from uuid import UUID

from services.api.schemas.people import Session
from services.core.storage.sessions import SessionRecord


def session_out(one: SessionRecord, asking: UUID | None) -> Session:
    """Where somebody is signed in; `present` is the session that asks."""
    values = {name: getattr(one, name) for name in one.__slots__}
    own = {"id": one.session_id, "present": one.session_id == asking}
    return Session.model_validate(values | own)

"""Notices to be sent: put in the transaction that causes them, leased and sent at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text

from services.core.domain.alarm.calling import FIRST
from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell. `subject_key` is its identity: put twice, it is told once.

    `audience` says for whom by what they are, `level` how far up that is; who they are and how
    they are reached is the channel's to know. The body holds no patient data: it leaves the house.
    """

    kind: str
    subject_key: str
    body: Mapping[str, Any]
    audience: str = FIRST
    level: int = 0

    @property
    def id(self) -> UUID:
        """The idempotency key that receivers see."""
        return uuid5(NAMESPACE_URL, f"coldlane:notice:{self.kind}:{self.subject_key}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedNotice:
    """A notice that this process has undertaken to send until its lease ends."""

    id: UUID
    kind: str
    subject_key: str
    body: dict[str, Any]
    audience: str
    level: int
    attempts: int


_PUT = text("""
INSERT INTO notification_outbox (id, kind, subject_key, body, audience, level, created_at,
                                 due_at)
SELECT id, kind, subject_key, body, audience, level, :now, :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (id uuid, kind text, subject_key text, body jsonb, audience text, level smallint)
ON CONFLICT DO NOTHING
""")

_LEASE = text("""
UPDATE notification_outbox AS notice
SET leased_until = :until, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM notification_outbox
  WHERE delivered_at IS NULL AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)
  ORDER BY due_at, created_at LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING id, kind, subject_key, body, audience, level, attempts
""")

_DELIVERED = text("""
UPDATE notification_outbox SET delivered_at = :now, leased_until = NULL, last_error = NULL
WHERE id = :id
""")

_POSTPONE = text("""
UPDATE notification_outbox SET due_at = :due_at, leased_until = NULL, last_error = :error
WHERE id = :id
""")


class Outbox:
    """The notices of one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def put(self, notices: Sequence[Notice], now: datetime) -> None:
        """Add notices; one that stands already is left as it is."""
        if not notices:
            return
        rows = [
            {
                "id": n.id,
                "kind": n.kind,
                "subject_key": n.subject_key,
                "body": dict(n.body),
                "audience": n.audience,
                "level": n.level,
            }
            for n in notices
        ]
        await self._uow.execute(_PUT, {"rows": rows_as_json(rows), "now": now})

    async def lease(self, limit: int, now: datetime, lease: timedelta) -> list[LeasedNotice]:
        """Take notices that are due; when we die, others take them after the lease."""
        rows = await self._uow.execute(_LEASE, {"limit": limit, "now": now, "until": now + lease})
        return [LeasedNotice(**row._mapping) for row in rows]

    async def delivered(self, notice_id: UUID, now: datetime) -> None:
        """The receiver has it."""
        await self._uow.execute(_DELIVERED, {"id": notice_id, "now": now})

    async def postpone(self, notice_id: UUID, due_at: datetime, error: str) -> None:
        """It could not be delivered: try again at `due_at`."""
        await self._uow.execute(
            _POSTPONE, {"id": notice_id, "due_at": due_at, "error": error[:500]}
        )

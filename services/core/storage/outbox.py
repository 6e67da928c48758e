"""Notices to be sent: put in the transaction that causes them, then handed out to the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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


_PUT = text("""
INSERT INTO notification_outbox (id, kind, subject_key, body, audience, level, created_at,
                                 due_at)
SELECT id, kind, subject_key, body, audience, level, :now, :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (id uuid, kind text, subject_key text, body jsonb, audience text, level smallint)
ON CONFLICT DO NOTHING
""")

_WAITING = text("""
SELECT id, kind, audience, level, body FROM notification_outbox
WHERE handed_out_at IS NULL AND due_at <= :now
ORDER BY due_at, created_at LIMIT :limit FOR UPDATE SKIP LOCKED
""")

_HANDED_OUT = text("""
UPDATE notification_outbox SET handed_out_at = :now WHERE id = ANY(:ids)
""")

_HAND_OUT = text("""
INSERT INTO notice_delivery (notice_id, channel, due_at)
SELECT notice_id, channel, :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (notice_id uuid, channel text)
ON CONFLICT (notice_id, channel) DO UPDATE
SET state = 'pending', due_at = excluded.due_at, leased_until = NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    """A notice that no channel has been given yet."""

    id: UUID
    kind: str
    audience: str
    level: int
    body: Mapping[str, Any]


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

    async def waiting(self, limit: int, now: datetime) -> list[WaitingNotice]:
        """Notices to be handed out, held until this transaction ends."""
        rows = await self._uow.execute(_WAITING, {"limit": limit, "now": now})
        return [WaitingNotice(**row._mapping) for row in rows]

    async def hand_out(
        self, notices: Sequence[UUID], pairs: Sequence[tuple[UUID, str]], now: datetime
    ) -> None:
        """Give these notices to channels: a pair each; to a channel that had it once more."""
        rows = [{"notice_id": notice, "channel": channel} for notice, channel in pairs]
        if rows:
            await self._uow.execute(_HAND_OUT, {"rows": rows_as_json(rows), "now": now})
        await self._uow.execute(_HANDED_OUT, {"ids": list(notices), "now": now})

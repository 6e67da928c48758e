"""Each channel's copy of a notice: leased, sent at least once, tried again, kept as a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedNotice:
    """A notice that this process has undertaken to send by a channel until its lease ends."""

    id: UUID
    channel: str
    kind: str
    subject_key: str
    body: dict[str, Any]
    audience: str
    level: int
    attempts: int
    created_at: datetime


_LEASE = text("""
UPDATE notice_delivery AS delivery
SET leased_until = :until, attempts = delivery.attempts + 1
FROM notification_outbox AS notice
WHERE notice.id = delivery.notice_id AND (delivery.notice_id, delivery.channel) IN (
  SELECT notice_id, channel FROM notice_delivery
  WHERE state = 'pending' AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)
    AND channel = ANY(:channels)
  ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING notice.id, delivery.channel, notice.kind, notice.subject_key, notice.body,
          notice.audience, notice.level, delivery.attempts, notice.created_at
""")

_DELIVERED = text("""
UPDATE notice_delivery
SET state = 'delivered', delivered_at = :now, leased_until = NULL, last_error = NULL
WHERE notice_id = :id AND channel = :channel
""")

_ALL_DELIVERED = text("""
UPDATE notification_outbox AS notice SET delivered_at = :now
WHERE id = :id AND delivered_at IS NULL AND NOT EXISTS (
  SELECT FROM notice_delivery WHERE notice_id = notice.id AND state <> 'delivered')
""")

_FAILED = text("""
UPDATE notice_delivery
SET state = :state, due_at = :due_at, leased_until = NULL, last_error = :error
WHERE notice_id = :id AND channel = :channel
""")

_LINK = text("""
INSERT INTO courier_link (token_sha256, notice_id, channel, language, created_at, expires_at)
VALUES (:token_sha256, :notice_id, :channel, :language, :now, :expires_at)
""")


class Deliveries:
    """What the channels have to send."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def lease(
        self, channels: list[str], limit: int, now: datetime, lease: timedelta
    ) -> list[LeasedNotice]:
        """Take what is due by these channels; when we die, others take it after the lease."""
        values = {"channels": channels, "limit": limit, "now": now, "until": now + lease}
        rows = await self._uow.execute(_LEASE, values)
        return [LeasedNotice(**row._mapping) for row in rows]

    async def delivered(self, notice: LeasedNotice, now: datetime) -> None:
        """The receiver has it; the notice is delivered when every channel's receiver has."""
        values = {"id": notice.id, "channel": notice.channel, "now": now}
        await self._uow.execute(_DELIVERED, values)
        await self._uow.execute(_ALL_DELIVERED, {"id": notice.id, "now": now})

    async def postpone(self, notice: LeasedNotice, due_at: datetime, error: str) -> None:
        """It could not be delivered: try again at `due_at`."""
        await self._failed(notice, "pending", due_at, error)

    async def give_up(self, notice: LeasedNotice, now: datetime, error: str) -> None:
        """It will not be tried again unless somebody asks for it."""
        await self._failed(notice, "given_up", now, error)

    async def add_link(
        self, notice: LeasedNotice, token_sha256: bytes, language: str, until: datetime
    ) -> None:
        """A courier's link goes out with this notice."""
        await self._uow.execute(
            _LINK,
            {
                "token_sha256": token_sha256,
                "notice_id": notice.id,
                "channel": notice.channel,
                "language": language,
                "now": notice.created_at,
                "expires_at": until,
            },
        )

    async def _failed(self, notice: LeasedNotice, state: str, due_at: datetime, error: str) -> None:
        values = {"id": notice.id, "channel": notice.channel, "state": state, "due_at": due_at}
        await self._uow.execute(_FAILED, {**values, "error": error[:500]})

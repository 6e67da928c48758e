"""Notices as people look back on them, with each channel's receipt; and couriers' links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice and what became of it; `deliveries` is JSON as the statement builds it."""

    id: UUID
    kind: str
    audience: str
    level: int
    body: Mapping[str, Any]
    created_at: datetime
    delivered_at: datetime | None
    deliveries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a courier's link leads to: the one alarm, and whether the courier is done."""

    kind: str
    began_at: str
    box_id: str | None
    shipment_reference: str | None
    language: str
    expires_at: datetime
    done_at: datetime | None


_NOTICES = """
SELECT notice.id, notice.kind, notice.audience, notice.level, notice.body, notice.created_at,
       notice.delivered_at, coalesce(copies.deliveries, '[]') AS deliveries
FROM notification_outbox AS notice
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('channel', d.channel, 'state', d.state,
    'attempts', d.attempts, 'next_try_at', CASE WHEN d.state = 'pending' THEN d.due_at END,
    'delivered_at', d.delivered_at, 'last_error', d.last_error,
    'courier_done_at', (SELECT min(answer.at) FROM courier_link AS link
       JOIN courier_answer AS answer USING (token_sha256)
       WHERE link.notice_id = d.notice_id AND link.channel = d.channel)) ORDER BY d.channel)
    AS deliveries
  FROM notice_delivery AS d WHERE d.notice_id = notice.id
) AS copies ON true
WHERE notice.kind <> 'replay'
"""
_ONE = text(_NOTICES + " AND notice.id = :id")
_PAGE = text(
    _NOTICES + " AND (CAST(:after_at AS timestamptz) IS NULL"
    " OR (notice.created_at, notice.id) < (:after_at, CAST(:after_id AS uuid)))"
    " AND (CAST(:state AS text) IS NULL OR EXISTS (SELECT FROM notice_delivery AS d"
    "      WHERE d.notice_id = notice.id AND d.state = :state))"
    " ORDER BY notice.created_at DESC, notice.id DESC LIMIT :limit"
)
_ERRAND = text("""
SELECT notice.body ->> 'kind' AS kind, notice.body ->> 'began_at' AS began_at,
       notice.body ->> 'box_id' AS box_id,
       notice.body ->> 'shipment_reference' AS shipment_reference,
       link.language, link.expires_at, answer.at AS done_at
FROM courier_link AS link
JOIN notification_outbox AS notice ON notice.id = link.notice_id
LEFT JOIN courier_answer AS answer USING (token_sha256)
WHERE link.token_sha256 = :token_sha256
""")
_DONE = text("""
INSERT INTO courier_answer (token_sha256, at, source) VALUES (:token_sha256, :at, :source)
ON CONFLICT DO NOTHING
RETURNING (SELECT notice_id FROM courier_link
           WHERE courier_link.token_sha256 = courier_answer.token_sha256)
""")


class NoticeRepository:
    """Reads notices; alerts writes them, but for a courier's answer."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def page(
        self, limit: int, after: tuple[datetime, UUID] | None, state: str | None
    ) -> list[NoticeView]:
        """Notices, newest first, from behind `after`; `state` of any of their deliveries."""
        after_at, after_id = after or (None, None)
        values = {"limit": limit, "after_at": after_at, "after_id": after_id, "state": state}
        rows = await self._unit.execute(_PAGE, values)
        return [NoticeView(**row._mapping) for row in rows]

    async def one(self, notice_id: UUID) -> NoticeView:
        """One notice; raises NotFound."""
        row = (await self._unit.execute(_ONE, {"id": notice_id})).one_or_none()
        if row is None:
            raise NotFound("there is no such notice", field="notice_id")
        return NoticeView(**row._mapping)

    async def errand(self, token_sha256: bytes) -> Errand | None:
        """What a link leads to."""
        found = await self._unit.execute(_ERRAND, {"token_sha256": token_sha256})
        row = found.one_or_none()
        return None if row is None else Errand(**row._mapping)

    async def done(self, token_sha256: bytes, at: datetime, source: str) -> UUID | None:
        """The courier has done it; the first time counts, and says of which notice."""
        values = {"token_sha256": token_sha256, "at": at, "source": source}
        found: UUID | None = (await self._unit.execute(_DONE, values)).scalar_one_or_none()
        return found

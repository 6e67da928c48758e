"""Keeps messages that were refused: their bytes as they came, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TIMESTAMP

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import rejected_message

MOST_BYTES_KEPT = 256 * 1024
"""What both brokers let through; a longer message is cut, its hash is that of the whole."""

# A box sends what has no receipt again and again: the same bytes are kept once and counted.
_COUNT_AGAIN = text(
    """
    UPDATE rejected_message m
       SET repeats = m.repeats + given.times,
           last_received_at = greatest(m.last_received_at, given.at)
      FROM unnest(:hashes, CAST(:topics AS text[]), CAST(:reasons AS text[]),
                  CAST(:times AS integer[]), :ats)
        AS given (sha256, topic, reason, times, at)
     WHERE m.sha256 = given.sha256 AND m.topic = given.topic AND m.reason = given.reason
       AND m.reprocessed_at IS NULL
    RETURNING m.sha256, m.topic, m.reason
    """
).bindparams(
    bindparam("hashes", type_=ARRAY(BYTEA)),
    bindparam("ats", type_=ARRAY(TIMESTAMP(timezone=True))),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One message that cannot become good by waiting. `box_id` is what the topic claims.

    `is_part`: the rest of the message was good, and is stored.
    """

    received_at: datetime
    topic: str
    box_id: str | None
    payload: bytes
    reason: str
    field: str | None
    detail: str
    remedy: str
    is_part: bool = False


class RejectedMessages:
    """The refused messages, inside one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def add(self, rejections: Sequence[Rejection]) -> None:
        """Keep these; one that is kept already is counted."""
        if not rejections:
            return
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for rejection in rejections:
            row = _row(rejection)
            kept = rows.setdefault((row["sha256"], row["topic"], row["reason"]), row)
            if kept is not row:
                kept["repeats"] += 1
                kept["last_received_at"] = row["received_at"]
        known = await self._count_again(rows)
        fresh = [row for key, row in rows.items() if key not in known]
        if fresh:
            await self._uow.execute(insert(rejected_message), fresh)

    async def _count_again(self, rows: dict[tuple[Any, ...], dict[str, Any]]) -> set[Any]:
        found = await self._uow.execute(
            _COUNT_AGAIN,
            {
                "hashes": [key[0] for key in rows],
                "topics": [key[1] for key in rows],
                "reasons": [key[2] for key in rows],
                "times": [row["repeats"] + 1 for row in rows.values()],
                "ats": [row["last_received_at"] or row["received_at"] for row in rows.values()],
            },
        )
        return {(bytes(row.sha256), row.topic, row.reason) for row in found}


def _row(rejection: Rejection) -> dict[str, Any]:
    row: dict[str, Any] = asdict(rejection)
    row["sha256"] = sha256(rejection.payload).digest()
    row["payload"] = rejection.payload[:MOST_BYTES_KEPT]
    row |= {"repeats": 0, "last_received_at": None}
    for name in ("topic", "box_id", "field", "detail", "remedy"):
        row[name] = _storable(row[name])
    return row


def _storable(text: str | None) -> str | None:
    """The text without what PostgreSQL cannot hold."""
    if text is None:
        return None
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")

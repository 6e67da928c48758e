"""Keeps messages that were refused: their bytes as they came, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import rejected_message

MOST_BYTES_KEPT = 256 * 1024
"""What both brokers let through; a longer message is cut, its hash is that of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One message that cannot become good by waiting. `box_id` is what the topic claims."""

    received_at: datetime
    topic: str
    box_id: str | None
    payload: bytes
    reason: str
    field: str | None
    detail: str
    remedy: str


class RejectedMessages:
    """The refused messages, inside one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def add(self, rejections: Sequence[Rejection]) -> None:
        """Keep these."""
        if rejections:
            await self._uow.execute(insert(rejected_message), [_row(one) for one in rejections])


def _row(rejection: Rejection) -> dict[str, object]:
    row = asdict(rejection)
    row["sha256"] = sha256(rejection.payload).digest()
    row["payload"] = rejection.payload[:MOST_BYTES_KEPT]
    for name in ("topic", "box_id", "field", "detail", "remedy"):
        row[name] = _storable(row[name])
    return row


def _storable(text: str | None) -> str | None:
    """The text without what PostgreSQL cannot hold."""
    if text is None:
        return None
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")

"""A channel: whom it reaches, which notices it wants, and how it sends them."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from services.alerts.channels.words import Message, Reader, message_of
from services.core.storage.database import Database
from services.core.storage.deliveries import Deliveries, LeasedNotice

ALL_PRIORITIES = frozenset({1, 2, 3})
LINK_HOLDS = timedelta(hours=24)

logger = logging.getLogger(__name__)


class Notifier(Protocol):
    """A way to reach people or machines."""

    async def send(self, notice: LeasedNotice) -> None:
        """Deliver; raises Unavailable when it should be tried again. May be asked twice."""
        ...


class Sender(Protocol):
    """A way to reach people with words."""

    async def send(self, message: Message, notice_id: str) -> None:
        """Deliver; raises Unavailable when it should be tried again. May be asked twice."""
        ...


class Offered(Protocol):
    """What is known of a notice when it is handed out."""

    @property
    def kind(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A named way out. Empty `audiences` are all of them."""

    name: str
    notifier: Notifier
    audiences: frozenset[str] = frozenset()
    priorities: frozenset[int] = ALL_PRIORITIES
    keep_alive: timedelta | None = None
    country: str | None = None
    """Where its receiver sits; a place nobody named is abroad."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What people may know of it: kind, language, zone; never an address or a secret."""

    @property
    def told(self) -> dict[str, Any]:
        """How it is shown to people, without what reaches them."""
        hours = None if self.keep_alive is None else self.keep_alive / timedelta(hours=1)
        return {
            "name": self.name,
            "kind": "log",
            "audiences": sorted(self.audiences),
            "priorities": sorted(self.priorities),
            "keep_alive_h": hours,
            **self.about,
        }

    def wants(self, notice: Offered) -> bool:
        """Whether its people are meant. A keep-alive or a test goes to the channel it names."""
        if notice.kind in {"keep_alive", "test"}:
            return bool(notice.body.get("channel") == self.name)
        if self.audiences and notice.audience not in self.audiences:
            return False
        return notice.kind != "alarm" or notice.body.get("priority", 1) in self.priorities

    async def send(self, notice: LeasedNotice) -> None:
        """Send one notice."""
        await self.notifier.send(notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where couriers' links lead, and where they are kept."""

    database: Database
    public_url: str


@dataclass(slots=True, kw_only=True)
class InWords:
    """Puts a notice into words and hands it to a sender; with `links`, a courier's link too."""

    sender: Sender
    reader: Reader = field(default_factory=Reader)
    links: Links | None = None

    async def send(self, notice: LeasedNotice) -> None:
        link = await self._link(notice) if notice.kind == "alarm" else None
        message = message_of(notice.kind, notice.body, self.reader, link)
        await self.sender.send(message, str(notice.id))

    async def _link(self, notice: LeasedNotice) -> str | None:
        """A new one for every try: of a link only the digest is kept."""
        if self.links is None:
            return None
        token = secrets.token_urlsafe(24)
        digest = hashlib.sha256(token.encode()).digest()
        async with self.links.database.unit_of_work() as uow:
            until = notice.created_at + LINK_HOLDS
            await Deliveries(uow).add_link(notice, digest, self.reader.language, until)
        return f"{self.links.public_url}/errand/{token}"


class LogNotifier:
    """Writes each notice as a line of the log: always there, needs no account."""

    async def send(self, notice: LeasedNotice) -> None:
        body = notice.body
        logger.warning(
            "Notice.",
            extra={
                "event": "notice",
                "notice_id": str(notice.id),
                "kind": body.get("kind"),
                "move": body.get("move"),
                "priority": body.get("priority"),
                "audience": notice.audience,
                "level": notice.level,
                "shipment": body.get("shipment_reference"),
                "box_id": body.get("box_id"),
                "began_at": body.get("began_at"),
            },
        )

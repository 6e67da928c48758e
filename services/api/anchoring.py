"""Says outside the database how far the audit trail has come, and watches its clock."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta

from services.api.parts import Parts
from services.core.domain.errors import Unavailable
from services.core.domain.governance.audit_anchor import make_anchor
from services.core.domain.governance.reach import installation
from services.core.runtime.audit_folder import AuditFolder
from services.core.runtime.clock import Clock
from services.core.storage.audit_chain import AuditChain, Head
from services.core.storage.constraints import reachable
from services.core.storage.database import Database
from services.core.storage.outbox import Notice, Outbox

_QA = "sponsor_qa"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=2)
"""Of a clock that is set a second or two at once, nothing that people read depends."""

logger = logging.getLogger(__name__)


class Anchoring:
    """One anchor at a time; none while nothing has been added."""

    def __init__(
        self,
        database: Database,
        folder: AuditFolder | None,
        clock: Clock,
        tell_every: timedelta = timedelta(0),
    ) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._tell_every = tell_every
        self._told: datetime | None = None
        self._written = 0
        self._offset: timedelta | None = None

    async def once(self) -> None:
        """Look at the head of the chain; raises Unavailable, and OSError when it cannot write."""
        now = self._clock.now()
        with reachable():
            async with self._database.unit_of_work(installation(now)) as unit:
                head = await AuditChain(unit).head()
        if head is None:
            return
        self._watch_clock(head.now)
        if head.position != self._written:
            self._write(head)
        await self._tell(head, now)

    async def _tell(self, head: Head, now: datetime) -> None:
        """Once in each period, by whichever process comes first; not before one has passed."""
        if not self._tell_every or head.since is None:
            return
        begun = _EPOCH + (now - _EPOCH) // self._tell_every * self._tell_every
        if begun == self._told or begun <= head.since:
            return
        async with self._database.unit_of_work(installation(now)) as unit:
            await Outbox(unit).put([head_notice(head, begun.isoformat())], now)
        self._told = begun

    def _write(self, head: Head) -> None:
        anchor = make_anchor(head.now, head.position, head.hash, self._database.audit_key)
        if self._folder is not None:
            self._folder.add_anchor(anchor)
        self._written = head.position
        logger.info(
            "The audit trail was anchored.",
            extra={"event": "audit_anchored", "entries": head.position, "hash": head.hash.hex()},
        )

    def _watch_clock(self, now: datetime) -> None:
        """A clock that was set moves against the time that passes here."""
        offset = now - datetime.min.replace(tzinfo=now.tzinfo)
        offset -= timedelta(seconds=self._clock.monotonic_s())
        before, self._offset = self._offset, offset
        if before is not None and abs(offset - before) > _STEP:
            logger.warning(
                "The clock of the database was set.",
                extra={
                    "event": "database_clock_stepped",
                    "step_s": round((offset - before).total_seconds(), 3),
                },
            )


def head_notice(head: Head, subject_key: str) -> Notice:
    """Tells QA how far the trail has come; what they keep, a check can be held against."""
    body = {
        "move": "told",
        "entries": head.position,
        "hash": head.hash.hex(),
        "taken_at": head.now.isoformat(),
    }
    return Notice(kind="audit_head", subject_key=subject_key, body=body, audience=_QA)


async def keep_anchoring(parts: Parts, every: timedelta, tell_every: timedelta) -> None:
    """An anchor now and then, for ever; what cannot be reached or written is tried again."""
    anchoring = Anchoring(parts.database, parts.audit_folder, parts.clock, tell_every)
    while True:
        with contextlib.suppress(Unavailable):
            try:
                await anchoring.once()
            except OSError as error:
                logger.warning(
                    "The audit trail could not be anchored.",
                    extra={"event": "audit_not_anchored", "why": error.strerror},
                )
        await asyncio.sleep(every.total_seconds())

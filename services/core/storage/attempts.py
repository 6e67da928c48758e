"""Counts what was wrong, in the database: a guesser cannot go to another worker.

An attempt is counted before it is looked at, in a transaction of its own, so that a hundred at
once are a hundred; a right answer clears the count.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update

from services.core.domain.governance.throttle import Throttle
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import sign_in_attempt

_COUNT = text("""
INSERT INTO sign_in_attempt AS a (subject_sha256, failures, at, blocked_until)
VALUES (:subject, 1, :now, :now)
ON CONFLICT (subject_sha256) DO UPDATE SET
    failures = CASE WHEN a.at < :forgotten THEN 1 ELSE a.failures + 1 END,
    at = :now,
    blocked_until = CASE
        WHEN a.at < :forgotten OR a.failures + 1 < :free THEN CAST(:now AS timestamptz)
        ELSE CAST(:now AS timestamptz) + make_interval(
            secs => least(:most, power(2.0, least(a.failures + 1 - :free, 30))))
        END
WHERE a.blocked_until <= :now
RETURNING failures
""")


class AttemptRepository:
    """`subject` says who or what is tried, such as `account chen.yu`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def count(self, subject: str, throttle: Throttle, now: datetime) -> timedelta:
        """Count one attempt; how long it must wait instead, zero when it may be looked at."""
        digest = _digest(subject)
        values = {
            "subject": digest,
            "now": now,
            "forgotten": now - throttle.forgotten_after,
            "free": throttle.free,
            "most": throttle.most.total_seconds(),
        }
        if (await self._unit.execute(_COUNT, values)).one_or_none() is not None:
            return timedelta(0)
        return await self.pause(subject, now)

    async def pause(self, subject: str, now: datetime) -> timedelta:
        """How long nothing is listened to from or about this subject."""
        found = await self._unit.execute(
            select(sign_in_attempt.c.blocked_until).where(
                sign_in_attempt.c.subject_sha256 == _digest(subject)
            )
        )
        until: datetime | None = found.scalar_one_or_none()
        return timedelta(0) if until is None else max(timedelta(0), until - now)

    async def clear(self, *subjects: str) -> None:
        """Forget what was wrong: the answer was right."""
        await self._unit.execute(
            delete(sign_in_attempt).where(
                sign_in_attempt.c.subject_sha256.in_([_digest(one) for one in subjects])
            )
        )

    async def take_back(self, subject: str, now: datetime) -> None:
        """One attempt was right after all; the others stay counted."""
        await self._unit.execute(
            update(sign_in_attempt)
            .where(sign_in_attempt.c.subject_sha256 == _digest(subject))
            .values(failures=func.greatest(sign_in_attempt.c.failures - 1, 0), blocked_until=now)
        )

    async def forget_old(self, before: datetime) -> None:
        """What nobody has tried for long is forgotten."""
        await self._unit.execute(
            delete(sign_in_attempt).where(
                sign_in_attempt.c.at < before, sign_in_attempt.c.blocked_until < before
            )
        )


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()

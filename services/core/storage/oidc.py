"""Questions that people were sent to another sign-in service with; each is answered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import oidc_attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcAttempt:
    """What the answer must fit, and where the person wanted to go."""

    nonce: str
    verifier: str
    goes_to: str


class OidcAttemptRepository:
    """Keeps what is under way."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, state_sha256: bytes, attempt: OidcAttempt, expires_at: datetime) -> None:
        """Keep a question until it is answered or ends."""
        values = {name: getattr(attempt, name) for name in attempt.__slots__}
        await self._unit.execute(
            insert(oidc_attempt).values(state_sha256=state_sha256, expires_at=expires_at, **values)
        )

    async def take(self, state_sha256: bytes, now: datetime) -> OidcAttempt | None:
        """The question, which is gone then; None when it is unknown, answered or has ended."""
        row = (
            await self._unit.execute(
                delete(oidc_attempt)
                .where(oidc_attempt.c.state_sha256 == state_sha256)
                .returning(
                    oidc_attempt.c.nonce,
                    oidc_attempt.c.verifier,
                    oidc_attempt.c.goes_to,
                    oidc_attempt.c.expires_at,
                )
            )
        ).one_or_none()
        if row is None or row.expires_at <= now:
            return None
        return OidcAttempt(nonce=row.nonce, verifier=row.verifier, goes_to=row.goes_to)

    async def forget_old(self, now: datetime) -> None:
        """Questions that nobody answered in time."""
        await self._unit.execute(delete(oidc_attempt).where(oidc_attempt.c.expires_at <= now))

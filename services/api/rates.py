"""How often one person or key may open streams, take files out and try profiles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from services.api.dependencies import PartsDep, PrincipalDep
from services.api.guards import Principal
from services.api.parts import Parts
from services.api.refusals import TooOften
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import EXPORTS, STREAMS, Throttle
from services.core.storage.attempts import AttemptRepository
from services.core.storage.constraints import reachable

_TRIAL_TAKES = timedelta(seconds=10)
"""After so long one asks again; own choice, grade O."""


async def limit_streams(parts: PartsDep, principal: PrincipalDep) -> None:
    """Raises TooOften."""
    await _count("streams", STREAMS, parts, principal)


async def limit_exports(parts: PartsDep, principal: PrincipalDep) -> None:
    """Raises TooOften."""
    await _count("exports", EXPORTS, parts, principal)


async def one_trial(parts: PartsDep, principal: PrincipalDep) -> AsyncIterator[None]:
    """Counts as an export, and one at a time is worked out by a worker; raises TooOften.

    Nobody waits: who waited would hold a place that others need, and most likely ask again.
    """
    if parts.trial.locked():
        raise TooOften(_TRIAL_TAKES, "another trial is under way")
    async with parts.trial:
        await limit_exports(parts, principal)
        yield


async def _count(what: str, throttle: Throttle, parts: Parts, principal: Principal) -> None:
    """Whoever sits at the machine itself has other ways to fill it."""
    if principal.proof is None:
        return
    now = parts.clock.now()
    with reachable():
        async with parts.database.unit_of_work(installation(now)) as unit:
            subject = f"{what} of {principal.principal_id}"
            pause = await AttemptRepository(unit).count(subject, throttle, now)
    if pause:
        raise TooOften(pause, f"too many {what} in a short time")

"""Second factors that lie open, or under an older key, are sealed with the newest one."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from services.api.parts import Parts
from services.api.proofs.kept_secrets import is_newest, keep, secret_of
from services.core.domain.errors import Unavailable
from services.core.domain.governance.reach import installation
from services.core.runtime.sealing import SealKeys
from services.core.storage.constraints import reachable
from services.core.storage.factors import FactorRepository, Kept

TRIED_AGAIN_AFTER = timedelta(seconds=30)

logger = logging.getLogger(__name__)


async def keep_sealed(parts: Parts) -> None:
    """Once the database answers; then every secret needs the newest key only."""
    while True:
        try:
            await seal_all(parts)
        except Unavailable as error:
            logger.warning(
                "Second factors could not be sealed; trying again.",
                extra={"event": "factors_not_sealed", "reason": error.detail},
            )
            await asyncio.sleep(TRIED_AGAIN_AFTER.total_seconds())
        else:
            return


async def seal_all(parts: Parts) -> int:
    """Seal anew what is not under the newest key, one by one; returns how many there were."""
    with reachable():
        async with parts.database.unit_of_work(installation(parts.clock.now())) as unit:
            repository = FactorRepository(unit)
            kept = await repository.apps()
            if parts.factor_keys is None:
                _warn(len(kept))
                return 0
            count = await _seal(repository, kept, parts.factor_keys)
    if count:
        logger.info("Second factors were sealed.", extra={"event": "factors_sealed", "n": count})
    return count


async def _seal(repository: FactorRepository, kept: list[Kept], keys: SealKeys) -> int:
    count = 0
    for factor_id, stored in kept:
        if not is_newest(stored, keys):
            secret = secret_of(stored, factor_id, keys)
            count += await repository.keep_again(factor_id, stored, keep(secret, factor_id, keys))
    return count


def _warn(count: int) -> None:
    if count:
        logger.warning(
            "Second factors lie open in the database: set COLDLANE_FACTOR_KEY_FILE.",
            extra={"event": "factors_open", "n": count},
        )

"""What the table of readings needs now and then: partitions ahead, old chunks as columns."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from services.core.domain.errors import Conflict, Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.columns import ripe_chunks, turn_into_columns
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.partitions import Chunk, ensure_partitions

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Done by whichever ingest process comes first; the others find nothing to do."""

    database: Database
    clock: Clock
    late_until: timedelta
    """Data older than this is not expected any more."""

    async def ensure_partitions(self) -> None:
        """Partitions around now, and for what has come late."""
        async with self.database.unit_of_work() as uow:
            added = await uow.connection.run_sync(ensure_partitions, self.clock.now())
        if added:
            logger.info("Partitions added.", extra={"event": "partitions_added", "n": len(added)})

    async def turn_old_chunks(self) -> None:
        """Each in a transaction of its own; what cannot be turned now is tried next time."""
        try:
            with translated():
                for chunk in await self._ripe():
                    await self._turn(chunk)
        except (Conflict, Unavailable) as error:
            logger.warning(
                "Old chunks were not turned into columns.",
                extra={"event": "chunks_left", "detail": error.detail},
            )

    async def _ripe(self) -> list[Chunk]:
        async with self.database.unit_of_work() as uow:
            before = self.clock.now() - self.late_until
            return await uow.connection.run_sync(ripe_chunks, before)

    async def _turn(self, chunk: Chunk) -> None:
        async with self.database.unit_of_work() as uow:
            turned = await uow.connection.run_sync(turn_into_columns, chunk)
        if turned is not None:
            logger.info(
                "A chunk was turned into columns.",
                extra={
                    "event": "chunk_turned",
                    "chunk": chunk.name,
                    "readings": turned.rows,
                    "bytes_before": turned.bytes_before,
                    "bytes_after": turned.bytes_after,
                },
            )

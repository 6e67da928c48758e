"""What the table of readings needs now and then: partitions, columns, and what a rule removes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.errors import Conflict, Invalid, Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.columns import ripe_chunks, turn_into_columns
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.packing import loose_chunks, pack
from services.core.storage.partitions import Chunk, ensure_partitions
from services.core.storage.retention import Due, Retention

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

    async def settle_old_chunks(self) -> None:
        """Columns where the licence allows it, else a tight index; each in its own transaction.

        What cannot be done now is tried next time.
        """
        try:
            with translated():
                for chunk in await self._old(ripe_chunks):
                    await self._turn(chunk)
                for chunk in await self._old(loose_chunks):
                    await self._pack(chunk)
        except (Conflict, Invalid, Unavailable) as error:
            logger.warning(
                "Old chunks were left as they are.",
                extra={"event": "chunks_left", "detail": error.detail},
            )

    async def _old(self, which: Callable[[Any, datetime], list[Chunk]]) -> list[Chunk]:
        async with self.database.unit_of_work() as uow:
            return await uow.connection.run_sync(which, self.clock.now() - self.late_until)

    async def _pack(self, chunk: Chunk) -> None:
        async with self.database.unit_of_work() as uow:
            await uow.connection.run_sync(pack, chunk)
        logger.info(
            "The index of an old chunk was packed.",
            extra={"event": "chunk_packed", "chunk": chunk.name},
        )

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

    async def remove_what_is_due(self) -> None:
        """Each stay in a box in a transaction of its own; without a rule nothing is ever due."""
        async with self.database.unit_of_work() as uow:
            due = await Retention(uow).due(self.clock.now())
        for one in due:
            try:
                with translated():
                    await self._remove(one)
            except (Conflict, Invalid) as error:
                # Receiving goes on, whatever is wrong with old readings.
                logger.error(
                    "Readings that were due to be removed stay.",
                    extra={
                        "event": "removal_left",
                        "shipment": str(one.shipment_id),
                        "detail": error.detail,
                    },
                )

    async def _remove(self, due: Due) -> None:
        async with self.database.unit_of_work() as uow:
            removed = await Retention(uow).remove(due, self.clock.now())
        if removed:
            logger.info(
                "Readings were removed under a sponsor's rule.",
                extra={
                    "event": "readings_removed",
                    "rule": str(due.rule_id),
                    "shipment": str(due.shipment_id),
                    "box": due.box_id,
                    "readings": removed,
                },
            )

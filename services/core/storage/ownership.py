"""One connection that both owns shards and writes their readings.

Ownership is a set of advisory locks of the session that writes. When the connection is lost, so
is the ownership, and nothing can be written until both are had again: two writers of one shard
cannot be.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import psycopg
from sqlalchemy import ARRAY, Integer, bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.domain.errors import Unavailable
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.failures import translated

_SESSION = text(
    "SELECT set_config('lock_timeout', '5s', false), set_config('statement_timeout', '60s', false)"
)
_LOCK = text(
    "SELECT shard FROM unnest(:shards) AS shard"
    " WHERE NOT pg_try_advisory_lock(hashtext('coldlane.ingest'), shard)"
).bindparams(bindparam("shards", type_=ARRAY(Integer)))


class ShardsTaken(Unavailable):
    """Another process writes the readings of these shards."""


class OwningConnection:
    """Opens itself when it is first used and again after it was lost."""

    def __init__(self, database: Database, shards: Sequence[int]):
        self._database = database
        self._shards = list(shards)
        self._connection: AsyncConnection | None = None

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """One transaction of the owner. Raises Unavailable, KeyTaken or Unstorable."""
        try:
            with translated():
                connection = await self.acquire()
                async with connection.begin():
                    unit = UnitOfWork(connection)
                    yield unit
                    await unit.send_bells()
        except Unavailable:
            # Whatever is wrong with it, a new connection is the way to find out.
            await self.close()
            raise

    async def acquire(self) -> AsyncConnection:
        """The connection, with the shards locked; raises ShardsTaken when another holds one."""
        if self._connection is not None:
            return self._connection
        connection = await self._database.engine.connect()
        try:
            await connection.execute(_SESSION)
            taken = (await connection.execute(_LOCK, {"shards": self._shards})).scalars().all()
            await connection.commit()
            if taken:
                listed = ", ".join(f"{shard:02x}" for shard in taken[:4])
                raise ShardsTaken(f"another ingest process holds the shards {listed} …")
        except BaseException:
            # Ending the session gives back the locks it did get; the pool would keep it open.
            self._connection = connection
            await self.close()
            raise
        self._connection = connection
        return connection

    async def close(self) -> None:
        """Give the shards back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError, psycopg.Error, OSError):
                await connection.invalidate()
                await connection.close()

"""One connection that both owns shards and writes their readings.

Ownership is a set of advisory locks of the session that writes. When the connection is lost, so
is the ownership, and nothing can be written until both are had again: two writers of one shard
cannot be. The session ends by itself when its process asks nothing for a while, so that one that
is frozen, or whose machine is gone, gives way as one that was killed does.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import ARRAY, Integer, bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.domain.errors import Unavailable
from services.core.storage.database import Database, UnitOfWork, driver_of
from services.core.storage.failures import translated

_SESSION = text(
    "SELECT set_config('lock_timeout', :lock, false),"
    " set_config('statement_timeout', :statement, false),"
    " set_config('idle_session_timeout', :idle, false),"
    " set_config('idle_in_transaction_session_timeout', :idle, false)"
)
_LOCK = text(
    "SELECT shard FROM unnest(:shards) AS shard"
    " WHERE NOT pg_try_advisory_lock(hashtext('coldlane.ingest'), shard)"
).bindparams(bindparam("shards", type_=ARRAY(Integer)))
_PING = text("SELECT 1")
_FREE = text("SELECT pg_advisory_unlock_all()")

_LAST_WORD_S = 1.0
"""So long an owner that ends waits for the database to free its shards."""

_LOCK_SHARE = 6
"""A wait for a lock may take this part of the patience for a statement."""

_TRANSACTION_SHARE = 2
"""So much of the patience for a statement may a whole transaction take."""


class ShardsTaken(Unavailable):
    """Another process writes the readings of these shards."""


class OwningConnection:
    """Opens itself when it is first used and again after it was lost; one user at a time.

    `patience_s` is the longest wait for the answer to a statement; `lapses_s` is how long the
    owner may be silent before the database takes its shards away.
    """

    def __init__(
        self,
        database: Database,
        shards: Sequence[int],
        *,
        patience_s: float = 30.0,
        lapses_s: float = 15.0,
    ):
        self._database = database
        self._shards = list(shards)
        self._patience_s = patience_s
        self._lapses_s = lapses_s
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """One transaction of the owner. Raises Unavailable, KeyTaken or Unstorable."""
        async with self._turn:
            try:
                with translated():
                    connection = await self._open()
                    most_s = _TRANSACTION_SHARE * self._patience_s
                    with _hanging_up(await driver_of(connection), most_s):
                        async with connection.begin():
                            unit = UnitOfWork(connection)
                            yield unit
                            await unit.send_bells()
            except Unavailable:
                # Whatever is wrong with it, a new connection is the way to find out.
                await self._give_up()
                raise

    async def acquire(self) -> None:
        """Have the shards locked; raises ShardsTaken when another holds one."""
        async with self._turn:
            await self._open()

    async def keep(self) -> None:
        """Show the database that the owner lives; raises ShardsTaken when it does not own now."""
        async with self.unit_of_work() as uow:
            await uow.execute(_PING)

    async def close(self) -> None:
        """Give the shards back: free when this returns, if the database answers.

        The end of a session frees them too, but only when the server gets to it.
        """
        async with self._turn:
            connection = self._connection
            if connection is not None:
                with (
                    suppress(SQLAlchemyError, psycopg.Error, OSError),
                    _hanging_up(await driver_of(connection), _LAST_WORD_S),
                ):
                    await connection.execute(_FREE)
                    await connection.commit()
            await self._give_up()

    async def _open(self) -> AsyncConnection:
        if self._connection is not None:
            return self._connection
        connection = await self._database.engine.connect()
        try:
            with _hanging_up(await driver_of(connection), self._patience_s):
                await connection.execute(_SESSION, self._limits())
                taken = (await connection.execute(_LOCK, {"shards": self._shards})).scalars().all()
                await connection.commit()
            if taken:
                listed = ", ".join(f"{shard:02x}" for shard in taken[:4])
                raise ShardsTaken(f"another ingest process holds the shards {listed} …")
        except BaseException:
            # Ending the session gives back the locks it did get; the pool would keep it open.
            self._connection = connection
            await self._give_up()
            raise
        self._connection = connection
        return connection

    def _limits(self) -> dict[str, str]:
        return {
            "lock": f"{self._patience_s / _LOCK_SHARE * 1000:.0f}ms",
            "statement": f"{self._patience_s * 1000:.0f}ms",
            "idle": f"{self._lapses_s * 1000:.0f}ms",
        }

    async def _give_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError, psycopg.Error, OSError):
                await connection.invalidate()
                await connection.close()


@contextmanager
def _hanging_up(driver: psycopg.AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Break the connection when what is inside takes longer: no answer may ever come.

    A statement_timeout is kept by the server, which may be what cannot be reached; and to cancel a
    statement asks that same server first.
    """
    ends = asyncio.get_running_loop().call_later(seconds, _shut, driver.fileno())
    try:
        yield
    finally:
        ends.cancel()


def _shut(fileno: int) -> None:
    with socket.socket(fileno=os.dup(fileno)) as same, suppress(OSError):
        same.shutdown(socket.SHUT_RDWR)

"""The listening side of the bells: a connection of its own, beside the pool."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from services.core.storage.database import Channel

RECONNECT_FIRST_S = 0.2
RECONNECT_MOST_S = 5.0
QUIET_CHECK_S = 30.0

logger = logging.getLogger(__name__)


class Bell(NamedTuple):
    """A bell that rang. `boxes`: for these alone, by number; empty when it may be anything."""

    channel: Channel
    boxes: frozenset[int] = frozenset()


async def listen(url: str, channels: Sequence[Channel]) -> AsyncGenerator[Bell, None]:
    """Yield each bell that rings, and one of each channel after every (re)connection.

    A bell that rang while the connection was down is lost, hence the ring after connecting.
    Never ends by itself; a database that is away is tried again with growing pauses.
    """
    pause = RECONNECT_FIRST_S
    while True:
        try:
            async with await _connect(url, channels) as connection:
                pause = RECONNECT_FIRST_S
                for channel in channels:
                    yield Bell(channel)
                async for bell in _bells(connection):
                    yield bell
        except psycopg.OperationalError:
            logger.warning(
                "The listening connection is down; trying again.",
                extra={"event": "listen_lost", "pause_s": pause},
            )
        await asyncio.sleep(pause)
        pause = min(2 * pause, RECONNECT_MOST_S)


async def _connect(
    url: str, channels: Sequence[Channel]
) -> psycopg.AsyncConnection[tuple[Any, ...]]:
    connection = await psycopg.AsyncConnection.connect(
        url.replace("postgresql+psycopg://", "postgresql://", 1),
        autocommit=True,
        connect_timeout=5,
        application_name="coldlane-listen",
    )
    for channel in channels:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel.value)))
    return connection


async def _bells(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> AsyncIterator[Bell]:
    """Bells as they ring; asks now and then whether the connection still stands."""
    while True:
        async for bell in connection.notifies(timeout=QUIET_CHECK_S):
            boxes = frozenset(int(number) for number in bell.payload.split())
            yield Bell(Channel(bell.channel), boxes)
        await connection.execute("SELECT 1")

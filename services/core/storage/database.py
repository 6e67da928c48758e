"""The database handle and the unit of work: one transaction, committed once, at its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, cast

import psycopg
from sqlalchemy import Executable, make_url, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.core.domain.governance.audit import AuditKey
from services.core.domain.governance.reach import Reach
from services.core.storage.isolation.conditions import SET_REACH
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.statements import role_of

_UNANSWERED = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that is no longer there is noticed within half a minute, not after hours."""


_SET_REACH = text(SET_REACH)


class Channel(StrEnum):
    """The bells. A bell may name the boxes it rings for, and nothing else: the truth is a row."""

    WORK = "coldlane_work"
    """The work list has grown: for alerts."""

    CHANGED = "coldlane_changed"
    """Something a page shows has changed: for the API's broadcaster."""


class UnitOfWork:
    """One open transaction; repositories are made from it and live as long as it does."""

    def __init__(self, connection: AsyncConnection, audit_key: AuditKey | None = None):
        self.connection = connection
        self.audit_key = audit_key
        self.audited = False
        self._bells: set[Channel] = set()

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement inside the transaction."""
        return await self.connection.execute(statement, parameters)

    async def driver(self) -> psycopg.AsyncConnection[Any]:
        """The driver's own connection, for the few statements of every batch of readings."""
        return await driver_of(self.connection)

    def ring(self, channel: Channel) -> None:
        """Ring a bell when this transaction commits; once, however often it is asked for."""
        self._bells.add(channel)

    async def send_bells(self) -> None:
        """Put the bells into the transaction; called by `Database.unit_of_work` at its end."""
        for channel in sorted(self._bells):
            await self.connection.execute(text(f"NOTIFY {channel.value}"))


async def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    """What lies below a connection; what is done there is part of the same transaction."""
    raw = await connection.get_raw_connection()
    return cast("psycopg.AsyncConnection[Any]", raw.driver_connection)


class Database:
    """Connections to one PostgreSQL; built once per process and handed on.

    `url` is a SQLAlchemy URL with the `postgresql+psycopg` dialect. A service names itself: it has
    the rights of its own role, also where the login is that of the owner.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        application_name: str = "coldlane",
        service: Service | None = None,
    ):
        self.url = url
        self.audit_key: AuditKey | None = None
        """Seals the audit entries of this process; set by whoever has a key."""
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            connect_args={
                "application_name": application_name,
                **_UNANSWERED,
                "options": "-c timezone=UTC" + _as_role(url, service),
            },
        )

    @asynccontextmanager
    async def unit_of_work(self, reach: Reach | None = None) -> AsyncIterator[UnitOfWork]:
        """Everything inside happens, or nothing: commits at the end, rolls back on an error.

        Through the API's role nothing that belongs to anybody is seen without a reach.
        """
        async with self.engine.begin() as connection:
            if reach is not None:
                await connection.execute(_SET_REACH, _settings(reach))
            unit = UnitOfWork(connection, self.audit_key)
            yield unit
            await unit.send_bells()

    async def close(self) -> None:
        """Return every connection."""
        await self.engine.dispose()


def _settings(reach: Reach) -> dict[str, str]:
    return {
        "reach": "installation" if reach.whole else "",
        "organisation": reach.organisation_id,
        "principal": reach.principal_id,
        "at": reach.at.isoformat(),
    }


def _as_role(url: str, service: Service | None) -> str:
    """Take the service's role at once; its own login has it already."""
    login = make_url(url).username
    if service is None or login is None:
        return ""
    role = login if login.endswith(f"_{service}") else role_of(login, service)
    return " -c role=" + role.replace("\\", "\\\\").replace(" ", "\\ ")

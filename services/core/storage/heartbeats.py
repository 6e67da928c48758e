"""The row by which a service says that it lives and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import service_heartbeat

ALIVE_FOR = timedelta(seconds=20)
"""A process beats every 5 s; one that missed three of them is not taken for alive. Own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What one process last said of itself; `detail` holds its counters."""

    service: str
    instance: str
    started_at: datetime
    at: datetime
    detail: dict[str, Any]


async def beat(
    uow: UnitOfWork,
    service: str,
    instance: str,
    now: datetime,
    started_at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Write this process's own row."""
    values = {"started_at": started_at, "at": now, "detail": dict(detail)}
    statement = insert(service_heartbeat).values(service=service, instance=instance, **values)
    await uow.execute(
        statement.on_conflict_do_update(index_elements=["service", "instance"], set_=values)
    )


async def forget_beats(uow: UnitOfWork, service: str, instance: str) -> None:
    """Take away the row of a process that is something else now."""
    row = service_heartbeat.c
    await uow.execute(
        delete(service_heartbeat).where(row.service == service, row.instance == instance)
    )


async def heartbeats(uow: UnitOfWork) -> list[Heartbeat]:
    """The last beat of every process that ever beat."""
    rows = await uow.execute(select(service_heartbeat))
    return [Heartbeat(**row._mapping) for row in rows]

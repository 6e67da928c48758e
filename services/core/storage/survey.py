"""What the database says about the state of an installation, for whoever looks after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.core.storage.database import Database, UnitOfWork
from services.core.storage.schema import (
    rejected_message,
    service_heartbeat,
    shipment,
    watermark,
    worklist,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The last sign of life of one service process."""

    service: str
    instance: str
    started_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One look at an installation. `server_time` is the database machine's own clock."""

    server_version: str
    server_time: datetime
    heartbeats: tuple[Heartbeat, ...]
    work_waiting: int
    oldest_work_put_at: datetime | None
    last_received_at: datetime | None
    rejected_messages: int


async def take_survey(database: Database) -> Survey:
    """Look once, in one transaction."""
    async with database.unit_of_work() as unit:
        server = (
            await unit.execute(
                select(
                    func.current_setting("server_version").label("version"),
                    func.clock_timestamp().label("time"),
                )
            )
        ).one()
        work = (
            await unit.execute(
                select(
                    func.count().label("waiting"), func.min(worklist.c.put_at).label("oldest")
                ).select_from(worklist)
            )
        ).one()
        return Survey(
            server_version=server.version,
            server_time=server.time,
            heartbeats=await _heartbeats(unit),
            work_waiting=work.waiting,
            oldest_work_put_at=work.oldest,
            last_received_at=await unit.connection.scalar(
                select(func.max(watermark.c.last_received_at))
            ),
            rejected_messages=await unit.connection.scalar(
                select(func.count()).select_from(rejected_message)
            )
            or 0,
        )


async def _heartbeats(unit: UnitOfWork) -> tuple[Heartbeat, ...]:
    """The latest of each service."""
    beat = service_heartbeat.c
    rows = await unit.execute(
        select(beat.service, beat.instance, beat.started_at, beat.at)
        .ext(distinct_on(beat.service))
        .order_by(beat.service, beat.at.desc())
    )
    return tuple(
        Heartbeat(service=row.service, instance=row.instance, started_at=row.started_at, at=row.at)
        for row in rows
    )


def count_real_shipments(url: str) -> int:
    """How many shipments of this database are not simulated. `url` as for `Database`."""
    return asyncio.run(_count_real_shipments(url))


async def _count_real_shipments(url: str) -> int:
    database = Database(url, pool_size=1)
    try:
        async with database.unit_of_work() as unit:
            counted = await unit.connection.scalar(
                select(func.count()).select_from(shipment).where(shipment.c.simulated.is_(False))
            )
            return int(counted or 0)
    finally:
        await database.close()

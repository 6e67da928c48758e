"""Stored rows, written as ingest writes them, for tests of what reads them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from services.core.storage.database import Database
from services.core.storage.schema import reading
from tests.support.api import NOW


async def boot_of(database: Database, boot: str) -> dict[str, int]:
    async with database.unit_of_work() as unit:
        row = await unit.execute(
            text(
                "INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)"
                " SELECT box_no, :boot, :now, :now FROM box RETURNING box_no, boot_no"
            ),
            {"now": NOW, "boot": boot},
        )
        return dict(row.mappings().one())


async def store(database: Database, keys: dict[str, int], seq: int, **changes: Any) -> None:
    taken = NOW + timedelta(minutes=seq - 100)
    values = {"seq": seq, "bucket_at": taken, "device_at": taken, "received_at": NOW}
    async with database.unit_of_work() as unit:
        await unit.execute(insert(reading).values(**{**keys, **values, **changes}))

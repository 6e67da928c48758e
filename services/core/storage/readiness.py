"""Whether the database answers and stands at the schema that this version works with."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from services.core.storage import migrations
from services.core.storage.database import Database


async def check_schema(database: Database) -> bool:
    """Ask the database; false when it is older or newer than this version."""
    async with database.unit_of_work() as unit:
        await unit.execute(text("SELECT 1"))
    return await asyncio.to_thread(migrations.is_current, database.url)

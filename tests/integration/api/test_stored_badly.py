"""A row that no box could have sent stands in the store: the API goes on answering."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from services.core.storage.database import Database
from tests.support.api import NOW, box, made

BOOT = """
    INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)
    SELECT box_no, 'aabbccdd', :now, :now FROM box
"""
ROW = """
    INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at, temp_c)
    SELECT box_no, boot_no, :seq, :now, CAST(:device AS timestamptz), :now, :temp_c FROM watermark
"""


@pytest.mark.parametrize("device", ["infinity", "-infinity", "12026-01-01T00:00Z", "0044-03-15 BC"])
async def test_f40_reading_with_a_time_beyond_reading_is_shown_around(
    client: httpx.AsyncClient, database: Database, device: str
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    taken = NOW - timedelta(minutes=1)
    async with database.unit_of_work() as unit:
        await unit.execute(text(BOOT), {"now": taken})
        good = {"seq": 0, "now": taken, "device": taken.isoformat(), "temp_c": 4.5}
        await unit.execute(text(ROW), good)
        await unit.execute(text(ROW), {"seq": 1, "now": taken, "device": device, "temp_c": 5.5})
    for path in ("/boxes", "/boxes/CB-0007", "/boxes/CB-0007/log", "/boxes/CB-0007/readings"):
        answer = await client.get(path)
        assert answer.status_code == 200, (path, answer.text)
    log = (await client.get("/boxes/CB-0007/log")).json()["items"]
    assert [(row["seq"], row["temp_c"], row["t"] is None) for row in log] == [
        (0, 4.5, False),
        (1, 5.5, True),
    ]

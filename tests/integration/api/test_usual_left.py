"""What is usual of a kind at a site is read from the inspections there."""

from math import log

import httpx
import pytest

from services.core.storage.database import Database
from services.core.storage.usual import LOOKED_BACK, usual_at
from tests.integration.api.inspecting import begun
from tests.support.api import FRESH, NOW, Judged, judge, rows, shipped


async def test_what_was_left_when_the_goods_stood_ready_is_what_is_usual(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3))
    await begun(at_site, created)
    async with database.unit_of_work() as unit:
        assert await usual_at("PVG", unit, NOW) == {}  # when it came is not known
    landed = "UPDATE leg SET actual_arrival = planned_departure RETURNING actual_arrival"
    assert await rows(database, landed)
    async with database.unit_of_work() as unit:
        found = await usual_at("PVG", unit, NOW)
        long_ago = await usual_at("PVG", unit, NOW + 2 * LOOKED_BACK)
    assert set(found) == {FRESH}
    assert (found[FRESH].seen, found[FRESH].variance) == (1, 0.0)
    assert found[FRESH].mean == pytest.approx(log(5 * 60 - 30))
    assert long_ago == {}
    assert (await at_site.get("/sites/PVG/queue")).status_code == 200

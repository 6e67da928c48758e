"""The officers that a simulation plays, against the real API: plan, queue, inspection, table."""

from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from simulators.client import ApiClient
from simulators.officers import Officers
from simulators.rush import AS_RUN, compared
from simulators.study.orders import ORDERS
from tests.support.api import Judged, at, judge, made, rows, shipped, site
from tests.support.papers import declaration, done


async def _waiting(client: httpx.AsyncClient, database: Database, number: int) -> None:
    """Landed and picked; the last one can be saved by the first slot alone."""
    created = await shipped(client, number)
    departed = {"kind": "departed", "occurred_at": at(-3)}
    await done(client, f"/shipments/{created['id']}/milestones", departed)
    nothing_needed = declaration(item="device", direction="out", risk_class=None)
    await done(client, f"/shipments/{created['id']}/declaration", nothing_needed)
    latest_h = {1: 2.5, 2: 2.0, 3: 0.1}[number]
    await judge(database, created, Judged(latest_start_h=latest_h, ready_h=-number / 10))


async def test_a_rush_is_worked_off_over_the_api_and_shown_beside_every_order(
    client: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    await made(client, "/sites", site(reserve_share=0.0))
    for number in (1, 2, 3):
        await _waiting(client, database, number)
    officers = Officers(ApiClient("", client), ["PVG"], clock)
    for _ in range(8):
        await officers.work()
        clock.advance(timedelta(minutes=15))
    assert len(officers.cleared) == 3
    begun = await rows(
        database,
        "SELECT s.reference FROM inspection AS i JOIN shipment AS s USING (shipment_id)"
        " WHERE i.state = 'CUSTOMS_CLEARED' ORDER BY i.begun_at",
    )
    assert sorted(row.reference for row in begun) == ["CT-0001", "CT-0002", "CT-0003"]
    assert begun[0].reference == "CT-0003"
    table = compared(officers, clock.now())
    assert [row.order for row in table] == [AS_RUN, *ORDERS]
    assert {row.served for row in table} == {3}
    assert table[0].lost == 0
    early = compared(officers, min(officers.begun.values()))
    assert {row.came for row in early} == {3}
    assert (early[0].served, early[0].lost) == (1, 0)
    answered = await rows(database, "SELECT answer FROM slot_decision ORDER BY at")
    assert [row.answer for row in answered] == ["confirm"] * 3

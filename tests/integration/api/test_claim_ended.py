"""A signed decision of QA, and nothing else, ends a shipment's claim to a slot in time."""

from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.integration.api.deviating import Approve, disposition_of
from tests.support.api import at, made, rows


async def _order(client: httpx.AsyncClient) -> list[Any]:
    return [one["rank"] for one in (await client.get("/shipments")).json()["items"]]


@pytest.mark.parametrize("proposed", ["REJECTED"])
async def test_what_qa_has_rejected_leaves_the_order_and_keeps_its_booking(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    wish = {"shipment_id": held["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(client, "/appointments", wish)
    (waiting,) = (await client.get("/sites/PVG/queue")).json()["items"]
    assert waiting["shipment_id"] == held["id"]
    assert await _order(client) == [1]
    assert (await approve()).status_code == 200
    assert await disposition_of(client, held) == "REJECTED"
    queue = (await client.get("/sites/PVG/queue")).json()
    assert (queue["items"], queue["without_deadline"]) == ([], [held["id"]])
    assert await _order(client) == [None]
    urgent = {"sort": "slack"}
    (listed,) = (await client.get("/shipments", params=urgent)).json()["items"]
    one = (await client.get(f"/shipments/{held['id']}")).json()
    for shown in (one, listed):
        told = shown["rank"], shown["tier"], shown["latest_inspection_start"]
        assert told == (None, None, None)
        assert shown["appointment"]["id"] == booked["id"]
    (row,) = (await client.get("/sites/PVG/plan")).json()["items"]
    assert (row["kind"], row["spare_s"]) == ("KEEP", None)
    work = await rows(database, "SELECT reason FROM worklist")
    assert "deviation_approve" in {one.reason for one in work}

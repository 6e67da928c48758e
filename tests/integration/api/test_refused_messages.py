"""Messages that were refused, over HTTP: listed, and read again."""

import base64

import httpx
from sqlalchemy import insert

from services.core.storage.database import Database
from services.core.storage.schema import rejected_message
from tests.support.api import NOW, rows


async def test_refused_messages_are_listed_with_their_bytes(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        for number in range(3):
            await unit.execute(
                insert(rejected_message).values(
                    received_at=NOW,
                    topic="cl/v1/00/CB-0001/telemetry",
                    box_id="CB-0001",
                    payload=b"\x00garbage%d" % number,
                    sha256=b"\x01" * 32,
                    reason="not_json",
                    detail="the payload is not JSON",
                    remedy="send JSON",
                )
            )
    part = (await client.get("/rejected", params={"limit": 2, "box_id": "CB-0001"})).json()
    rest = (await client.get("/rejected", params={"cursor": part["next_cursor"]})).json()
    bodies = [base64.b64decode(one["payload_base64"]) for one in part["items"] + rest["items"]]
    assert bodies == [b"\x00garbage2", b"\x00garbage1", b"\x00garbage0"]
    assert part["items"][0]["sha256"] == "01" * 32


async def test_refused_messages_are_asked_for_again_and_their_outcomes_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        for number, reason in enumerate(["not_json", "unknown_box", "unknown_box"]):
            await unit.execute(
                insert(rejected_message).values(
                    received_at=NOW, topic="t", box_id="CB-0001", payload=b"%d" % number,
                    sha256=bytes(32), reason=reason, detail="d", remedy="r",
                    outcome="stored" if number == 2 else None,
                )
            )  # fmt: skip
    listed = (await client.get("/rejected", params={"open": True, "reason": "unknown_box"})).json()
    assert [one["reason"] for one in listed["items"]] == ["unknown_box"]
    assert (await client.post("/rejected/reprocess", json={})).status_code == 422
    key = {"Idempotency-Key": "once"}
    wanted = {"reason": "unknown_box"}
    first = await client.post("/rejected/reprocess", json=wanted, headers=key)
    again = await client.post("/rejected/reprocess", json=wanted, headers=key)
    assert (first.status_code, first.json()["asked"]) == (202, 1)
    assert again.json() == first.json()
    since = first.json()["asked_at"]
    told = (await client.get("/rejected/reprocess", params={"since": since})).json()
    assert told == {"waiting": 1, "outcomes": {}}
    entries = await rows(database, "SELECT action FROM audit_entry")
    assert [row[0] for row in entries] == ["reprocess"]

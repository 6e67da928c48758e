"""Notes on a shipment: who reads them, who writes, and what is kept."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.sharing import Headers, House
from tests.support.api import at, rows

GATE = {"words": "courier waits at gate 3"}


async def _write(
    house: House, headers: Headers, body: Mapping[str, Any] = GATE, key: str | None = None
) -> httpx.Response:
    once = {"idempotency-key": key} if key else {}
    return await house.client.post(f"{house.path}/notes", json=body, headers=headers | once)


async def _read(house: House, headers: Headers, path: str = "notes") -> list[dict[str, Any]]:
    answer = await house.client.get(f"{house.path}/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_whom_a_shipment_is_shared_with_reads_and_writes_and_names_stay_at_home(
    house: House, clock: FixedClock
) -> None:
    await house.share()
    assert (await _write(house, house.a)).status_code == 201
    clock.advance(timedelta(hours=1))
    answered = await _write(house, house.hospital, {"words": "the ward is told"})
    assert answered.status_code == 201, answered.text
    at_a, at_hospital = await _read(house, house.a), await _read(house, house.hospital)
    said = [(one["written_at"], one["organisation"], one["words"]) for one in at_a]
    assert said == [(at(0), "firm-a", GATE["words"]), (at(1), "hospital", "the ward is told")]
    assert [one["written_by"] for one in at_a] == ["operator of firm-a", None]
    assert [one["written_by"] for one in at_hospital] == [None, "consignee of hospital"]


async def test_customs_carriers_and_strangers_read_none_and_leave_none(
    house: House, database: Database
) -> None:
    """S22: free text may name whom their views do not show."""
    await house.book()
    await _write(house, house.a)
    assert (await _write(house, house.b)).status_code == 404
    assert await house.status(house.b, f"{house.path}/notes") == 404
    assert (await _write(house, house.customs)).status_code == 403
    assert await house.status(house.customs, f"{house.path}/notes") == 403
    await house.share(organisation="firm-b", party="carrier")
    assert await _read(house, house.b) == []
    assert (await _write(house, house.b)).status_code == 403
    kept = await rows(database, "SELECT organisation_id FROM shipment_note")
    assert [one[0] for one in kept] == ["firm-a"]


async def test_a_note_sent_twice_is_one_and_leaves_one_entry(
    house: House, database: Database
) -> None:
    first, again = [await _write(house, house.a, key="gate-3") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    entries = await rows(
        database, "SELECT action, after FROM audit_entry WHERE entity = 'shipment_note'"
    )
    told = {"shipment_id": house.shipment["id"], **GATE}
    assert [(one.action, one.after) for one in entries] == [("write", told)]


async def test_notes_are_read_in_parts_oldest_first(house: House, clock: FixedClock) -> None:
    for number in range(3):
        await _write(house, house.a, {"words": f"note {number}"})
        clock.advance(timedelta(minutes=1))
    found: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"{house.path}/notes?limit=2{cursor and f'&cursor={cursor}'}"
        page = (await house.client.get(path, headers=house.a)).json()
        found.append([one["words"] for one in page["items"]])
        cursor = page["next_cursor"]
    assert found == [["note 0", "note 1"], ["note 2"]]

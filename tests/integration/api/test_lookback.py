"""Looking back over HTTP: every stored row of a box, every verdict that was kept."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert

from services.core.storage.database import Database
from services.core.storage.schema import assessment
from tests.support.api import NOW, box, made, shipped
from tests.support.rows import boot_of, store


async def whole(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        query["cursor"] = answer.json()["next_cursor"]


async def test_every_row_of_every_boot_is_given_once_whatever_the_page_size(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    first, second = await boot_of(database, "aaaa0001"), await boot_of(database, "aaaa0002")
    for seq in range(7):
        await store(database, first, seq, temp_c=4.0 + seq)
        await store(database, second, seq, temp_c=5.0 + seq)
    rows = await whole(client, "/boxes/CB-0007/log", limit=3)
    keys = [(row["boot"], row["seq"]) for row in rows]
    assert len(keys) == 14
    assert set(keys) == {(boot, seq) for boot in ("aaaa0001", "aaaa0002") for seq in range(7)}


async def test_a_number_that_is_stored_twice_is_shown_twice(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 5, temp_c=4.0)
    await store(database, keys, 5, temp_c=4.0, bucket_at=NOW)
    rows = await whole(client, "/boxes/CB-0007/log")
    assert [(row["seq"], row["temp_c"]) for row in rows] == [(5, 4.0), (5, 4.0)]


async def test_an_event_stands_in_the_log_with_what_it_said(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 1, event="tilt", extra={"tilt_deg": 61})
    (row,) = await whole(client, "/boxes/CB-0007/log")
    assert (row["event"], row["temp_c"], row["detail"]) == ("tilt", None, {"tilt_deg": 61})
    assert row["t"] == row["placed_at"] == "2026-11-22T10:21:00Z"


async def test_an_unknown_box_or_shipment_has_nothing_to_look_back_on(
    still: httpx.AsyncClient,
) -> None:
    assert (await still.get("/boxes/CB-9999/log")).status_code == 404
    assert (await still.get(f"/shipments/{uuid4()}/assessments")).status_code == 404


@pytest.mark.parametrize("cursor", ["WyJ4Il0", "WyIyMDI2LTExLTIyIiwiMSIsIjIiXQ", "🜚"])
async def test_a_cursor_that_is_not_ours_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    await made(client, "/boxes", box("CB-0007"))
    answer = await client.get("/boxes/CB-0007/log", params={"cursor": cursor})
    assert answer.status_code == 400


async def test_kept_verdicts_come_oldest_first_with_their_excursions(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipment = await shipped(at_site)
    payload_id = UUID(shipment["payloads"][0]["id"])
    for revision, excursions in ((1, []), (2, [["high", "2026-11-22T11:00:00Z", None]])):
        body = {
            "condition": "EXCURSION" if excursions else "IN_RANGE",
            "evidence": "COMPLETE",
            "qa_hold": bool(excursions),
            "in_label_until": None,
            "viable_until_p10": "2026-11-22T15:00:00+00:00",
            "viable_until_p50": "2026-11-22T16:00:00+00:00",
            "binding_constraint": "label_limit",
            "summary": {"max_c": 8.4},
            "told": {"excursions": excursions},
        }
        values = {
            "payload_id": payload_id,
            "revision": revision,
            "reason": "readings",
            "as_of": NOW,
            "recorded_at": NOW,
            "model_version": "1",
            "inputs_hash": "00",
            "body": body,
        }
        async with database.unit_of_work() as unit:
            await unit.execute(insert(assessment).values(**values))
    kept = await whole(at_site, f"/shipments/{shipment['id']}/assessments", limit=1)
    assert [one["condition"] for one in kept] == ["IN_RANGE", "EXCURSION"]
    assert kept[0]["viable_until"] == {
        "p10": "2026-11-22T15:00:00Z",
        "p50": "2026-11-22T16:00:00Z",
    }
    assert kept[1]["excursions"] == [
        {"side": "high", "began_at": "2026-11-22T11:00:00Z", "returned_at": None}
    ]
    assert kept[1]["payload_reference"] == "BAG-1"


@pytest.mark.parametrize("year", [1970, 2099, 2222])
async def test_a_wild_clock_is_shown_as_it_was_told(
    client: httpx.AsyncClient, database: Database, year: int
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    told = datetime(year, 1, 1, tzinfo=UTC)
    await store(database, await boot_of(database, "aaaa0001"), 0, device_at=told, bucket_at=NOW)
    (row,) = await whole(client, "/boxes/CB-0007/log")
    assert row["t"] == f"{year}-01-01T00:00:00Z"

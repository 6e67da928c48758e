"""Registering and reading boxes over HTTP."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from services.core.storage.database import Database
from tests.support.api import NOW, at, box, made, shipment


async def test_a_new_box_learns_its_topics(client: httpx.AsyncClient) -> None:
    created = await made(client, "/boxes", box("CB-0007"))
    prefix = f"cl/v1/{created['shard']:02x}/CB-0007"
    assert created["topics"]["telemetry"] == f"{prefix}/telemetry"
    assert created["topics"]["receipt"] == f"{prefix}/receipt"
    assert created["last_received_at"] is None


async def test_the_answer_names_the_place_of_the_new_box(client: httpx.AsyncClient) -> None:
    answer = await client.post("/boxes", json=box("CB-0007"))
    assert answer.headers["location"] == "/api/v1/boxes/CB-0007"


async def test_a_name_is_registered_once(client: httpx.AsyncClient) -> None:
    await made(client, "/boxes", box("CB-0007"))
    again = await client.post("/boxes", json=box("CB-0007"))
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert again.json()["type"] == "/problems/already-exists"


async def test_a_probe_sits_in_one_box(client: httpx.AsyncClient) -> None:
    probes = [{"probe_id": "SN-1", "kind": "payload"}]
    await made(client, "/boxes", box("CB-0001", probes=probes))
    second = await client.post("/boxes", json=box("CB-0002", probes=probes))
    assert second.status_code == 409
    assert second.json()["errors"][0]["pointer"] == "probes"
    assert (await client.get("/boxes/CB-0002")).status_code == 404


async def test_boxes_are_listed_in_parts_by_name(client: httpx.AsyncClient) -> None:
    for number in (3, 1, 2):
        await made(client, "/boxes", box(f"CB-000{number}"))
    first = (await client.get("/boxes", params={"limit": 2})).json()
    rest = (await client.get("/boxes", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["box_id"] for one in first["items"]] == ["CB-0001", "CB-0002"]
    assert [one["box_id"] for one in rest["items"]] == ["CB-0003"]
    assert rest["next_cursor"] is None


async def test_an_unchanged_box_is_not_sent_again(client: httpx.AsyncClient) -> None:
    await made(client, "/boxes", box("CB-0007"))
    first = await client.get("/boxes/CB-0007")
    second = await client.get("/boxes/CB-0007", headers={"if-none-match": first.headers["etag"]})
    assert (second.status_code, second.content) == (304, b"")


def batch(*numbers: int) -> dict[str, object]:
    names = [f"CB-{number:04d}" for number in numbers]
    probes = [[{"probe_id": f"{name}.P1", "kind": "payload"}] for name in names]
    return {"boxes": [box(name, probes=own) for name, own in zip(names, probes, strict=True)]}


async def test_many_boxes_are_registered_by_one_request(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "fleet-1"}
    first = await client.post("/boxes/batch", json=batch(*range(500)), headers=key)
    again = await client.post("/boxes/batch", json=batch(*range(500)), headers=key)
    assert (first.status_code, first.json()) == (201, {"registered": 500})
    assert (again.status_code, again.json()) == (201, {"registered": 500})
    one = (await client.get("/boxes/CB-0499")).json()
    assert one["topics"]["telemetry"] == f"cl/v1/{one['shard']:02x}/CB-0499/telemetry"


async def test_of_many_boxes_all_or_none_are_registered(client: httpx.AsyncClient) -> None:
    await made(client, "/boxes", box("CB-0003"))
    refused = await client.post("/boxes/batch", json=batch(1, 2, 3))
    assert refused.status_code == 409
    assert "CB-0003" in refused.json()["detail"]
    assert (await client.get("/boxes/CB-0001")).status_code == 404


@pytest.mark.parametrize("numbers", [(1, 2, 1), (), tuple(range(501))])
async def test_a_batch_names_each_box_once_and_has_bounds(
    client: httpx.AsyncClient, numbers: tuple[int, ...]
) -> None:
    refused = await client.post("/boxes/batch", json=batch(*numbers))
    assert refused.status_code == 422
    assert "boxes" in refused.json()["errors"][0]["pointer"]


@pytest.mark.parametrize(
    "change",
    [
        {"box_id": "cb-0007"},
        {"box_id": "CB/0007"},
        {"report_interval_s": 0},
        {"report_interval_s": 60.5},
        {"report_interval_s": True},
        {"report_interval_s": "60"},
        {"kind": "suitcase"},
        {"simulated": "yes"},
        {"shard": 3},
        {"registered_at": "2026-01-01T00:00:00Z"},
        {"probes": [{"probe_id": "SN 1"}]},
    ],
)
async def test_a_box_that_is_not_well_formed_is_refused(
    client: httpx.AsyncClient, change: dict[str, object]
) -> None:
    answer = await client.post("/boxes", json=box() | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/" + next(iter(change)))


async def test_holes_in_the_log_of_each_boot_are_shown(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    watermark = text(
        "INSERT INTO watermark (box_no, boot, start_seq, stored, first_received_at,"
        " last_received_at) SELECT box_no, :boot, :start, CAST(:stored AS int8multirange), :at, :at"
        " FROM box"
    )
    boots = [("old00001", 5, "{}", -2.0), ("new00001", 0, "{[0,17),[20,30),[40,41)}", -1.0)]
    async with database.unit_of_work() as unit:
        for boot, start, stored, hours in boots:
            at = NOW + timedelta(hours=hours)
            values = {"boot": boot, "start": start, "stored": stored, "at": at}
            await unit.execute(watermark, values)
    answer = await client.get("/boxes/CB-0007/boots")
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["items"]
    assert (first["boot"], first["contiguous"]) == ("new00001", 16)
    assert first["missing"] == [{"first": 17, "last": 19}, {"first": 30, "last": 39}]
    assert (second["boot"], second["contiguous"], second["missing"]) == ("old00001", 4, [])


async def test_a_box_says_what_it_carries_and_what_runs_out(at_site: httpx.AsyncClient) -> None:
    probes = [{"probe_id": "SN-1", "kind": "payload"}, {"probe_id": "SN-2", "kind": "lid"}]
    await made(at_site, "/boxes", box("CB-0001", probes=probes))
    await made(at_site, "/boxes", box("CB-0002"))
    shipped = await made(at_site, "/shipments", shipment())
    points = [{"read_c": 5.1, "true_c": 5.0}]
    for probe, days in (("SN-1", 200), ("SN-2", 90)):
        record = {"points": points, "certificate": "KAL-1", "valid_from": at(-24)}
        wanted = await at_site.get("/boxes/CB-0001")
        assert wanted.json()["calibrated_until"] is None
        until = {"valid_until": at(24 * days)}
        await made(at_site, f"/probes/{probe}/calibrations", record | until)
    one = (await at_site.get("/boxes/CB-0001")).json()
    assert one["calibrated_until"] == at(24 * 90)
    assert one["shipment"] == {"id": shipped["id"], "reference": shipped["reference"]}

    async def names(**wish: str) -> list[str]:
        items = (await at_site.get("/boxes", params=wish)).json()["items"]
        return [item["box_id"] for item in items]

    assert await names(show="under_way") == ["CB-0001"]
    assert await names(show="free") == ["CB-0002"]
    assert await names(show="runs_out") == await names(show="silent") == []
    assert await names(q=shipped["reference"].lower()) == ["CB-0001"]
    assert await names(q="cb-000") == ["CB-0001", "CB-0002"]
    sitting = (await at_site.get("/probes", params={"box_id": "CB-0002"})).json()
    assert sitting["items"] == []

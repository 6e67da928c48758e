"""Probes and their calibration records over HTTP."""

from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import at, box, made, rows

PATH = "/probes/SN-1/calibrations"


def record(**changes: Any) -> dict[str, Any]:
    return {
        "points": [{"read_c": 5.1, "true_c": 5.0}],
        "certificate": "KAL-0817",
        "valid_from": at(-100),
        "valid_until": at(100),
        **changes,
    }


@pytest.fixture
async def with_probe(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await made(client, "/boxes", box("CB-0001", probes=[{"probe_id": "SN-1"}]))
    return client


async def test_record_is_kept_listed_audited_and_put_to_work(
    with_probe: httpx.AsyncClient, database: Database
) -> None:
    assert (await with_probe.get("/probes")).json()["items"][0]["calibration"] == "none"
    created = await made(with_probe, PATH, record())
    again = await made(with_probe, PATH, record(certificate="KAL-0818"))
    listed = (await with_probe.get(PATH)).json()["items"]
    assert {one["calibration_id"] for one in listed} == {
        created["calibration_id"],
        again["calibration_id"],
    }
    assert (created["points"], created["recorded_by"]) == (record()["points"], "local-operator")
    probe = (await with_probe.get("/probes")).json()["items"][0]
    assert (probe["box_id"], probe["calibration"]) == ("CB-0001", "valid")
    audited = await rows(
        database, "SELECT entity_id FROM audit_entry WHERE entity = 'calibration' ORDER BY id"
    )
    assert audited[0].entity_id == created["calibration_id"]
    work = await rows(database, "SELECT reason FROM worklist")
    assert [one.reason for one in work] == ["calibration"] * 2


async def test_record_that_ran_out_is_told(with_probe: httpx.AsyncClient) -> None:
    await made(with_probe, PATH, record(valid_until=at(-1)))
    probe = (await with_probe.get("/probes")).json()["items"][0]
    assert (probe["calibration"], probe["calibrated_until"]) == ("expired", at(-1))


async def test_record_sent_twice_is_one(with_probe: httpx.AsyncClient, database: Database) -> None:
    for _ in range(2):
        await with_probe.post(PATH, json=record(), headers={"Idempotency-Key": "one"})
    assert len(await rows(database, "SELECT FROM calibration")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": at(-100)},
        {"points": []},
        {"points": [{"read_c": 5, "true_c": 5}, {"read_c": 5, "true_c": 6}]},
        {"points": [{"read_c": "5", "true_c": 5}]},
        {"points": [{"read_c": -300, "true_c": 5}]},
        {"certificate": ""},
        {"offset_c": 1},
    ],
)
async def test_record_that_cannot_be_is_refused(
    with_probe: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    answer = await with_probe.post(PATH, json=record(**changes))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"]


async def test_record_of_an_unknown_probe_is_not_found(still: httpx.AsyncClient) -> None:
    for answer in (await still.post(PATH, json=record()), await still.get(PATH)):
        assert answer.status_code == 404

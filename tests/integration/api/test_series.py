"""What a box measured, thinned out in the database, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, text

from services.core.storage.database import Database
from services.core.storage.schema import assessment, boot_clock, reading
from tests.support.api import NOW, at, box, made, shipped


class Log:
    """One boot of a box, written straight into the store as ingest does."""

    def __init__(self, database: Database, box_no: int, boot_no: int) -> None:
        self.database = database
        self._keys = {"box_no": box_no, "boot_no": boot_no}
        self._seq = 0

    async def add(self, minutes: float, temp_c: float | None, **changes: Any) -> None:
        """A reading taken minutes from now, received at once."""
        taken = NOW + timedelta(minutes=minutes)
        self._seq += 1
        values = {
            **self._keys,
            "seq": self._seq,
            "bucket_at": taken,
            "device_at": taken,
            "received_at": taken,
            "temp_c": temp_c,
            **changes,
        }
        async with self.database.unit_of_work() as unit:
            await unit.execute(insert(reading).values(**values))

    async def correct(self, offset_s: float) -> None:
        """Its clock was off by so much."""
        async with self.database.unit_of_work() as unit:
            await unit.execute(
                insert(boot_clock).values(**self._keys, offset_s=offset_s, method="device")
            )


@pytest.fixture
async def log(client: httpx.AsyncClient, database: Database) -> Log:
    await made(client, "/boxes", box("CB-0007"))
    async with database.unit_of_work() as unit:
        made_boot = await unit.execute(
            text(
                "INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)"
                " SELECT box_no, 'aabbccdd', :now, :now FROM box RETURNING box_no, boot_no"
            ),
            {"now": NOW},
        )
        row = made_boot.one()
    return Log(database, row.box_no, row.boot_no)


async def _read(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get("/boxes/CB-0007/readings", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_few_readings_come_as_they_are(client: httpx.AsyncClient, log: Log) -> None:
    for minute, temp_c in ((-3, 4.1), (-2, 4.2), (-1, 4.3)):
        await log.add(minute, temp_c)
    found = await _read(client)
    assert found["resolution_s"] == 0
    assert [one["temp_c"] for one in found["items"]] == [4.1, 4.2, 4.3]
    assert found["items"][0] == {
        "t": "2026-11-22T11:57:00Z",
        "temp_c": 4.1,
        "min_c": 4.1,
        "max_c": 4.1,
        "mean_c": 4.1,
        "n": 1,
    }


async def test_a_stretch_includes_its_start_and_not_its_end(
    client: httpx.AsyncClient, log: Log
) -> None:
    for minute in (-3, -2, -1):
        await log.add(minute, float(minute))
    query = {"from": "2026-11-22T11:57:00Z", "to": "2026-11-22T11:59:00Z"}
    assert [one["temp_c"] for one in (await _read(client, **query))["items"]] == [-3, -2]
    empty = {"from": at(0), "to": at(0)}
    assert (await _read(client, **empty))["items"] == []


async def test_thinning_keeps_extremes_and_the_number_of_readings(
    client: httpx.AsyncClient, log: Log
) -> None:
    temperatures = [4.0] * 200
    temperatures[37], temperatures[151] = 19.5, -7.25
    for number, temp_c in enumerate(temperatures):
        await log.add(number - 210, temp_c)
    found = await _read(client, max_points=20)
    items = found["items"]
    assert len(items) <= 20
    assert max(one["max_c"] for one in items) == 19.5
    assert min(one["min_c"] for one in items) == -7.25
    assert sum(one["n"] for one in items) == 200
    assert found["resolution_s"] == pytest.approx(199 * 60 / 19)
    assert [one["t"] for one in items] == sorted(one["t"] for one in items)


async def test_a_gap_is_named_by_the_readings_beside_it(
    client: httpx.AsyncClient, log: Log
) -> None:
    for minute in (-20, -19, -16, -5, -4):
        await log.add(minute, 4.0)
    assert (await _read(client))["gaps"] == [
        {"from": "2026-11-22T11:44:00Z", "to": "2026-11-22T11:55:00Z"}
    ]


async def test_late_stretches_are_named(client: httpx.AsyncClient, log: Log) -> None:
    for minute in (-60, -59, -58, -2):
        late = {"received_at": NOW} if minute in {-59, -58} else {}
        await log.add(minute, 4.0, **late)
    assert (await _read(client))["late"] == [
        {
            "from": "2026-11-22T11:01:00Z",
            "to": "2026-11-22T11:02:00Z",
            "received_at": "2026-11-22T12:00:00Z",
        }
    ]


async def test_what_late_readings_revised_is_named_once_where_it_overlaps(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    payload_id = UUID((await shipped(at_site))["payloads"][0]["id"])
    kept = [
        ("readings", -4.0),
        ("revised because of late data from 2026-11-22T09:00:00+00:00", -2.0),
        ("revised because of late data from 2026-11-22T09:30:00.250000+00:00", -1.0),
        ("revised because of profile_changed from 2026-11-22T08:00:00+00:00", -0.5),
        ("revised because of late data from 2026-11-22T11:40:00+00:00", -0.25),
    ]
    made_of = {"payload_id": payload_id, "model_version": "1", "inputs_hash": "00", "body": {}}
    for revision, (reason, hours) in enumerate(kept, start=1):
        said = {"revision": revision, "reason": reason, "as_of": NOW}
        async with database.unit_of_work() as unit:
            await unit.execute(
                insert(assessment).values(
                    **made_of, **said, recorded_at=NOW + timedelta(hours=hours)
                )
            )
    trace = (await at_site.get("/boxes/CB-0001/trace")).json()
    assert trace["revised"] == [
        {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T11:00:00Z"},
        {"from": "2026-11-22T11:40:00Z", "to": "2026-11-22T11:45:00Z"},
    ]
    earlier = {"from": at(-24), "to": at(-3.5)}
    assert (await at_site.get("/boxes/CB-0001/trace", params=earlier)).json()["revised"] == []


async def test_events_stand_beside_the_readings(client: httpx.AsyncClient, log: Log) -> None:
    await log.add(-3, 4.0)
    await log.add(-2, None, event="lid_opened", extra={"by": "customs"})
    found = await _read(client)
    assert len(found["items"]) == 1
    assert found["events"] == [
        {"t": "2026-11-22T11:58:00Z", "kind": "lid_opened", "detail": {"by": "customs"}}
    ]


async def test_a_corrected_clock_moves_the_readings(client: httpx.AsyncClient, log: Log) -> None:
    await log.add(-10, 4.0)
    await log.correct(offset_s=-86_400.0)
    assert (await _read(client))["items"] == []
    yesterday = {"from": at(-25), "to": at(-24)}
    items = (await _read(client, **yesterday))["items"]
    assert [one["t"] for one in items] == ["2026-11-21T11:50:00Z"]


async def test_another_probe_is_read_from_its_channel(client: httpx.AsyncClient, log: Log) -> None:
    channels = [{"probe": "SN-2", "kind": "lid", "temp_c": 6.1}]
    await log.add(-2, 4.0, probe="SN-1", channels=channels)
    for probe, temp_c in (("SN-1", 4.0), ("SN-2", 6.1)):
        items = (await _read(client, probe=probe))["items"]
        assert [one["temp_c"] for one in items] == [temp_c]
    assert (await _read(client, probe="SN-3"))["items"] == []


async def test_another_boxs_readings_stay_away(client: httpx.AsyncClient, log: Log) -> None:
    await made(client, "/boxes", box("CB-0008"))
    await log.add(-2, 4.0)
    other = await client.get("/boxes/CB-0008/readings")
    assert other.json()["items"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": at(1), "to": at(0)}, 422),
        ({"from": "2001-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}, 422),
        ({"from": "0001-01-01T00:00:00+14:00"}, 422),
        ({"from": "9999-12-31T23:59:59-14:00"}, 422),
        ({"from": "2026-11-22T12:00:00"}, 422),
        ({"from": "1795384917"}, 422),
        ({"from": "infinity"}, 422),
        ({"max_points": "0"}, 422),
        ({"max_points": "1000000000"}, 422),
        ({"probe": "a b"}, 422),
        ({"since": at(0)}, 400),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, log: Log, query: dict[str, str], status: int
) -> None:
    answer = await client.get("/boxes/CB-0007/readings", params=query)
    assert answer.status_code == status


async def test_an_unknown_box_has_no_readings(client: httpx.AsyncClient) -> None:
    assert (await client.get("/boxes/CB-9999/readings")).status_code == 404


async def test_a_trace_says_the_same_in_columns(client: httpx.AsyncClient, log: Log) -> None:
    for minute in range(-120, 0):
        await log.add(minute, 4 + minute % 2, probe="A", channels=[{"probe": "B", "temp_c": 9.0}])
    query = {"max_points": 30}
    series = await _read(client, **query)
    answer = await client.get("/boxes/CB-0007/trace", params=query)
    assert answer.headers["content-encoding"] == "gzip"
    trace = answer.json()
    assert trace["temp_c"] == [round(one["mean_c"], 3) for one in series["items"]]
    assert trace["min_c"] == [one["min_c"] for one in series["items"]]
    assert trace["probes"] == ["A", "B"]
    assert len(trace["t"]) == len(series["items"])
    assert trace["t"][0] == 0
    other = (await client.get("/boxes/CB-0007/trace", params={"probe": "B"})).json()
    assert (other["resolution_s"], set(other["temp_c"]), other["min_c"]) == (0, {9.0}, None)

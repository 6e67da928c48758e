"""Loggers of bays over HTTP."""

import httpx

from services.core.storage.database import Database
from tests.support.api import Judged, at, box, judge, made, raise_alarm, rows, shipped


async def test_a_bay_has_its_loggers_and_says_what_is_wrong_with_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    await made(at_site, "/boxes", box("PVG-C1-LOG", kind="room"))
    await made(at_site, "/boxes", box("CB-0001"))
    wrong = await at_site.post("/bays/PVG-C1/loggers", json={"box_id": "CB-0001"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "box_id")
    room = await made(at_site, "/bays/PVG-C1/loggers", {"box_id": "PVG-C1-LOG"})
    assert [(one["low_c"], one["high_c"]) for one in room["loggers"]] == [(2.0, 8.0)]
    assert (room["faults"], room["temperature_c"]) == ([], None)
    twice = await at_site.post("/bays/PVG-C1/loggers", json={"box_id": "PVG-C1-LOG"})
    assert twice.json()["type"] == "/problems/already-exists"
    await rows(
        database,
        "UPDATE bay_logger SET during = tstzrange(:since, NULL) RETURNING 1",
        since=at(-1),
    )
    silent = (await at_site.get("/bays/PVG-C1/room")).json()
    assert [one["why"] for one in silent["faults"]] == ["silent"]
    gone = {"box_id": "PVG-C1-LOG", "reason": "calibration"}
    ended = await at_site.post("/bays/PVG-C1/loggers/end", json=gone)
    assert (ended.json()["loggers"][0]["until"], ended.json()["faults"]) == (at(0), [])
    assert (await at_site.post("/bays/PVG-C1/loggers/end", json=gone)).status_code == 404


async def test_an_unfit_bay_offers_no_slot_and_takes_no_booking_until_it_is_fit(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3, ready_h=1))
    slots, wish = (
        f"/shipments/{created['id']}/slots",
        {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)},
    )
    assert (await at_site.get(slots)).json()["items"]
    unfit = {"kind": "bay_unfit", "payload_id": None, "facts": {"bay_id": "PVG-C1"}}
    alarm_id = await raise_alarm(database, created, **unfit)
    found = (await at_site.get(slots)).json()
    assert (found["items"], found["first_open"], found["no_slot_in_time"]) == ([], [], True)
    refused = await at_site.post("/appointments", json=wish)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
    await rows(
        database,
        "UPDATE alarm SET returned_at = raised_at WHERE alarm_id = :id RETURNING 1",
        id=alarm_id,
    )
    assert (await made(at_site, "/appointments", wish))["bay_id"] == "PVG-C1"

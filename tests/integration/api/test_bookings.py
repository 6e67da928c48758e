"""Slots that fit, booking one, and giving it back, over HTTP."""

from datetime import timedelta

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import CRYO, Judged, at, bay, judge, made, rows, seen, shipped, site


def _booking(created: dict[str, object], hours: float = 2) -> dict[str, object]:
    return {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(hours)}


async def test_slots_begin_when_the_box_is_ready_and_end_with_the_deadline(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=2, ready_h=1.1))
    found = (await at_site.get(f"/shipments/{created['id']}/slots")).json()
    assert [(one["start"], one["spare_s"]) for one in found["items"]] == [
        (at(1.25), 2700),
        (at(1.5), 1800),
        (at(1.75), 900),
        (at(2), 0),
    ]
    assert (found["no_slot_in_time"], found["first_open"]) == (False, [])


async def test_when_none_is_in_time_the_first_open_ones_are_shown(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=1, ready_h=2))
    found = (await at_site.get(f"/shipments/{created['id']}/slots")).json()
    assert (found["items"], found["no_slot_in_time"]) == ([], True)
    assert [one["start"] for one in found["first_open"]] == [at(2), at(2.25), at(2.5)]
    assert found["first_open"][0]["spare_s"] == -3600


async def test_a_slot_that_is_too_late_is_asked_of_an_officer_with_a_reason_alone(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=1, ready_h=2))
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    refused = await at_site.post("/appointments", json=wish)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/no-slot-in-time")
    assert problem["errors"][0]["pointer"] == "start"
    assert "60 minutes after the latest start: QA decides" in problem["detail"]
    why = "QA decides after the retained sample"
    booked = await made(at_site, "/appointments", {**wish, "late_reason": why})
    assert (booked["state"], booked["asked_because"]) == ("REQUESTED", "NO_SLOT_IN_TIME")
    kept = await rows(
        database, "SELECT principal_id, reason FROM audit_entry WHERE action = 'book'"
    )
    assert [(one.principal_id, one.reason) for one in kept] == [("local-operator", why)]


async def test_a_booking_is_moved_past_the_latest_start_with_a_reason_alone(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3, ready_h=1))
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(at_site, "/appointments", wish)
    path, to = f"/appointments/{booked['id']}/reschedule", {"bay_id": "PVG-C1", "start": at(4)}
    refused = await at_site.post(path, json=to, headers=seen(booked))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-slot-in-time")
    assert (await at_site.get(f"/appointments/{booked['id']}")).json() == booked
    moved = await at_site.post(path, json={**to, "reason": "QA asks"}, headers=seen(booked))
    assert (moved.json()["state"], moved.json()["asked_because"]) == (
        "REQUESTED",
        "NO_SLOT_IN_TIME",
    )


async def test_a_cryogenic_product_is_offered_cryogenic_bays_alone(
    client: httpx.AsyncClient, database: Database
) -> None:
    bays = [bay("PVG-C1"), bay("PVG-K1", bay_class="cryogenic")]
    await made(client, "/sites", site(bays=bays))
    created = await shipped(client, profile_id=CRYO)
    await judge(database, created, Judged())
    found = (await client.get(f"/shipments/{created['id']}/slots")).json()
    assert {one["bay_id"] for one in found["items"]} == {"PVG-K1"}
    refused = await client.post("/appointments", json=_booking(created))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "bay_id")


async def test_a_booking_shows_on_the_shipment_and_takes_the_slot_away(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    for created in (first, second):
        await judge(database, created, Judged(latest_start_h=3, ready_h=2))
    booked = await made(at_site, "/appointments", _booking(first))
    assert booked["number"] == "PVG-000001"
    assert (booked["place"], booked["end"], booked["spare_s_at_booking"]) == (1, at(2.25), 3600)
    shown = (await at_site.get(f"/shipments/{first['id']}")).json()["appointment"]
    assert shown == booked
    free = (await at_site.get(f"/shipments/{second['id']}/slots")).json()["items"]
    assert free[0]["start"] == at(2.25)
    taken = await at_site.post("/appointments", json=_booking(second))
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/slot-taken")
    assert "another slot" in taken.json()["remedy"]


async def test_a_booking_leaves_work_and_an_audit_entry(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    booked = await made(at_site, "/appointments", _booking(created))
    work = await rows(database, "SELECT 1 FROM worklist WHERE reason = 'appointment_booked'")
    entry = await rows(
        database, "SELECT action FROM audit_entry WHERE entity_id = :id", id=booked["id"]
    )
    assert (len(work), [row.action for row in entry]) == (1, ["book"])


async def test_a_bay_of_two_places_takes_two(client: httpx.AsyncClient) -> None:
    await made(client, "/sites", site(bays=[bay(places=2)]))
    places = []
    for number in (1, 2):
        created = await shipped(client, number)
        places.append((await made(client, "/appointments", _booking(created)))["place"])
    assert places == [1, 2]


async def test_a_cancelled_slot_can_be_booked_by_the_next(at_site: httpx.AsyncClient) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    booked = await made(at_site, "/appointments", _booking(first))
    path, why = f"/appointments/{booked['id']}", {"reason": "flight diverted"}
    assert (await at_site.post(f"{path}/cancel", json=why)).status_code == 428
    cancelled = await at_site.post(f"{path}/cancel", json=why, headers=seen(booked))
    assert (cancelled.json()["state"], cancelled.json()["cancel_reason"]) == (
        "CANCELLED",
        "flight diverted",
    )
    assert (await at_site.get(f"/shipments/{first['id']}")).json()["appointment"] is None
    await made(at_site, "/appointments", _booking(second))
    stale = await at_site.post(f"{path}/cancel", json=why, headers=seen(booked))
    assert stale.status_code == 412
    again = await at_site.post(f"{path}/cancel", json=why, headers=seen(cancelled.json()))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/illegal-transition")


async def test_a_shipment_holds_one_open_appointment(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    await made(at_site, "/appointments", _booking(created))
    second = await at_site.post("/appointments", json=_booking(created, 4))
    assert (second.status_code, second.json()["errors"][0]["pointer"]) == (409, "shipment_id")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": at(2.1)}, "start"),
        ({"start": at(-0.5)}, "start"),
        ({"start": at(60)}, "start"),
        ({"minutes": 0}, "#/minutes"),
        ({"bay_id": "PVG-XX"}, "bay_id"),
        ({"state": "PASSED"}, "#/state"),
    ],
)
async def test_what_cannot_be_booked_is_named(
    at_site: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    created = await shipped(at_site)
    answer = await at_site.post("/appointments", json=_booking(created) | change)
    assert answer.status_code in {404, 422}
    assert answer.json()["errors"][0]["pointer"] == field


async def test_a_simulated_shipment_holds_no_place_at_a_real_site(
    client: httpx.AsyncClient,
) -> None:
    await made(client, "/sites", site(simulated=False))
    answer = await client.post("/appointments", json=_booking(await shipped(client)))
    assert answer.status_code == 409
    assert "simulated" in answer.json()["detail"]


async def test_a_received_shipment_needs_no_slot(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    received = {"kind": "received", "occurred_at": at(-1)}
    await at_site.post(f"/shipments/{created['id']}/milestones", json=received)
    answer = await at_site.post("/appointments", json=_booking(created))
    assert answer.json()["type"] == "/problems/illegal-transition"


async def test_appointments_are_listed_by_site_and_time(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    await made(at_site, "/sites", site("SHA", bays=[bay("SHA-C1")]))
    for number, hours in ((1, 2), (2, 5)):
        await made(at_site, "/appointments", _booking(await shipped(at_site, number), hours))
    query = {"site_id": "PVG", "from": at(2.25), "to": at(6)}
    found = (await at_site.get("/appointments", params=query)).json()["items"]
    assert [one["start"] for one in found] == [at(5)]
    none = await at_site.get("/appointments", params={"site_id": "SHA"})
    assert none.json()["items"] == []
    clock.advance(timedelta(hours=1))
    part = (await at_site.get("/appointments", params={"limit": 1})).json()
    rest = (await at_site.get("/appointments", params={"cursor": part["next_cursor"]})).json()
    assert [one["start"] for one in part["items"] + rest["items"]] == [at(2), at(5)]


async def test_a_cancelled_shipment_frees_its_slot(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    booked = await made(at_site, "/appointments", _booking(first))
    cancelled = {"kind": "cancelled", "occurred_at": at(0)}
    await at_site.post(f"/shipments/{first['id']}/milestones", json=cancelled)
    read = (await at_site.get(f"/appointments/{booked['id']}")).json()
    assert (read["state"], read["cancel_reason"]) == ("CANCELLED", "the shipment was cancelled")
    await made(at_site, "/appointments", _booking(second))


async def test_an_inspection_that_has_begun_stays_when_the_shipment_is_received(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    booked = await made(at_site, "/appointments", _booking(created))
    clock.advance(timedelta(hours=3))
    received = {"kind": "received", "occurred_at": at(3)}
    await at_site.post(f"/shipments/{created['id']}/milestones", json=received)
    assert (await at_site.get(f"/appointments/{booked['id']}")).json()["state"] == "TENTATIVE"


async def test_a_shipment_that_holds_a_slot_stays_with_its_site(
    at_site: httpx.AsyncClient,
) -> None:
    await made(at_site, "/sites", site("SHA", bays=[bay("SHA-C1")]))
    created = await shipped(at_site)
    await made(at_site, "/appointments", _booking(created))
    path = f"/shipments/{created['id']}"
    tag = {"if-match": (await at_site.get(path)).headers["etag"]}
    answer = await at_site.patch(path, json={"site_id": "SHA"}, headers=tag)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "site_id")

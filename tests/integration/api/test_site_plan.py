"""The queue and the plan of a site over HTTP, what officers answer, and what a site publishes."""

from datetime import timedelta
from typing import Any

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import Judged, at, bay, judge, made, rows, seen, shipped, site

Json = dict[str, Any]


async def _waiting(
    client: httpx.AsyncClient, database: Database, number: int, **judged: Any
) -> Json:
    created = await shipped(client, number, consignee=f"Firm {number}")
    departed = {"kind": "departed", "occurred_at": at(-2)}
    await client.post(f"/shipments/{created['id']}/milestones", json=departed)
    await judge(database, created, Judged(**judged))
    return created


async def _plan(client: httpx.AsyncClient, site_id: str = "PVG") -> dict[str, Json]:
    answer = await client.get(f"/sites/{site_id}/plan")
    assert answer.status_code == 200, answer.text
    return {row["reference"]: row for row in answer.json()["items"]}


def _proposed(row: Json) -> Json:
    return {name: row[name] for name in ("bay_id", "place", "start")}


async def _decide(
    client: httpx.AsyncClient, created: Json, held: Json | None = None, **body: Any
) -> httpx.Response:
    """`held`: the appointment that it holds, as it was read."""
    about = {"shipment_id": created["id"], "appointment_id": held and held["id"]}
    return await client.post(
        "/sites/PVG/plan/answers",
        json={**about, **body},
        headers=None if held is None else seen(held),
    )


async def test_every_place_in_the_queue_has_its_line_and_names_nobody_else(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipments = [
        await _waiting(at_site, database, 1, latest_start_h=5, ready_h=-1),
        await _waiting(at_site, database, 2, latest_start_h=2, ready_h=-1),
        await _waiting(at_site, database, 3, latest_start_h=1, ready_h=3),
    ]
    items = (await at_site.get("/sites/PVG/queue")).json()["items"]
    assert [(row["reference"], row["why"]["code"]) for row in items] == [
        ("CT-0002", "LATEST_START"),
        ("CT-0001", "LATEST_START"),
        ("CT-0003", "NO_SLOT_IN_TIME"),
    ]
    assert items[0]["why"]["en"] == "by latest start, 2:00 h to spare"
    assert items[2]["why"]["zh"].startswith("没有来得及的时段，由质量部门决定")
    for row in items:
        others = [one for one in shipments if one["id"] != row["shipment_id"]]
        told = " ".join(str(value) for value in row["why"].values())
        assert not any(one[name] in told for one in others for name in ("reference", "consignee"))


async def test_what_if_it_waits_changes_nothing_and_tells_numbers_only(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    urgent = await _waiting(at_site, database, 1, latest_start_h=1, ready_h=-1)
    await _waiting(at_site, database, 2, latest_start_h=5, ready_h=-1)
    query = {"shipment_id": urgent["id"]}
    found = (await at_site.get("/sites/PVG/queue/what-if", params=query)).json()
    assert (found["place"], found["place_after"], found["tier_after"]) == (1, 2, "NO_SLOT_IN_TIME")
    assert (found["slack_s"], found["slack_s_after"]) == (3600, -3600)
    assert found["begins_at_after"] == at(2)
    unknown = {"shipment_id": "019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11"}
    assert (await at_site.get("/sites/PVG/queue/what-if", params=unknown)).status_code == 404


async def test_an_officer_confirms_what_is_proposed_and_only_that(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await _waiting(at_site, database, 1, latest_start_h=5, ready_h=1)
    row = (await _plan(at_site))["CT-0001"]
    assert (row["kind"], row["why"]["code"], row["start"]) == ("BOOK", "FITS_IN_TIME", at(1))
    other = {**_proposed(row), "start": at(3)}
    stale = await _decide(at_site, created, answer="confirm", proposed=other)
    assert stale.status_code == 412
    done = await _decide(at_site, created, answer="confirm", proposed=_proposed(row))
    assert done.json()["appointment"]["start"] == at(1)
    assert (await _plan(at_site))["CT-0001"]["kind"] == "KEEP"
    kept = await rows(database, "SELECT answer, proposed ->> 'kind' AS kind FROM slot_decision")
    assert [(one.answer, one.kind) for one in kept] == [("confirm", "BOOK")]


async def test_a_move_or_an_override_has_its_reason_and_is_told(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await _waiting(at_site, database, 1, latest_start_h=20, ready_h=1)
    body = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    first = await made(at_site, "/appointments", body)
    to = {"bay_id": "PVG-C1", "place": 1, "start": at(4)}
    assert (await _decide(at_site, created, first, answer="override")).status_code == 422
    move: Json = {"answer": "move", "to": to, "reason": "a crew of two"}
    assert (await _decide(at_site, created, **move)).status_code == 428
    moved = await _decide(at_site, created, first, **move)
    assert (await _decide(at_site, created, first, **move)).status_code == 412
    held = moved.json()["appointment"]
    assert (held["move_code"], held["move_reason"], held["bumps"]) == (
        "OFFICER_MOVED",
        "a crew of two",
        1,
    )
    told = await rows(
        database,
        "SELECT audience, body ->> 'why_en' AS why FROM notification_outbox"
        " WHERE body ->> 'move' = 'moved' ORDER BY audience",
    )
    assert [(one.audience, one.why) for one in told] == [
        (side, "an officer moved it by 120 min") for side in ("customs_officer", "operator")
    ]
    again = {**move, "to": {**to, "start": at(5)}}
    twice = await _decide(at_site, created, held, **again)
    assert (twice.status_code, "before" in twice.json()["detail"]) == (409, True)
    override = await _decide(at_site, created, held, answer="override", reason="ours")
    assert override.status_code == 200
    figures = await at_site.get("/sites/PVG/figures?from=2026-11-22&to=2026-11-22")
    assert [(day["overrides"], day["moves"]) for day in figures.json()["days"]] == [(1, 1)]


async def test_nobody_gives_way_who_would_keep_less_than_four_hours(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await _waiting(at_site, database, 1, latest_start_h=7, ready_h=1)
    body = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(at_site, "/appointments", body)
    to = {"bay_id": "PVG-C1", "place": 1, "start": at(3.25)}
    move: Json = {"answer": "move", "to": to, "reason": "room for others"}
    refused = await _decide(at_site, created, booked, **move)
    assert (refused.status_code, "225 minutes" in refused.json()["detail"]) == (409, True)
    assert (await at_site.get(f"/appointments/{booked['id']}")).json() == booked


async def test_a_slot_that_has_begun_may_be_moved_whatever_is_left(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await _waiting(at_site, database, 1, latest_start_h=5, ready_h=-1)
    body = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(1)}
    held = await made(at_site, "/appointments", body)
    move: Json = {
        "answer": "move",
        "to": {"bay_id": "PVG-C1", "place": 1, "start": at(2)},
        "reason": "the crew came late",
    }
    assert (await _decide(at_site, created, held, **move)).status_code == 409
    clock.advance(timedelta(minutes=65))
    moved = await _decide(at_site, created, held, **move)
    assert moved.status_code == 200, moved.text
    assert moved.json()["appointment"]["bumps"] == 0


async def test_a_proposal_too_late_is_confirmed_with_a_reason_alone(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await _waiting(at_site, database, 1, latest_start_h=1, ready_h=3)
    row = (await _plan(at_site))["CT-0001"]
    assert row["start"] == at(3)
    answer: Json = {"answer": "confirm", "proposed": _proposed(row)}
    bare = await _decide(at_site, created, **answer)
    assert (bare.status_code, bare.json()["type"]) == (409, "/problems/no-slot-in-time")
    given = await _decide(at_site, created, **answer, reason="QA wants it inspected all the same")
    assert given.status_code == 200, given.text


async def test_an_unfit_bay_gives_nobody_a_slot_and_its_bookings_get_another_proposal(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay("PVG-C1"), bay("PVG-C2")]))
    created = await _waiting(client, database, 1, latest_start_h=9, ready_h=1)
    body = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(client, "/appointments", body)
    unfit = {"fit": False, "reason": "room logger without power"}
    found = (await client.post("/sites/PVG/bays/PVG-C1/fitness", json=unfit)).json()
    assert [one["unfit_reason"] for one in found["bays"]] == ["room logger without power", None]
    row = (await _plan(client))["CT-0001"]
    assert (row["kind"], row["why"]["code"], row["bay_id"]) == (
        "RELOCATE",
        "SLOT_UNUSABLE",
        "PVG-C2",
    )
    moved = await _decide(client, created, booked, answer="confirm", proposed=_proposed(row))
    assert (moved.json()["appointment"]["bay_id"], moved.json()["appointment"]["bumps"]) == (
        "PVG-C2",
        0,
    )


async def test_a_bay_that_is_said_to_be_unfit_again_keeps_its_first_reason_and_both_are_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay("PVG-C1")]))
    for reason in ("no power", "door does not close"):
        body = {"fit": False, "reason": reason}
        (found,) = (await client.post("/sites/PVG/bays/PVG-C1/fitness", json=body)).json()["bays"]
        assert found["unfit_reason"] == "no power"
    entries = "SELECT before, after, reason FROM audit_entry WHERE action = 'unfit' ORDER BY id"
    assert [(one.before, one.after, one.reason) for one in await rows(database, entries)] == [
        ({"fit": True}, {"fit": False}, "no power"),
        ({"fit": False}, {"fit": False}, "door does not close"),
    ]


async def test_a_route_offers_the_bays_of_a_supervised_site_with_its_own_minutes(
    client: httpx.AsyncClient, database: Database
) -> None:
    full = bay("PVG-C1", published_until=at(0.5))
    await made(client, "/sites", site(bays=[full]))
    await made(client, "/sites", site("ZJ", bays=[bay("ZJ-C1")], receiving_min=20, onward_min=15))
    route = {"routes": [{"to_site_id": "ZJ", "transfer_min": 60}]}
    assert (await client.put("/sites/PVG/routes", json=route)).status_code == 200
    created = await _waiting(client, database, 1, latest_start_h=3, ready_h=1)
    offered = (await client.get(f"/shipments/{created['id']}/slots")).json()["items"]
    first, last = offered[0], offered[-1]
    assert (first["bay_id"], first["start"], first["direct_distribution"]) == (
        "ZJ-C1",
        at(2),
        True,
    )
    assert (last["start"], last["spare_s"]) == (at(3.75), 600)
    row = (await _plan(client))["CT-0001"]
    done = await _decide(client, created, answer="confirm", proposed=_proposed(row))
    assert done.json()["appointment"]["site_id"] == "ZJ"
    assert [row["reference"] for row in (await client.get("/sites/ZJ/queue")).json()["items"]] == [
        "CT-0001"
    ]


async def test_a_week_is_published_again_and_a_closure_takes_a_part_of_it_out(
    client: httpx.AsyncClient,
) -> None:
    grid = bay("PVG-C1", published_from=at(0), published_until=at(4))
    await made(client, "/sites", site(bays=[grid]))
    copy = {"day": "2026-11-22", "unit": "day", "times": 2}
    assert (await client.post("/sites/PVG/openings/copy", json=copy)).status_code == 201
    shut = {"bay_id": "PVG-C1", "from": at(25), "to": at(26), "reason": "defrosting"}
    closures = await made(client, "/sites/PVG/closures", shut)
    found = (await client.get("/sites/PVG/openings")).json()["items"][0]
    spans = [(one["start"], one["end"]) for one in found["open"]]
    assert spans == [(at(0), at(4)), (at(24), at(25)), (at(26), at(28)), (at(48), at(52))]
    created = await shipped(client)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(25.25)}
    assert (await client.post("/appointments", json=wish)).status_code == 422
    closure_id = closures["items"][0]["closure_id"]
    await client.post(f"/sites/PVG/closures/{closure_id}/withdraw")
    await made(client, "/appointments", wish)
    again = await client.post("/sites/PVG/openings/copy", json={**copy, "times": 1})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "day")

"""The life of an appointment over HTTP: asked for, answered, moved, shown or not, begun at once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import IntegrityError

from services.api.clearance_watch import ClearanceWatch
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import Judged, at, bay, judge, leg, made, rows, seen, shipped, site

Json = dict[str, Any]
HOUR = timedelta(hours=1)


def _wish(created: Json, hours: float, bay_id: str = "PVG-C1") -> Json:
    return {"shipment_id": created["id"], "bay_id": bay_id, "start": at(hours)}


async def _landed(client: httpx.AsyncClient, number: int = 1) -> Json:
    """A shipment whose flight has left."""
    created = await shipped(client, number)
    departed = {"kind": "departed", "occurred_at": at(-2)}
    answer = await client.post(f"/shipments/{created['id']}/milestones", json=departed)
    assert answer.status_code == 201, answer.text
    return created


async def _at_full_reserve(client: httpx.AsyncClient) -> None:
    """A site that keeps every cell for urgent shipments until three hours before."""
    await made(client, "/sites", site(reserve_share=1.0))


async def _notices(database: Database) -> list[tuple[str, str, str]]:
    found = await rows(
        database,
        "SELECT audience, body ->> 'move' AS move, body ->> 'code' AS code FROM notification_outbox"
        " WHERE kind = 'slot' ORDER BY created_at, audience DESC, subject_key",
    )
    return [(row.audience, row.move, row.code) for row in found]


async def _asked(client: httpx.AsyncClient, number: int = 1) -> Json:
    booked = await made(client, "/appointments", _wish(await _landed(client, number), 12))
    assert (booked["state"], booked["asked_because"]) == ("REQUESTED", "RESERVED")
    return booked


async def test_a_request_outside_the_quota_is_asked_and_both_sides_see_the_clock(
    client: httpx.AsyncClient, database: Database
) -> None:
    await _at_full_reserve(client)
    booked = await _asked(client)
    assert booked["answer_by"] == at(0.25)
    assert await _notices(database) == [
        ("operator", "asked", "RESERVED"),
        ("customs_officer", "asked", "RESERVED"),
    ]


async def test_an_urgent_one_is_confirmed_by_rule_from_the_reserve(
    client: httpx.AsyncClient, database: Database
) -> None:
    await _at_full_reserve(client)
    created = await _landed(client)
    await judge(database, created, Judged(latest_start_h=5, ready_h=1))
    booked = await made(client, "/appointments", _wish(created, 4))
    assert (booked["state"], booked["answer_by"]) == ("CONFIRMED", None)


async def test_the_first_answer_counts_and_the_second_officer_is_told(
    client: httpx.AsyncClient,
) -> None:
    await _at_full_reserve(client)
    booked = await _asked(client)
    path, tag = f"/appointments/{booked['id']}/answer", {"if-match": f'"{booked["revision"]}"'}
    said = [{"agreed": True}, {"agreed": False, "reason": "crew of two"}]
    answers = await asyncio.gather(*(client.post(path, json=one, headers=tag) for one in said))
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    late = await client.post(path, json={"agreed": True}, headers=tag)
    assert late.status_code == 412
    assert (await client.post(path, json={"agreed": True})).status_code == 428


async def test_without_an_answer_the_next_officer_is_asked(
    client: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    await _at_full_reserve(client)
    booked = await _asked(client)
    clock.advance(HOUR / 4)
    assert await ClearanceWatch(database, clock).run_once() == 1
    assert await ClearanceWatch(database, clock).run_once() == 0
    read = (await client.get(f"/appointments/{booked['id']}")).json()
    assert (read["state"], read["answer_level"], read["answer_by"]) == ("REQUESTED", 1, at(0.5))


async def test_take_off_confirms_what_was_tentative(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    booked = await made(at_site, "/appointments", _wish(created, 10))
    assert booked["state"] == "TENTATIVE"
    departed = {"kind": "departed", "occurred_at": at(-1)}
    await at_site.post(f"/shipments/{created['id']}/milestones", json=departed)
    await ClearanceWatch(database, clock).run_once()
    assert (await at_site.get(f"/appointments/{booked['id']}")).json()["state"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("ready_h", "advance_h", "state", "reason"),
    [
        (1, 2.4, "CONFIRMED", None),
        (1, 2.6, "NO_SHOW_RELEASED", "NOT_SHOWN"),
        (4, 2.1, "CANCELLED", "READY_AFTER_SLOT"),
    ],
)
async def test_who_is_not_shown_loses_the_slot_and_a_late_flight_is_no_no_show(
    at_site: httpx.AsyncClient,
    database: Database,
    clock: FixedClock,
    ready_h: float,
    advance_h: float,
    state: str,
    reason: str | None,
) -> None:
    created = await _landed(at_site)
    booked = await made(at_site, "/appointments", _wish(created, 2))
    await judge(database, created, Judged(latest_start_h=20, ready_h=ready_h))
    clock.advance(advance_h * HOUR)
    await ClearanceWatch(database, clock).run_once()
    read = (await at_site.get(f"/appointments/{booked['id']}")).json()
    assert (read["state"], read["cancel_reason"]) == (state, reason)


async def test_who_is_checked_in_is_no_no_show(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    booked = await made(at_site, "/appointments", _wish(await _landed(at_site), 2))
    clock.advance(2 * HOUR)
    path = f"/appointments/{booked['id']}/check-in"
    assert (await at_site.post(path, json={})).status_code == 428
    answer = await at_site.post(path, json={}, headers=seen(booked))
    assert (await at_site.post(path, json={}, headers=seen(booked))).status_code == 412
    assert (answer.json()["state"], answer.json()["checked_in_at"]) == ("CHECKED_IN", at(2))
    clock.advance(2 * HOUR)
    assert await ClearanceWatch(database, clock).run_once() == 0


async def _moved(client: httpx.AsyncClient, booked: Json, hours: float) -> httpx.Response:
    return await client.post(
        f"/appointments/{booked['id']}/reschedule",
        json={"bay_id": "PVG-C1", "start": at(hours), "reason": "crew late"},
        headers=seen(booked),
    )


async def test_a_moved_appointment_is_followed_by_another_that_says_why(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    booked = await made(at_site, "/appointments", _wish(await _landed(at_site), 2))
    moved = (await _moved(at_site, booked, 2.5)).json()
    assert moved["follows"] == booked["id"]
    assert (moved["move_code"], moved["move_minutes"]) == ("OWN_WISH", {"by_min": 30})
    assert (await at_site.get(f"/appointments/{booked['id']}")).json()["state"] == "RESCHEDULED"
    assert [one for one in await _notices(database) if one[1] == "moved"] == [
        ("operator", "moved", "OWN_WISH"),
        ("customs_officer", "moved", "OWN_WISH"),
    ]


async def test_when_the_new_slot_is_taken_the_old_one_stands(at_site: httpx.AsyncClient) -> None:
    booked = await made(at_site, "/appointments", _wish(await _landed(at_site, 1), 2))
    await made(at_site, "/appointments", _wish(await _landed(at_site, 2), 2.5))
    answer = await _moved(at_site, booked, 2.5)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/slot-taken")
    assert (await at_site.get(f"/appointments/{booked['id']}")).json() == booked


async def test_the_third_move_is_an_officers_to_agree_to(at_site: httpx.AsyncClient) -> None:
    booked = await made(at_site, "/appointments", _wish(await _landed(at_site), 2))
    states = []
    for hours in (2.25, 2.5, 2.75):
        booked = (await _moved(at_site, booked, hours)).json()
        states.append((booked["state"], booked["asked_because"]))
    assert states == [("CONFIRMED", None), ("CONFIRMED", None), ("REQUESTED", "MOVED_OFTEN")]


async def test_a_bay_that_is_free_is_begun_at_once_beside_the_grid(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    first, second = await _landed(at_site, 1), await _landed(at_site, 2)
    booked = await made(at_site, "/appointments", _wish(first, 5))
    clock.advance(timedelta(minutes=7))
    begun = await made(
        at_site, f"/shipments/{first['id']}/start-now", {"bay_id": "PVG-C1", "reason": "bay idle"}
    )
    assert (begun["state"], begun["off_grid"], begun["follows"]) == (
        "CHECKED_IN",
        True,
        booked["id"],
    )
    assert begun["start"] == at(7 / 60)
    taken = await at_site.post(f"/shipments/{second['id']}/start-now", json={"bay_id": "PVG-C1"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/slot-taken")


async def test_without_an_inspection_the_slot_is_free_and_the_row_says_deliver_by(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await _landed(at_site)
    await judge(database, created, Judged())
    await made(at_site, "/appointments", _wish(created, 2))
    order = {"ordered": "no", "reason": "by risk"}
    answer = await at_site.post(f"/shipments/{created['id']}/inspection-order", json=order)
    assert (answer.json()["rank"], answer.json()["appointment"]) == (None, None)
    queue = (await at_site.get("/sites/PVG/queue")).json()
    assert (queue["items"], queue["deliver_by"]) == (
        [],
        [{"shipment_id": created["id"], "reference": "CT-0001", "deliver_by": at(8)}],
    )


async def test_a_delayed_flight_lists_every_booking_that_fits_no_more(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    flight = leg(planned_arrival=at(1))
    both = [await shipped(at_site, number, legs=[flight]) for number in (1, 2)]
    for number, created in enumerate(both, start=1):
        await made(at_site, "/appointments", _wish(created, 2 + number / 4))
    created = both[-1]
    path = f"/shipments/{created['id']}"
    news = {"estimated_arrival": at(4)}
    answer = await at_site.patch(f"{path}/legs/{created['legs'][0]['id']}", json=news)
    unfit = answer.json()["no_longer_fit"]
    assert [(one["shipment_reference"], one["late_min"]) for one in unfit] == [
        ("CT-0001", 135),
        ("CT-0002", 120),
    ]
    assert [move for _, move, _ in await _notices(database)].count("unfit") == 4


async def test_the_database_moves_no_appointment_without_saying_so(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    """Bump without disclosure: neither in place, nor by one that follows without its reason."""
    first, second = await _landed(at_site, 1), await _landed(at_site, 2)
    held = await made(at_site, "/appointments", _wish(first, 5))
    other = await made(at_site, "/appointments", _wish(second, 6))
    in_place = (
        "UPDATE appointment SET during = tstzrange(lower(during) + INTERVAL '2 h',"
        " upper(during) + INTERVAL '2 h') WHERE appointment_id = :id"
    )
    silent = "UPDATE appointment SET follows = :other WHERE appointment_id = :id"
    twice = "UPDATE appointment SET bumps = 2 WHERE appointment_id = :id"
    for statement in (in_place, silent, twice):
        with pytest.raises(IntegrityError):
            await rows(database, statement, id=held["id"], other=other["id"])
    assert (await at_site.get(f"/appointments/{held['id']}")).json() == held


async def test_a_request_that_is_sent_again_moves_nothing_twice(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    booked = await made(at_site, "/appointments", _wish(await _landed(at_site), 2))
    wish = {"bay_id": "PVG-C1", "start": at(3)}
    headers = {"if-match": f'"{booked["revision"]}"', "idempotency-key": "move-1"}
    path = f"/appointments/{booked['id']}/reschedule"
    answers = [await at_site.post(path, json=wish, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await rows(database, "SELECT 1 FROM appointment")) == 2


async def test_a_bay_without_the_equipment_takes_nobody_who_needs_it(
    client: httpx.AsyncClient,
) -> None:
    bays = [bay("PVG-C1"), bay("PVG-C2", equipment=["ln2_refill"])]
    await made(client, "/sites", site(bays=bays))
    created = await shipped(client, needs_equipment=["ln2_refill"])
    refused = await client.post("/appointments", json=_wish(created, 2))
    assert (refused.status_code, "ln2_refill" in refused.json()["detail"]) == (409, True)
    offered = (await client.get(f"/shipments/{created['id']}/slots")).json()["items"]
    assert {one["bay_id"] for one in offered} == {"PVG-C2"}

"""Messages of a customs platform: once, in any order, and nothing bad stops anything good."""

import asyncio
from typing import Any

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import at, bay, made, rows, shipped, site
from tests.support.other_side import approval, booking, document, shaken
from tests.support.papers import done, key_of

PATH = "/exchange/messages"
Json = dict[str, Any]


async def sent(client: httpx.AsyncClient, *messages: Json) -> list[Json]:
    found: list[Json] = (await done(client, PATH, document(*messages)))["outcomes"]
    return found


def outcomes(found: list[Json]) -> list[tuple[str, str | None]]:
    return [(one["outcome"], one["field"]) for one in found]


async def held(client: httpx.AsyncClient) -> dict[str, tuple[str, str]]:
    """The slot that each shipment holds."""
    query = {"site_id": "PVG", "from": at(-24), "to": at(48)}
    messages = (await client.get("/exchange/bookings", params=query)).json()["messages"]
    return {
        one["shipment_reference"]: (one["bay_id"], one["start"])
        for one in messages
        if one["state"] == "held"
    }


async def papers(client: httpx.AsyncClient) -> set[tuple[str, bool]]:
    listed = (await client.get("/papers")).json()["items"]
    return {(one["number"], one["withdrawn_at"] is not None) for one in listed}


async def test_what_is_bad_is_named_with_its_field_and_stops_nothing_else(
    at_site: httpx.AsyncClient,
) -> None:
    await shipped(at_site)
    found = await sent(
        at_site,
        {"message_id": "X-1"},
        approval("A-1", risk_class="D"),
        approval("A-2", valid_until="soon"),
        booking("B-1", version="two"),
        booking("B-2", start="2026-11-22T14:07:00Z", booking="KC-1"),
        approval("A-3", colour="red"),
        booking("B-3"),
    )
    assert outcomes(found) == [
        ("refused", "message"),
        ("refused", "risk_class"),
        ("refused", "valid_until"),
        ("refused", "version"),
        ("refused", "start"),
        ("taken", None),
        ("taken", None),
    ]
    assert all(one["remedy"] for one in found[:5])
    assert found[5]["ignored"] == ["colour"]
    assert await papers(at_site) == {("SI-2026-000417", False)}
    assert await held(at_site) == {"CT-0001": ("PVG-C1", at(2))}
    kept = (await at_site.get(PATH, params={"outcome": "refused"})).json()["items"]
    assert len(kept) == 5
    assert {"message_id": "X-1"} in [one["content"] for one in kept]


async def test_a_message_holds_once_and_its_id_for_one_content(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    await shipped(at_site)
    first = await sent(at_site, booking())
    again = dict(reversed(booking().items()))
    assert await sent(at_site, again, again) == first * 2
    assert len(await rows(database, "SELECT 1 FROM appointment")) == 1
    changed = booking(start=at(5))
    assert outcomes(await sent(at_site, changed)) == [("refused", "message_id")]
    assert outcomes(await sent(at_site, changed, booking())) == [
        ("refused", "message_id"),
        ("taken", None),
    ]
    assert await held(at_site) == {"CT-0001": ("PVG-C1", at(2))}
    kept = (await at_site.get(PATH)).json()["items"]
    assert [(one["outcome"], one["repeats"]) for one in kept] == [("refused", 1), ("taken", 3)]
    assert kept[0]["content"]["start"] == at(5)


async def test_a_booking_waits_for_its_shipment_and_for_its_place(
    at_site: httpx.AsyncClient,
) -> None:
    early = await sent(at_site, booking())
    assert outcomes(early) == [("waiting", "shipment_reference")]
    await shipped(at_site, 1)
    await shipped(at_site, 2)
    other = booking("B-2", booking="KC-78", shipment_reference="CT-0002")
    assert outcomes(await sent(at_site, other)) == [("taken", None)]
    assert outcomes(await sent(at_site, booking()))[0][0] == "waiting"
    moved = {**other, "message_id": "B-3", "version": 2, "start": at(4)}
    await sent(at_site, moved)
    assert await held(at_site) == {"CT-0001": ("PVG-C1", at(2)), "CT-0002": ("PVG-C1", at(4))}


async def test_another_content_under_an_approvals_number_is_refused(
    at_site: httpx.AsyncClient,
) -> None:
    await sent(at_site, approval("A-1"))
    longer = approval("A-2", valid_until="2027-02-20")
    assert outcomes(await sent(at_site, longer)) == [("refused", "valid_until")]


def _story() -> list[Json]:
    """Bookings in versions, two approvals; an early slot of one is another's last."""
    slots = {1: (2, 3), 2: (5, 2), 3: (6, 5)}
    messages = [
        booking(
            f"B-{number}-{version}",
            booking=f"KC-{number}",
            version=version,
            shipment_reference=f"CT-{number:04d}",
            start=at(hour),
        )
        for number, hours in slots.items()
        for version, hour in enumerate(hours, 1)
    ]
    gone = {**booking(shipment_reference="CT-0004"), "booking": "KC-4", "start": at(7)}
    messages += [
        {**gone, "message_id": "B-4-1"},
        {**gone, "message_id": "B-4-2", "version": 2, "state": "cancelled"},
    ]
    second = {"number": "SI-2026-000500"}
    return [
        *messages,
        approval("A-1"),
        approval("A-2", **second),
        approval("A-3", state="withdrawn", **second),
    ]


STORY_ENDS = {
    "CT-0001": ("PVG-C1", at(3)),
    "CT-0002": ("PVG-C1", at(2)),
    "CT-0003": ("PVG-C1", at(5)),
}


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_repetition_come_to_the_same(
    client: httpx.AsyncClient, seed: int
) -> None:
    await made(client, "/sites", site(reserve_share=0, bays=[bay()]))
    for number in range(1, 5):
        await shipped(client, number)
    for delivery in shaken(_story(), seed):
        await sent(client, *delivery)
    assert await held(client) == STORY_ENDS
    assert await papers(client) == {("SI-2026-000417", False), ("SI-2026-000500", True)}
    left = (await client.get(PATH, params={"outcome": "waiting"})).json()["items"]
    assert left == []


async def test_fifty_deliveries_at_once_come_to_the_same(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(reserve_share=0, bays=[bay()]))
    for number in range(1, 5):
        await shipped(client, number)
    story = _story()
    deliveries = [story[n % len(story)] for n in range(50)]
    answers = await asyncio.gather(*(client.post(PATH, json=document(d)) for d in deliveries))
    assert {answer.status_code for answer in answers} == {200}
    assert await held(client) == STORY_ENDS
    assert await papers(client) == {("SI-2026-000417", False), ("SI-2026-000500", True)}
    kept = await rows(database, "SELECT sum(repeats + 1) AS came, count(*) FROM exchange_message")
    assert [(int(row.came), row.count) for row in kept] == [(50, len(story))]


async def test_a_key_of_a_service_may_and_what_it_did_is_in_the_audit(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    await shipped(at_site)
    service = await key_of(at_site, "service", "platform.adapter")
    operator = await key_of(at_site, "operator", "li.na")
    body = document(approval(), booking())
    assert (await at_site.post(PATH, json=body, headers=operator)).status_code == 403
    assert (await at_site.post(PATH, json=body, headers=service)).status_code == 200
    found = await rows(
        database,
        "SELECT action FROM audit_entry WHERE principal_id = 'platform.adapter' ORDER BY id",
    )
    assert [row.action for row in found] == ["enter", "exchange", "book", "exchange"]

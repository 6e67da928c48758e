"""How an inspection ends: what it waits for, what each outcome does, and who is told."""

import httpx
import pytest

from services.alerts.channels.words import Reader, message_of
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.inspecting import (
    begun,
    booked,
    decided,
    gone_through,
    post,
)
from tests.support.api import Judged, at, judge, made, rows, shipped
from tests.support.papers import attached, declaration, done, paper

WHY = {"reason": "as ordered"}


async def test_papers_are_waited_for_with_the_box_shut_and_then_it_is_cleared(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    place = await booked(at_site, created)
    seen = await gone_through(at_site, await begun(at_site, created))
    seen = await decided(at_site, seen, "wait_for_papers", reason="approval form missing")
    assert (seen["state"], seen["ended_at"]) == ("WAITING_FOR_PAPERS", at(0))
    assert (await at_site.get(f"/appointments/{place['id']}")).json()["state"] == "HELD"
    closed = await post(at_site, seen, "findings", {"text": "late", "severity": "note"})
    assert closed.json()["type"] == "/problems/illegal-transition"
    second = await at_site.post(f"/shipments/{created['id']}/inspections", json={})
    assert second.json()["type"] == "/problems/already-exists"
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(1)}
    later = await made(at_site, "/appointments", wish)
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"
    freed = (await at_site.get(f"/appointments/{later['id']}")).json()
    assert (freed["state"], freed["cancel_reason"]) == ("CANCELLED", "customs has decided")


async def test_a_missing_paper_blocks_the_clearing_alone_and_is_named(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    seen = await gone_through(at_site, await begun(at_site, created))
    path = f"/shipments/{created['id']}/declaration"
    tag = (await at_site.get(f"/shipments/{created['id']}/clearance")).headers["etag"]
    await done(at_site, path, declaration(), **{"if-match": tag})
    seen = (await at_site.get(f"/inspections/{seen['id']}")).json()
    assert seen["blockers"] == ["special_item_approval missing (applicant)"]
    refused = await post(at_site, seen, "moves", {"move": "clear"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "papers")
    assert "special_item_approval" in refused.json()["detail"]
    seen = await decided(at_site, seen, "wait_for_papers", reason="approval form missing")
    await attached(at_site, created, paper())
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"


async def test_a_second_look_is_a_new_record_that_follows_the_first(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    await booked(at_site, created)
    first = await decided(at_site, await begun(at_site, created), "order_recheck", **WHY)
    path = f"/shipments/{created['id']}"
    assert (await at_site.get(path)).json()["appointment"] is None, "its place is over"
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(1)}
    place = await made(at_site, "/appointments", wish)
    assert (await at_site.get(path)).json()["appointment"]["id"] == place["id"]
    second = await begun(at_site, created)
    assert second["appointment_id"] == place["id"]
    assert (second["follows"], second["number"]) == (first["id"], first["number"] + 1)
    listed = (await at_site.get(f"/inspections?shipment_id={created['id']}")).json()["items"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    still = (await at_site.get("/inspections?undecided=true&site_id=PVG")).json()["items"]
    assert [one["id"] for one in still] == [second["id"]]


async def test_a_place_that_is_over_is_followed_by_none_before_it(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    first = await booked(at_site, created)
    await decided(at_site, await gone_through(at_site, await begun(at_site, created)))
    path = f"/shipments/{created['id']}"
    assert (await at_site.get(path)).json()["appointment"]["id"] == first["id"]
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(1)}
    await made(at_site, "/appointments", wish)
    await decided(at_site, await begun(at_site, created), "order_recheck", **WHY)
    assert (await at_site.get(path)).json()["appointment"] is None


@pytest.mark.parametrize(
    ("move", "state", "place"),
    [
        ("order_return", "RETURN_ORDERED", "REFUSED"),
        ("order_destruction", "DESTRUCTION_ORDERED", "REFUSED"),
        ("order_recheck", "RECHECK_ORDERED", "HELD"),
    ],
)
async def test_every_outcome_ends_the_appointment_and_says_why(
    at_site: httpx.AsyncClient, move: str, state: str, place: str
) -> None:
    created = await shipped(at_site)
    held = await booked(at_site, created)
    seen = await gone_through(at_site, await begun(at_site, created))
    silent = await post(at_site, seen, "moves", {"move": move})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "reason")
    assert (await decided(at_site, seen, move, **WHY))["state"] == state
    assert (await at_site.get(f"/appointments/{held['id']}")).json()["state"] == place


async def test_clearing_starts_the_way_on(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3))
    seen = await gone_through(at_site, await begun(at_site, created))
    await rows(database, "UPDATE leg SET status = 'landed' RETURNING 1")
    onward = {"to_code": "ZJ", "to_lat": 31.2, "to_lon": 121.6}
    await decided(at_site, seen, onward=onward)
    shipment = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert (shipment["legs"][-1]["from_code"], shipment["destination"]) == ("PVG", "ZJ")
    assert shipment["legs"][-1]["planned_arrival"] == at(1)
    [kept] = await rows(database, "SELECT leave_by_at_decision AS at FROM inspection")
    assert kept.at.isoformat() == at(3 + 2 - 1.5).replace("Z", "+00:00")


async def test_cleared_it_leaves_the_order_and_counts_down_to_its_delivery(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3, ready_h=0))
    path = f"/shipments/{created['id']}"
    assert (await at_site.get(path)).json()["rank"] == 1
    seen = await begun(at_site, created)
    under = (await at_site.get(path)).json()
    assert (under["clearance"]["state"], under["clearance"]["deliver_by"]) == ("OPEN", None)
    seen = await decided(at_site, await gone_through(at_site, seen))
    shown = (await at_site.get(path)).json()
    assert (shown["rank"], shown["clearance"]["state"]) == (None, "CUSTOMS_CLEARED")
    assert (shown["clearance"]["deliver_by"], shown["clearance"]["leave_by"]) == (at(4.5), at(3.5))
    assert shown["revision"] > under["revision"]
    received = {"kind": "received", "occurred_at": at(0)}
    await made(at_site, f"{path}/milestones", received)
    assert (await at_site.get(path)).json()["clearance"]["deliver_by"] is None


async def test_what_customs_decides_is_told_to_all_sides_and_never_as_released_alone(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3))
    seen = await gone_through(at_site, await begun(at_site, created))
    seen = await decided(at_site, seen, "wait_for_papers", reason="patient form of Mr Li missing")
    await decided(at_site, seen)
    told = await rows(
        database,
        "SELECT audience, body FROM notification_outbox WHERE kind = 'inspection'"
        " ORDER BY body ->> 'leave_by_at' NULLS FIRST, audience",
    )
    sides = ["applicant", "customs_officer", "operator"]
    assert [(one.audience, one.body["move"]) for one in told] == [
        *((side, "held_for_papers") for side in sides),
        *((side, "customs_cleared") for side in sides),
    ]
    assert "Mr Li" not in str([one.body for one in told])
    assert told[-1].body["leave_by_at"] == at(3.5).replace("Z", "+00:00")
    for language in ("en", "zh"):
        held, cleared = (
            message_of("inspection", one.body, Reader(language=language), None).text
            for one in (told[0], told[-1])
        )
        assert "CUSTOMS_CLEARED" not in held + cleared
        assert ("customs-cleared" if language == "en" else "海关已放行") in cleared
        assert created["reference"] in held

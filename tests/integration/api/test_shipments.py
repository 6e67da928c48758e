"""Entering, reading, ranking and changing shipments over HTTP."""

from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import (
    CRYO,
    NOW,
    Judged,
    at,
    box,
    judge,
    leg,
    made,
    payload,
    raise_alarm,
    rows,
    shipment,
    shipped,
)


async def test_a_shipment_is_read_back_as_it_was_entered(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    read = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert read == created
    assert (read["state"], read["boxes"], read["origin"]) == ("packed", ["CB-0001"], "FRA")
    assert read["phase"]["code"] == "packed"


async def test_without_the_pack_clock_it_is_a_draft(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site, payloads=[payload(pack_closed_at=None)])
    assert created["state"] == "draft"


async def test_entering_leaves_work_an_audit_entry_and_a_frozen_profile(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    work = await rows(database, "SELECT payload_id::text, earliest FROM worklist")
    assert [tuple(row) for row in work] == [
        (created["payloads"][0]["id"], NOW - timedelta(hours=4))
    ]
    entries = await rows(
        database,
        "SELECT action, principal_id FROM audit_entry WHERE entity_id = :id",
        id=created["id"],
    )
    assert [tuple(row) for row in entries] == [("create", "local-operator")]
    frozen = await rows(database, "SELECT profile_id FROM profile WHERE frozen_at IS NOT NULL")
    assert [row[0] for row in frozen] == ["leukapheresis_fresh_2_8"]


async def test_a_refused_shipment_leaves_nothing_behind(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    second = await at_site.post("/shipments", json=shipment("CT-0002"))
    assert second.status_code == 409
    assert second.json()["errors"][0]["pointer"] == "box_id"
    assert "choose another box" in second.json()["remedy"]
    assert len(await rows(database, "SELECT 1 FROM shipment")) == 1


async def test_a_reference_is_given_once(at_site: httpx.AsyncClient) -> None:
    await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    body = shipment("CT-0001", payloads=[payload("CB-0002")])
    again = await at_site.post("/shipments", json=body)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "reference")


async def test_an_unknown_box_profile_or_site_is_named(at_site: httpx.AsyncClient) -> None:
    await made(at_site, "/boxes", box())
    for change, field in (
        ({"payloads": [payload("CB-9999")]}, "box_id"),
        ({"profile_id": "no-such"}, "profile_id"),
        ({"profile_version": 99}, "profile_id"),
        ({"site_id": "XXX"}, "site_id"),
    ):
        answer = await at_site.post("/shipments", json=shipment(**change))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, field)


async def test_a_simulated_box_makes_no_real_shipment(at_site: httpx.AsyncClient) -> None:
    await made(at_site, "/boxes", box())
    answer = await at_site.post("/shipments", json=shipment(simulated=False))
    assert answer.json()["errors"][0]["pointer"] == "simulated"


async def test_a_leg_that_arrives_before_it_departs_is_named(at_site: httpx.AsyncClient) -> None:
    await made(at_site, "/boxes", box())
    wrong = leg(planned_arrival=at(-3))
    answer = await at_site.post("/shipments", json=shipment(legs=[leg(), wrong]))
    assert answer.json()["errors"][0]["pointer"] == "#/legs/1/planned_arrival"


async def test_the_worst_payload_speaks_for_the_shipment(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    await made(at_site, "/boxes", box())
    bags = [payload(reference="A"), payload(reference="B")]
    created = await made(at_site, "/shipments", shipment(payloads=bags))
    first, second = created["payloads"]
    await judge(database, created | {"payloads": [first]}, Judged(latest_start_h=8))
    worse = Judged(latest_start_h=3, condition="BREACHED", evidence="GAPPED", qa_hold=True)
    await judge(database, created | {"payloads": [second]}, worse)
    read = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert (read["condition"], read["evidence"], read["disposition"]) == (
        "BREACHED",
        "GAPPED",
        "QA_HOLD",
    )
    assert read["latest_inspection_start"] == at(3)
    assert [one["condition"] for one in read["payloads"]] == ["IN_RANGE", "BREACHED"]


async def test_the_list_stands_in_the_order_of_inspection(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    for number, latest in ((1, 9.0), (2, 3.0), (3, -1.0), (4, None)):
        created = await shipped(at_site, number)
        await judge(database, created, Judged(latest_start_h=latest, ready_h=None))
    listed = (await at_site.get("/shipments", params={"sort": "slack"})).json()["items"]
    assert [(one["reference"], one["rank"], one["tier"]) for one in listed] == [
        ("CT-0002", 1, "URGENT"),
        ("CT-0001", 2, "SOON"),
        ("CT-0003", 3, "NO_SLOT_IN_TIME"),
        ("CT-0004", None, None),
    ]
    assert listed[0]["slack_s"] == 3 * 3600
    assert listed[2]["rank_reason"] == {"code": "no_slot_in_time", "minutes": -60}


async def test_alone_and_in_the_list_it_has_the_same_place(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    for number, latest in ((1, 9.0), (2, 3.0)):
        await judge(database, await shipped(at_site, number), Judged(latest_start_h=latest))
    listed = (await at_site.get("/shipments", params={"sort": "slack"})).json()["items"]
    for one in listed:
        assert (await at_site.get(f"/shipments/{one['id']}")).json() == one


async def test_what_has_left_for_its_consignee_is_not_in_the_queue(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    way = [leg(), leg(mode="road", carrier_number=None, from_code="PVG", to_code="ZJ")]
    created = await shipped(at_site, 1, legs=way)
    await judge(database, created, Judged())
    await judge(database, await shipped(at_site, 2), Judged(latest_start_h=9))
    for kind, hours in (("departed", -3), ("landed", -2), ("departed", -1)):
        body = {"kind": kind, "occurred_at": at(hours)}
        await at_site.post(f"/shipments/{created['id']}/milestones", json=body)
    listed = (await at_site.get("/shipments", params={"sort": "slack"})).json()["items"]
    assert [(one["reference"], one["rank"]) for one in listed] == [
        ("CT-0002", 1),
        ("CT-0001", None),
    ]
    alone = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert (alone["rank"], alone["phase"]["code"]) == (None, "onward")


async def test_slack_shrinks_with_time_and_the_revision_does_not_grow(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=6, ready_h=None))
    before = (await at_site.get(f"/shipments/{created['id']}")).json()
    clock.advance(timedelta(hours=1))
    after = (await at_site.get(f"/shipments/{created['id']}")).json()
    assert before["slack_s"] - after["slack_s"] == 3600
    assert before["revision"] == after["revision"]


async def test_parts_of_the_list_join_without_gap_or_repeat(at_site: httpx.AsyncClient) -> None:
    for number in range(1, 6):
        await shipped(at_site, number)
    for sort in ("slack", "-created_at"):
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            query = {"sort": sort, "limit": "2"} | ({"cursor": cursor} if cursor else {})
            part = (await at_site.get("/shipments", params=query)).json()
            seen += [one["reference"] for one in part["items"]]
            cursor = part["next_cursor"]
        assert cursor is None
        assert sorted(seen) == [f"CT-000{number}" for number in range(1, 6)]


async def test_states_filter_the_list(at_site: httpx.AsyncClient) -> None:
    await shipped(at_site, 1)
    await shipped(at_site, 2, payloads=[payload("CB-0002", pack_closed_at=None)])
    drafts = (await at_site.get("/shipments", params={"state": "draft"})).json()["items"]
    assert [one["reference"] for one in drafts] == ["CT-0002"]
    assert (await at_site.get("/shipments", params={"state": "lost"})).status_code == 400


async def test_every_visible_change_grows_the_revision(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    seen = [created["revision"]]

    async def look() -> None:
        seen.append((await at_site.get(path)).json()["revision"])

    await judge(database, created, Judged())
    await look()
    alarm_id = await raise_alarm(database, created)
    await look()
    await at_site.post(f"/alarms/{alarm_id}/acknowledge")
    await look()
    booking = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    await made(at_site, "/appointments", booking)
    await look()
    await at_site.patch(
        f"{path}/legs/{created['legs'][0]['id']}", json={"estimated_arrival": at(10)}
    )
    await look()
    assert seen == sorted(set(seen))


async def test_a_change_refuses_what_was_read_before_another_persons_change(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    tag = (await at_site.get(path)).headers["etag"]
    body = {"needed_by": at(40), "needed_by_attested_by": "cell lab"}
    assert (await at_site.patch(path, json=body)).status_code == 428
    changed = await at_site.patch(path, json=body, headers={"if-match": tag})
    assert changed.json()["needed_by"] == at(40)
    stale = await at_site.patch(path, json=body, headers={"if-match": tag})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale-revision")


async def test_a_new_verdict_does_not_refuse_a_persons_change(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    tag = (await at_site.get(path)).headers["etag"]
    await judge(database, created, Judged())
    changed = await at_site.patch(path, json={"product": "x"}, headers={"if-match": tag})
    assert changed.status_code == 200


async def test_moving_a_clock_needs_a_reason_and_is_audited_with_both_values(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    tag = {"if-match": (await at_site.get(path)).headers["etag"]}
    payload_id = created["payloads"][0]["id"]
    body = {"payloads": [{"payload_id": payload_id, "pack_closed_at": at(-5)}]}
    without = await at_site.patch(path, json=body, headers=tag)
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "reason")
    moved = await at_site.patch(path, json=body | {"reason": "misread"}, headers=tag)
    assert moved.json()["payloads"][0]["pack_closed_at"] == at(-5)
    (entry,) = await rows(
        database, "SELECT before, after, reason FROM audit_entry WHERE action = 'update'"
    )
    before = entry.before["payloads"][payload_id]["pack_closed_at"]
    assert (before, entry.reason) == ((NOW - timedelta(hours=4)).isoformat(), "misread")
    (work,) = await rows(
        database, "SELECT earliest FROM worklist WHERE reason = 'shipment_changed'"
    )
    assert work.earliest == NOW - timedelta(hours=5)


async def test_a_cryogenic_product_is_entered_with_its_profile(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site, profile_id=CRYO)
    assert created["profile"]["label_hi_c"] == -150.0


async def test_a_box_cannot_travel_in_two_shipments_at_once(at_site: httpx.AsyncClient) -> None:
    await shipped(at_site)
    answer = await at_site.post("/shipments", json=shipment("CT-0002"))
    assert answer.status_code == 409
    assert "carries another shipment" in answer.text

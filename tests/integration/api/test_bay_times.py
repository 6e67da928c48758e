"""Latest start and spare minutes are those of a site and a bay; days on which a site is shut."""

from datetime import datetime

import httpx

from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, booked
from tests.support.api import Judged, at, bay, judge, made, rows, shipped, site
from tests.support.papers import declaration, done

SLOW = {"inspection_min": 45, "transfer_min": 10}


async def test_a_bay_with_minutes_of_its_own_has_its_own_latest_start(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay(), bay("PVG-C2", **SLOW)]))
    created = await shipped(client)
    await judge(database, created, Judged(latest_start_h=3, ready_h=1))
    items = (await client.get(f"/shipments/{created['id']}/slots")).json()["items"]
    first = {
        bay_id: next(one for one in items if one["bay_id"] == bay_id)
        for bay_id in ("PVG-C1", "PVG-C2")
    }
    assert [(one["start"], one["end"], one["spare_s"]) for one in first.values()] == [
        (at(1), at(1.25), 2 * 3600),
        (at(1.25), at(2), 1.25 * 3600),
    ]
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C2", "start": at(2.75)}
    refused = await client.post("/appointments", json=wish)
    assert "15 minutes after the latest start" in refused.json()["detail"]
    booked = await made(client, "/appointments", {**wish, "start": at(2)})
    assert (booked["end"], booked["spare_s_at_booking"]) == (at(2.75), 1800)
    (row,) = (await client.get("/sites/PVG/queue")).json()["items"]
    assert (row["latest_start"], row["inspection_min"]) == (at(2.5), 45)
    one = (await client.get(f"/shipments/{created['id']}")).json()
    (listed,) = (await client.get("/shipments")).json()["items"]
    for shown in (one, listed):
        told = shown["latest_inspection_start"], shown["ready_at"], shown["slack_s"]
        assert told == (row["latest_start"], row["ready_at"], row["slack_s"])
    await done(client, "/sites/PVG/bays/PVG-C2/times", {"inspection_min": 60, "transfer_min": 20})
    (row,) = (await client.get("/sites/PVG/queue")).json()["items"]
    after = (await client.get(f"/shipments/{created['id']}")).json()
    assert after["latest_inspection_start"] == row["latest_start"] == at(2.25)
    assert after["slack_s"] == row["slack_s"]
    assert after["revision"] > one["revision"]


async def test_what_is_not_booked_is_counted_by_the_best_bay_that_fits_and_names_it(
    client: httpx.AsyncClient, database: Database
) -> None:
    slower = bay("PVG-C1", inspection_min=60)
    frozen = bay("PVG-N1", bay_class="cryogenic", inspection_min=5)
    await made(client, "/sites", site(bays=[slower, bay("PVG-C2", **SLOW), frozen]))
    created = await shipped(client)
    await judge(database, created, Judged(latest_start_h=3, ready_h=1))
    (row,) = (await client.get("/sites/PVG/queue")).json()["items"]
    assert (row["latest_start"], row["inspection_min"]) == (at(2.5), 45)
    one = (await client.get(f"/shipments/{created['id']}")).json()
    (listed,) = (await client.get("/shipments")).json()["items"]
    slots = (await client.get(f"/shipments/{created['id']}/slots")).json()
    assert slots["latest_inspection_start"] == at(2.5)
    for shown in (one, listed):
        told = shown["latest_inspection_start"], shown["ready_at"], shown["slack_s"]
        assert told == (row["latest_start"], row["ready_at"], row["slack_s"])
        assert shown["counted_by_bay"] == "PVG-C2"
    await done(client, "/sites/PVG/bays/PVG-C2/fitness", {"fit": False, "reason": "no power"})
    after = (await client.get(f"/shipments/{created['id']}")).json()
    assert (after["counted_by_bay"], after["latest_inspection_start"]) == ("PVG-C1", at(2.25))
    assert after["revision"] > one["revision"]


async def test_an_inspection_keeps_the_latest_start_of_the_bay_in_which_it_begins(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site(bays=[bay("PVG-C2", **SLOW)]))
    created = await shipped(client)
    await judge(database, created, Judged(latest_start_h=3, ready_h=-1))
    await booked(client, created, "PVG-C2")
    await begun(client, created)
    (kept,) = await rows(database, "SELECT latest_start_at_begin AS at FROM inspection")
    assert kept.at == datetime.fromisoformat(at(2.5))


async def test_the_plan_reckons_with_the_minutes_of_each_bay(
    client: httpx.AsyncClient, database: Database
) -> None:
    grid = {"published_from": at(2), "published_until": at(2.75)}
    bays = [bay("PVG-C1", **grid), bay("PVG-C2", **grid)]
    await made(client, "/sites", site(reserve_share=0.0, bays=bays))
    await done(client, "/sites/PVG/bays/PVG-C1/times", SLOW)
    created = await shipped(client)
    await judge(database, created, Judged(latest_start_h=2.25, ready_h=1))
    (row,) = (await client.get("/sites/PVG/plan")).json()["items"]
    assert (row["bay_id"], row["end"], row["spare_s"]) == ("PVG-C2", at(2.25), 900)
    kept = await rows(database, "SELECT before, after FROM audit_entry WHERE action = 'set_times'")
    assert [(one.before["inspection_min"], one.after["inspection_min"]) for one in kept] == [
        (None, 45)
    ]


async def test_the_reserve_is_kept_for_members_of_the_ways_that_the_site_names(
    client: httpx.AsyncClient, database: Database
) -> None:
    ways = ["institution_whitelist"]
    await made(client, "/sites", site(reserve_share=1.0, quota_regimes=ways))
    created = await shipped(client)
    await judge(database, created, Judged(latest_start_h=5, ready_h=1))
    said = declaration(regime="institution_whitelist", purpose="research")
    await done(client, f"/shipments/{created['id']}/declaration", said)
    (row,) = (await client.get("/sites/PVG/plan")).json()["items"]
    assert row["start"] == at(1)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(4)}
    asked = await made(client, "/appointments", wish)
    assert (asked["state"], asked["asked_because"]) == ("REQUESTED", "RESERVED")
    await client.post(
        f"/appointments/{asked['id']}/cancel",
        json={"reason": "the list is entered first"},
        headers={"if-match": f'"{asked["revision"]}"'},
    )
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "list 7"}
    await made(client, "/memberships", {"regime": "rd_import_pilot", **member})
    await made(client, "/memberships", {"regime": "institution_whitelist", **member})
    booked = await made(client, "/appointments", wish)
    assert booked["state"] == "TENTATIVE"


async def test_what_is_not_opened_may_be_inspected_on_the_apron_and_by_video_from_afar(
    client: httpx.AsyncClient, database: Database
) -> None:
    kinds = {"PVG-A1": "apron", "PVG-R1": "remote", "PVG-C1": "cold_2_8"}
    bays = [bay(bay_id, bay_class=kind) for bay_id, kind in kinds.items()]
    await made(client, "/sites", site(bays=bays))
    wanted = {
        "in_cold_store": {"PVG-C1"},
        "no_open": {"PVG-C1", "PVG-A1"},
        "remote_video": {"PVG-C1", "PVG-R1"},
    }
    for number, (mode, expected) in enumerate(wanted.items(), start=1):
        shut = {"no_open": mode == "no_open"}
        created = await shipped(client, number, inspection_mode=mode, **shut)
        await judge(database, created, Judged(latest_start_h=3, ready_h=1))
        items = (await client.get(f"/shipments/{created['id']}/slots")).json()["items"]
        assert {one["bay_id"] for one in items} == expected
        if mode == "remote_video":
            wish = {"shipment_id": created["id"], "bay_id": "PVG-R1", "start": at(2)}
            await made(client, "/appointments", wish)


async def test_public_holidays_are_days_of_the_sites_clock_for_all_its_bays(
    client: httpx.AsyncClient,
) -> None:
    bays = [bay("PVG-C1"), bay("PVG-C2")]
    await made(client, "/sites", site(bays=bays))
    holiday = {"days": ["2026-11-23"], "reason": "public holiday"}
    closures = await made(client, "/sites/PVG/closures", holiday)
    day = ("2026-11-22T16:00:00Z", "2026-11-23T16:00:00Z")
    assert {one["bay_id"]: (one["start"], one["end"]) for one in closures["items"]} == {
        "PVG-C1": day,
        "PVG-C2": day,
    }
    created = await shipped(client)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": "2026-11-23T08:00:00Z"}
    assert (await client.post("/appointments", json=wish)).status_code == 422
    both = {**holiday, "from": at(1), "to": at(2)}
    assert (await client.post("/sites/PVG/closures", json=both)).status_code == 422

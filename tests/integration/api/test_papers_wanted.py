"""The one place that says which papers a release still needs, and of whom."""

from datetime import timedelta

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from tests.support.api import at, leg, made, shipped, site
from tests.support.papers import attached, clearance, declaration, declared, done, missing, paper


async def test_a_paper_that_is_missing_is_named_with_who_has_it_until_it_is_attached(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    assert missing(await clearance(at_site, created)) == [("declaration", "missing", "applicant")]
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    shown = await clearance(at_site, created)
    assert shown["stage"] == "waiting_for_papers"
    assert missing(shown) == [("special_item_approval", "missing", "applicant")]
    assert shown["blockers"][0]["rule_id"] == "special-item"
    shown = await attached(at_site, created, paper())
    assert (shown["stage"], shown["blockers"]) == ("ready", [])
    assert shown["papers"][0]["number"] == "SI-2026-000417"
    assert shown["parties"] == {
        "applicant": "Acme",
        "shipper": None,
        "consignee": None,
        "organisations": [],
    }
    firm = {"organisation_id": "hospital", "name": "Hospital", "country": "CN"}
    await made(at_site, "/organisations", {**firm, "kind": "consignee"})
    share = {"organisation": "hospital", "party": "consignee", "reason": "receives it"}
    grant = await made(at_site, f"/shipments/{created['id']}/grants", share)
    linked = [{"party": "consignee", "organisation": "hospital"}]
    assert (await clearance(at_site, created))["parties"]["organisations"] == linked
    path = f"/shipments/{created['id']}/grants/{grant['id']}/revoke"
    await done(at_site, path, {"reason": "another one"})
    assert (await clearance(at_site, created))["parties"]["organisations"] == []


async def test_a_missing_paper_keeps_nobody_from_booking(at_site: httpx.AsyncClient) -> None:
    created = await declared(at_site)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    held = await made(at_site, "/appointments", wish)
    assert held["state"] in {"TENTATIVE", "CONFIRMED"}
    assert missing(await clearance(at_site, created))


async def test_a_paper_lapsed_in_flight_is_told_before_blocks_the_release_and_is_cured(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Mishap of the journey: last day 22 November; it lands at 21:00 UTC, 05:00 of the 23rd."""
    created = await declared(at_site)
    shown = await attached(at_site, created, paper(valid_until="2026-11-22"))
    assert shown["papers"][0] | {"since": ""} == {
        "paper": "special_item_approval",
        "subject": "goods",
        "state": "lapsing",
        "since": "",
        "ends_at": "2026-11-22T16:00:00Z",
        "number": "SI-2026-000417",
        "who": "applicant",
        "rule_id": "special-item",
    }
    assert shown["blockers"] == []
    clock.advance(timedelta(hours=3, minutes=59, seconds=59))
    assert (await clearance(at_site, created))["papers"][0]["state"] == "lapsing"
    clock.advance(timedelta(seconds=1))
    shown = await clearance(at_site, created)
    assert missing(shown) == [("special_item_approval", "lapsed", "applicant")]
    assert shown["blockers"][0]["since"] == "2026-11-22T16:00:00Z"
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(10)}
    await made(at_site, "/appointments", wish)
    shown = await attached(at_site, created, paper("SI-2026-000999"))
    assert (shown["stage"], shown["blockers"]) == ("ready", [])


@pytest.mark.parametrize(("zone", "why"), [("Asia/Shanghai", "lapsed"), ("Europe/Berlin", None)])
async def test_the_last_day_is_the_day_of_the_site(
    client: httpx.AsyncClient, clock: FixedClock, zone: str, why: str | None
) -> None:
    await made(client, "/sites", site(zone=zone))
    created = await declared(client)
    await attached(client, created, paper(valid_until="2026-11-22"))
    clock.advance(timedelta(hours=5))
    found = [one["why"] for one in (await clearance(client, created))["blockers"]]
    assert found == ([why] if why else [])


async def test_export_with_boxes_asks_for_a_permit_and_for_papers_of_the_boxes_themselves(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site, direction="out", human_genetic=True, boxes=True)
    wanted = {
        (one["paper"], one["subject"]) for one in (await clearance(at_site, created))["papers"]
    }
    assert wanted == {
        ("special_item_approval", "goods"),
        ("human_genetic_permit", "goods"),
        ("temporary_exit", "boxes"),
    }
    boxes = {
        "kind": "temporary_exit",
        "number": "TE-1001",
        "holder": "Acme",
        "re_export_by": "2027-05-22",
    }
    shown = await attached(at_site, created, boxes, subject="boxes")
    assert [one["paper"] for one in shown["papers"] if one["state"] == "valid"] == [
        "temporary_exit"
    ]
    use = shown["attached"][0]
    path = f"/shipments/{created['id']}/papers/{use['use_id']}/re-export"
    shown = await done(at_site, path, {"reason": "came back with LH 8409"})
    assert shown["attached"][0]["re_exported_at"] == "2026-11-22T12:00:00Z"


async def test_a_regime_is_used_by_its_members_only_and_waives_what_it_waives(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(
        at_site, item="drug", purpose="research", regime="rd_import_pilot", risk_class=None
    )
    shown = await clearance(at_site, created)
    assert [one["waived_by"] for one in shown["waived"]] == ["pilot-drug"]
    assert missing(shown) == [("rd_import_pilot", "not_a_member", "applicant")]
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "directory 3"}
    await made(at_site, "/memberships", {"regime": "institution_whitelist", **member})
    assert missing(await clearance(at_site, created))
    await made(at_site, "/memberships", {"regime": "rd_import_pilot", **member})
    assert (await clearance(at_site, created))["stage"] == "ready"
    listed = (await at_site.get("/memberships", params={"firm": "Acme"})).json()["items"]
    assert len(listed) == 2


async def test_a_rule_of_a_site_stands_in_the_place_of_the_shipped_one_until_it_is_withdrawn(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site)
    document = {
        "id": "special-item",
        "paper": "special_item_approval",
        "effect": "waives",
        "when": {"site": ["PVG"]},
        "source": "agreement 14",
        "grade": "O",
    }
    body = {"document": document, "reason": "trial run"}
    entered = await made(at_site, "/paper-rules", body)
    assert (await clearance(at_site, created))["papers"] == []
    await done(at_site, f"/paper-rules/{entered['entry_id']}/withdrawal", {"reason": "over"})
    assert len((await clearance(at_site, created))["papers"]) == 1
    shown = (await at_site.get("/paper-rules")).json()
    assert {one["id"] for one in shown["shipped"]["rule"]} >= {"special-item", "drug-in"}
    assert len(shown["own"]) == 1
    of_nobody = {**body, "document": {**document, "when": {}}}
    assert (await at_site.post("/paper-rules", json=of_nobody)).status_code == 422


async def test_an_arrival_that_moves_past_the_last_day_shows_before_take_off(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site, legs=[leg(planned_departure=at(1), planned_arrival=at(3))])
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    shown = await attached(at_site, created, paper(valid_until="2026-11-22"))
    assert shown["papers"][0]["state"] == "valid"
    path = f"/shipments/{created['id']}/legs/{created['legs'][0]['id']}"
    await at_site.patch(path, json={"estimated_arrival": at(5)})
    assert (await clearance(at_site, created))["papers"][0]["state"] == "lapsing"

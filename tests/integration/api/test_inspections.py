"""Inspections over HTTP: from the first scan to the signature, and who may not."""

import asyncio
import hashlib
import json
from collections import Counter

import httpx
import pytest
from fastapi import FastAPI

from services.alerts.channels.words import Reader, message_of
from services.api.access import principal_of
from services.api.guards import Principal
from services.api.sight import EVERYTHING
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.inspecting import (
    begun,
    booked,
    decided,
    entered,
    gone_through,
    post,
)
from tests.support.api import Judged, at, judge, made, rows, shipped
from tests.support.papers import attached, declaration, done, paper

WHY = {"reason": "as ordered"}


async def test_an_inspection_begins_in_its_appointment_and_is_the_officers(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    place = await booked(at_site, created)
    seen = await begun(at_site, created)
    assert (seen["state"], seen["claimed_by"], seen["bay_id"]) == (
        "OPEN",
        "local-operator",
        "PVG-C1",
    )
    assert (seen["appointment_id"], seen["due_end_at"]) == (place["id"], at(0.25))
    assert seen["expected"] == {"box": ["CB-0001"]}
    assert (seen["may_open"], seen["no_xray"], seen["follows"]) == (True, True, None)
    held = (await at_site.get(f"/appointments/{place['id']}")).json()
    assert held["state"] == "IN_INSPECTION"


async def test_clearing_needs_the_box_scanned_and_the_list_gone_through(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await begun(at_site, await shipped(at_site))
    early = await post(at_site, seen, "moves", {"move": "clear"})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (409, "scans")
    seen = await entered(at_site, seen, "scans", {"mark": "box", "code": " cb-0001 "})
    half = await post(at_site, seen, "moves", {"move": "clear"})
    assert (half.status_code, half.json()["errors"][0]["pointer"]) == (409, "checklist")
    assert "seal_intact" in half.json()["detail"]
    seen = await decided(at_site, await gone_through(at_site, seen))
    assert (seen["state"], seen["decided_by"]) == ("CUSTOMS_CLEARED", "local-operator")


async def test_what_failed_is_not_cleared_but_may_be_answered_anew(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await gone_through(at_site, await begun(at_site, await shipped(at_site)))
    failed = {"key": "packaging_intact", "answer": "failed", "note": "a tear"}
    seen = await entered(at_site, seen, "checks", failed)
    refused = await post(at_site, seen, "moves", {"move": "clear"})
    assert (refused.status_code, "packaging_intact" in refused.json()["detail"]) == (409, True)
    seen = await entered(at_site, seen, "checks", {**failed, "answer": "passed"})
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"


async def test_a_signature_is_bound_to_the_digest_of_the_record(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    seen = await gone_through(at_site, await begun(at_site, await shipped(at_site)))
    seen = await decided(at_site, seen)
    record = await at_site.get(f"/inspections/{seen['id']}/record")
    assert hashlib.sha256(record.content).hexdigest() == seen["record_sha256"]
    told = json.loads(record.content)
    assert told["entries"][-1]["facts"]["signed_as"] == "customs_cleared"
    assert told["scans"][0]["matches"] is True
    [signed] = await rows(database, "SELECT entity, entity_id, meaning, sha256 FROM signature")
    assert (signed.entity, signed.entity_id) == ("inspection", seen["id"])
    assert (signed.meaning, bytes(signed.sha256).hex()) == (
        "customs_cleared",
        seen["record_sha256"],
    )


async def test_a_mismatch_blocks_what_cannot_be_undone_and_not_the_holding(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await gone_through(at_site, await begun(at_site, await shipped(at_site)))
    seen = await entered(at_site, seen, "scans", {"mark": "box", "code": "CB-0099"})
    assert (seen["mismatch"], seen["scans"][-1]["expected"]) == (["box"], ["CB-0001"])
    for move in ("clear", "order_return", "order_destruction"):
        refused = await post(at_site, seen, "moves", {"move": move, **WHY})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "scans")
    seen = await decided(at_site, seen, "order_recheck", **WHY)
    assert seen["state"] == "RECHECK_ORDERED"


async def test_seal_and_code_are_asked_for_once_they_are_known(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    marks = f"/shipments/{created['id']}/marks"
    await made(at_site, marks, {"mark": "seal", "code": "s-1"})
    code = {"mark": "identity_code", "code": "COI-7", "payload_id": created["payloads"][0]["id"]}
    await made(at_site, marks, code)
    seen = await gone_through(at_site, await begun(at_site, created))
    refused = await post(at_site, seen, "moves", {"move": "clear"})
    assert "seal, identity_code" in refused.json()["detail"]
    for mark, read in (("seal", "S-1"), ("identity_code", "coi-7")):
        seen = await entered(at_site, seen, "scans", {"mark": mark, "code": read})
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"


async def test_the_new_seal_takes_the_place_of_the_one_that_was_cut(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    marks = f"/shipments/{created['id']}/marks"
    await made(at_site, marks, {"mark": "seal", "code": "S-1"})
    seen = await entered(at_site, await begun(at_site, created), "seals", {"code": "S-2"})
    assert seen["expected"]["seal"] == ["S-2"]
    assert seen["entries"][-1]["facts"] == {"new": "S-2", "cut": ["S-1"]}
    listed = (await at_site.get(marks)).json()["items"]
    old, new = sorted(listed, key=lambda one: str(one["code"]))
    assert (old["code"], old["ended_at"], new["code"], new["ended_at"]) == (
        "S-1",
        at(0),
        "S-2",
        None,
    )


async def test_nothing_is_sampled_and_no_mode_opens_what_stays_shut(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site, no_open=True)
    refused = await at_site.post(
        f"/shipments/{created['id']}/inspections", json={"mode": "open_cold_bay"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "mode")
    seen = await begun(at_site, created)
    assert (seen["may_open"], "sample_taken" in str(seen["checklist"])) == (False, False)
    sampled = await post(at_site, seen, "checks", {"key": "sample_taken", "answer": "passed"})
    assert (sampled.status_code, sampled.json()["errors"][0]["pointer"]) == (422, "key")


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
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"


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
    first = await decided(at_site, await begun(at_site, created), "order_recheck", **WHY)
    second = await begun(at_site, created)
    assert (second["follows"], second["number"]) == (first["id"], first["number"] + 1)
    listed = (await at_site.get(f"/inspections?shipment_id={created['id']}")).json()["items"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    still = (await at_site.get("/inspections?undecided=true&site_id=PVG")).json()["items"]
    assert [one["id"] for one in still] == [second["id"]]


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


def _officer(name: str) -> Principal:
    return Principal(
        principal_id=name,
        kind="person",
        name=name,
        source="test",
        roles=frozenset({Role.CUSTOMS_OFFICER}),
        sight=EVERYTHING,
    )


async def _second_officer(app: FastAPI, database: Database, name: str) -> None:
    """From now on another officer asks."""
    await rows(
        database,
        "INSERT INTO principal (principal_id, kind, name, created_at)"
        " VALUES (:name, 'person', :name, now()) RETURNING 1",
        name=name,
    )
    app.dependency_overrides[principal_of] = lambda: _officer(name)


async def test_the_second_officer_is_told_who_has_it_and_may_take_it_over(
    at_site: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    created = await shipped(at_site)
    seen = await begun(at_site, created)
    await _second_officer(app, database, "officer-wang")
    again = await at_site.post(f"/shipments/{created['id']}/inspections", json={})
    assert again.status_code == 409
    assert "local-operator has inspection" in again.json()["detail"]
    written = await post(at_site, seen, "findings", {"text": "mine", "severity": "note"})
    assert (written.status_code, written.json()["errors"][0]["pointer"]) == (409, "claimed_by")
    mine = await decided(at_site, seen, "take_over", reason="end of shift")
    assert (mine["claimed_by"], mine["entries"][-1]["facts"]["from"]) == (
        "officer-wang",
        "local-operator",
    )
    late = await post(at_site, seen, "findings", {"text": "old", "severity": "note"})
    assert late.status_code == 412


async def test_of_eight_officers_who_begin_at_once_one_has_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/inspections"
    answers = await asyncio.gather(*(at_site.post(path, json={}) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert {a.json()["type"] for a in answers if a.status_code == 409} == {
        "/problems/already-exists"
    }
    assert len(await rows(database, "SELECT 1 FROM inspection")) == 1


async def test_of_two_who_write_from_the_same_state_one_is_refused(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await begun(at_site, await shipped(at_site))
    finding = {"text": "label smudged", "severity": "minor"}
    answers = await asyncio.gather(*(post(at_site, seen, "findings", finding) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    blind = await at_site.post(f"/inspections/{seen['id']}/findings", json=finding)
    assert blind.status_code == 428


async def test_the_right_box_is_picked_by_its_scan_and_a_wrong_one_is_not(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/picking-scans"
    wrong = await at_site.post(path, json={"mark": "box", "code": "CB-0002"})
    assert (wrong.json()["matches"], wrong.json()["first_action"]) == (
        False,
        "alarm.identity_mismatch.action",
    )
    assert await rows(database, "SELECT 1 FROM milestone WHERE kind = 'picked'") == []
    right = await at_site.post(path, json={"mark": "box", "code": "CB-0001"})
    assert (right.json()["matches"], right.json()["first_action"]) == (True, None)
    assert len(await rows(database, "SELECT 1 FROM milestone WHERE kind = 'picked'")) == 1


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


async def test_a_number_of_a_person_is_kept_out_of_the_record(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await begun(at_site, await shipped(at_site))
    card = "11010519491231002X"
    finding = {"text": f"label names {card}", "severity": "note"}
    check = {"key": "packaging_intact", "answer": "failed", "note": "call 13800138000"}
    void = {"move": "void", "reason": "passport E12345678"}
    for what, body, field, kind in (
        ("findings", finding, "text", "identity card"),
        ("checks", check, "note", "telephone"),
        ("moves", void, "reason", "passport"),
    ):
        refused = await post(at_site, seen, what, body)
        [error] = refused.json()["errors"]
        assert (refused.status_code, error["pointer"]) == (422, f"#/{field}")
        assert (kind in error["detail"], "leave it out" in error["detail"]) == (True, True)
        assert not any(number in refused.text for number in (card, "13800138000", "E12345678"))
    kept = (await at_site.get(f"/inspections/{seen['id']}")).json()
    assert (kept["entries"], kept["state"]) == ([], "OPEN")


async def test_every_step_is_in_the_audit_trail(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    seen = await decided(at_site, await begun(at_site, await shipped(at_site)), "void", **WHY)
    entries = await rows(
        database, "SELECT action FROM audit_entry WHERE entity_id = :id ORDER BY id", id=seen["id"]
    )
    assert [row.action for row in entries] == ["begin", "move"]


async def test_a_site_brings_its_own_checklist_and_versions_never_change(
    at_site: httpx.AsyncClient,
) -> None:
    item = {
        "key": "colour",
        "section": "physical",
        "text_en": "Colour",
        "text_zh": "颜色",
        "modes": ["in_cold_store"],
    }
    body = {
        "template_id": "own",
        "name_en": "Own",
        "name_zh": "自有",
        "source": "site order 7 (O)",
        "items": [item],
    }
    await made(at_site, "/checklists", body)
    seen = await begun(at_site, await shipped(at_site), template_id="own")
    await made(at_site, "/checklists", {**body, "items": [item | {"key": "smell"}]})
    again = (await at_site.get(f"/inspections/{seen['id']}")).json()
    assert [one["key"] for one in again["checklist"]] == ["colour"]
    listed = (await at_site.get("/checklists")).json()["items"]
    assert [(one["template_id"], one["version"]) for one in listed] == [
        ("own", 1),
        ("own", 2),
        ("special_items", 1),
    ]
    twice = await at_site.post("/checklists", json={**body, "items": [item, item]})
    assert twice.status_code == 422

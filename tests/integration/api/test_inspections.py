"""Inspections over HTTP: from the first scan to the signature, and who may not."""

import hashlib
import json

import httpx

from services.core.storage.database import Database
from tests.integration.api.inspecting import (
    begun,
    booked,
    decided,
    entered,
    gone_through,
    post,
)
from tests.support.api import at, made, rows, shipped

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
    taken = "SELECT entity_id, after FROM audit_entry WHERE action = 'export'"
    assert [tuple(one) for one in await rows(database, taken)] == [
        (seen["id"], {"record_sha256": seen["record_sha256"]})
    ], "what is taken out is an entry"
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

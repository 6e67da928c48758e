"""Moves of profiles, rules of retention, what departments and officers decide, and emergencies
of data are signed."""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.test_factors import with_app
from tests.support.api import at, made, rows, shipped
from tests.support.papers import declaration, done, key_of
from tests.support.people import PASSWORD, entered

RULE = {
    "sponsor": "Hospital",
    "keep_days": 5475,
    "effective_from": at(7 * 24),
    "reference": "QAA-2026-14, 7.3",
    "reason": "duty ends",
}
MOVE = {"profile_id": "acme", "reason": "stability study 7 is in"}
MINUTE = timedelta(minutes=1)
ASSESSMENT = {
    "assessor": "Expert panel 4",
    "result": "accepted_with_conditions",
    "conditions": [{"name": "sealed", "text": "seal intact on arrival"}],
    "valid_from": "2026-11-01",
}
ABROAD = {"organisation_id": "lab-us", "name": "Lab", "country": "US", "kind": "consignee"}
EMERGENCY = {
    "organisation": "lab-us",
    "classes": ["personal"],
    "ends_at": at(4),
    "reason": "life in danger",
}
CONTRACT = {
    "organisation": "lab-us",
    "kind": "standard_contract",
    "number": "SC-1",
    "classes": ["personal"],
    "purposes": ["reading"],
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "reason": "signed",
}
BASIS = {"basis_id": "transplant-2015", "due_on": "2026-12-04", "reason": "patient conditioned"}


@pytest.fixture
async def asked(at_site: httpx.AsyncClient) -> dict[str, Any]:
    """A shipment under joint supervision whose departments are asked, and a profile of ours."""
    base = {"profile_id": "acme", "base_profile_id": "leukapheresis_fresh_2_8"}
    await made(at_site, "/profiles", base)
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "list 1"}
    await made(at_site, "/memberships", {"regime": "joint_supervision", **member})
    created = await shipped(at_site)
    body = declaration(regime="joint_supervision")
    await done(at_site, f"/shipments/{created['id']}/declaration", body)
    await done(at_site, f"/shipments/{created['id']}/sign-offs")
    return created


def told(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["meaning"], one["signed_by"]) for one in shown["signatures"]]


async def holds(client: httpx.AsyncClient, database: Database, shown: Mapping[str, Any]) -> None:
    """Each digest that is shown is that of the bytes that are kept, and the check agrees."""
    kept = await rows(database, "SELECT signature_id, record FROM signature")
    records = {str(one.signature_id): bytes(one.record) for one in kept}
    for one in shown["signatures"]:
        record = records[one["signature_id"]]
        assert sha256(record).hexdigest() == one["sha256"]
        said = json.loads(record)
        assert [said[name] for name in ("entity", "entity_id", "meaning")] == [
            one[name] for name in ("entity", "entity_id", "meaning")
        ]
    found = (await client.get("/audit/verification")).json()
    assert (found["findings"], found["signatures"]) == ([], len(kept))


async def test_who_asks_for_a_move_and_who_confirms_it_sign_what_it_brings(
    at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any], clock: FixedClock
) -> None:
    path = f"/shipments/{asked['id']}/profile-moves"
    move = await made(at_site, path, MOVE)
    assert told(move) == [("requested", "local-operator")]
    second = await key_of(at_site, "qa_approver", "chen.yu")
    clock.advance(MINUTE)
    await done(at_site, f"{path}/{move['move_id']}/confirm", {}, **second)
    (shown,) = (await at_site.get(path)).json()["items"]
    assert told(shown) == [("requested", "local-operator"), ("approved", "chen.yu")]
    await holds(at_site, database, shown)
    (record,) = await rows(database, "SELECT record FROM signature WHERE meaning = 'approved'")
    said = json.loads(bytes(record[0]))
    assert said["before"][0]["profile_id"] == "leukapheresis_fresh_2_8"
    assert said["document"]["numbers"]


async def test_who_enters_a_rule_of_retention_and_who_withdraws_it_sign_it(
    client: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    rule = await made(client, "/retention-rules", RULE)
    path = f"/retention-rules/{rule['rule_id']}/withdrawal"
    clock.advance(MINUTE)
    await done(client, path, {"reason": "contract prolonged"})
    (shown,) = (await client.get("/retention-rules")).json()["items"]
    assert told(shown) == [("authored", "local-operator"), ("withdrawn", "local-operator")]
    await holds(client, database, shown)


async def test_departments_sign_what_they_decide_and_the_applicant_only_answers(
    at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any], clock: FixedClock
) -> None:
    shown = (await at_site.get(f"/shipments/{asked['id']}/clearance")).json()
    (step,) = [one for one in shown["sign_offs"] if one["department"] == "customs"]
    officer = await key_of(at_site, "customs_officer", "wang.li")
    path = f"/sign-offs/{step['id']}/steps"
    await done(at_site, path, {"move": "send_back", "reason": "seal number?"}, **officer)
    await done(at_site, path, {"move": "answer", "reason": "it is A-7"})
    clock.advance(MINUTE)
    shown = await done(at_site, path, {"move": "give", "reason": "seen"}, **officer)
    assert told(shown) == [("sent_back", "wang.li"), ("no_objection", "wang.li")]
    await holds(at_site, database, shown)


async def test_an_officer_signs_a_release_before_the_papers_and_its_end(
    at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any], clock: FixedClock
) -> None:
    officer = await key_of(at_site, "customs_officer", "wang.li")
    await done(at_site, "/officials/wang.li", {"grade": 3})
    path = f"/shipments/{asked['id']}/emergency-releases"
    shown = await done(at_site, path, BASIS, **officer)
    steps = f"/emergency-releases/{shown['emergency']['id']}/steps"
    clock.advance(MINUTE)
    revoked = {"move": "revoke", "reason": "wrong shipment"}
    shown = await done(at_site, steps, revoked, **officer)
    assert told(shown) == [("released_before_papers", "wang.li"), ("revoked", "wang.li")]
    await holds(at_site, database, shown)


async def test_an_officer_signs_a_risk_assessment_with_its_conditions(
    at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any]
) -> None:
    officer = await key_of(at_site, "customs_officer", "wang.li")
    body = {**ASSESSMENT, "shipment_id": asked["id"]}
    entered = await done(at_site, "/risk-assessments", body, **officer)
    assert told(entered) == [("accepted_with_conditions", "wang.li")]
    await holds(at_site, database, entered)
    (record,) = await rows(database, "SELECT record FROM signature")
    said = json.loads(bytes(record[0]))
    assert said["assessment"]["conditions"] == ASSESSMENT["conditions"]
    shown = (await at_site.get(f"/shipments/{asked['id']}/clearance")).json()
    assert shown["signatures"] == entered["signatures"]


async def test_a_department_that_does_not_see_the_conditions_sees_no_signature_on_them(
    at_site: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await done(at_site, "/risk-assessments", {**ASSESSMENT, "shipment_id": asked["id"]})
    path = f"/shipments/{asked['id']}/clearance"
    for department, sees in (("customs", True), ("science_technology", False)):
        officer = await key_of(at_site, "customs_officer", f"of.{department}")
        await done(at_site, f"/officials/of.{department}", {"department": department})
        shown = (await at_site.get(path, headers=officer)).json()
        assert ("conditions" in (shown["assessment"] or {})) is sees, department
        assert (told(shown) != []) is sees, department


async def test_whoever_declares_a_data_emergency_settles_or_ends_it_signs_it(
    app: FastAPI, client: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    quality = await entered(app, client, "chen.yu", "qa_approver")
    await with_app(quality, clock)
    await made(client, "/organisations", ABROAD)
    await quality.post("/me/confirmation", {"password": PASSWORD})
    entry = (await quality.post("/data-policy/emergencies", EMERGENCY)).json()
    clock.advance(MINUTE)
    path = f"/data-policy/entries/{entry['entry_id']}/withdrawal"
    await done(client, path, {"reason": "patient was treated"})
    clock.advance(MINUTE)
    path = f"/data-policy/emergencies/{entry['entry_id']}/papers"
    await quality.post("/me/confirmation", {"password": PASSWORD})
    assert (await quality.post(path, {"reference": "CAC-7"})).status_code == 200
    (shown,) = (await client.get("/data-policy/entries")).json()["items"]
    assert told(shown) == [
        ("declared", "chen.yu"),
        ("withdrawn", "local-operator"),
        ("made_up", "chen.yu"),
    ]
    await holds(client, database, shown)


async def test_a_rule_on_data_that_is_withdrawn_is_no_emergency_and_bears_no_signature(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/organisations", ABROAD)
    contract = await made(client, "/data-policy/instruments", CONTRACT)
    path = f"/data-policy/entries/{contract['entry_id']}/withdrawal"
    ended = await done(client, path, {"reason": "ended"})
    assert ended["signatures"] == []
    assert await rows(database, "SELECT 1 FROM signature") == []


async def test_s33_each_of_them_asks_a_session_for_a_fresh_proof(
    app: FastAPI, at_site: httpx.AsyncClient, database: Database, asked: dict[str, Any],
    clock: FixedClock,
) -> None:  # fmt: skip
    shown = (await at_site.get(f"/shipments/{asked['id']}/clearance")).json()
    (step,) = [one for one in shown["sign_offs"] if one["department"] == "customs"]
    quality = await entered(app, at_site, "chen.yu", "qa_approver")
    officer = await entered(app, at_site, "wang.li", "customs_officer")
    await done(at_site, "/officials/wang.li", {"grade": 3, "department": "customs"})
    move = await made(at_site, f"/shipments/{asked['id']}/profile-moves", MOVE)
    confirm = f"/shipments/{asked['id']}/profile-moves/{move['move_id']}/confirm"
    await made(at_site, "/organisations", ABROAD)
    for person in (quality, officer):
        await with_app(person, clock)
    for person, path, body in (
        (quality, confirm, {}),
        (quality, f"/shipments/{asked['id']}/profile-moves", MOVE),
        (quality, "/retention-rules", RULE),
        (quality, "/data-policy/emergencies", EMERGENCY),
        (officer, f"/sign-offs/{step['id']}/steps", {"move": "give", "reason": "seen"}),
        (officer, f"/shipments/{asked['id']}/emergency-releases", BASIS),
        (officer, "/risk-assessments", {**ASSESSMENT, "shipment_id": asked["id"]}),
    ):
        before = await rows(database, "SELECT 1 FROM signature")
        refused = await person.post(path, body)
        found = (refused.status_code, refused.json()["errors"][0]["pointer"])
        assert found == (403, "confirmation"), path
        assert await rows(database, "SELECT 1 FROM signature") == before
        await person.post("/me/confirmation", {"password": PASSWORD})
        signed = await person.post(path, body)
        assert signed.status_code in {200, 201}, signed.text
        assert len(await rows(database, "SELECT 1 FROM signature")) == len(before) + 1


async def test_s63_record_that_was_changed_under_its_signature_is_named(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/retention-rules", RULE)
    async with database.unit_of_work() as unit:
        await unit.execute(text("ALTER TABLE signature DISABLE TRIGGER USER"))
        await unit.execute(text("UPDATE signature SET record = record || CAST(' ' AS bytea)"))
    (finding,) = (await client.get("/audit/verification")).json()["findings"]
    assert finding["fault"] == "signature"
    assert finding["detail"].endswith("the record is not what was signed")

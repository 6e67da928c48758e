"""Departments sign off in parallel, conditions are looked at, and emergencies fall due."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import made, rows, shipped
from tests.support.papers import attached, clearance, declaration, done, key_of, paper, plan

DEPARTMENTS = {
    "customs",
    "health",
    "drug_authority",
    "district",
    "science_technology",
    "company",
}


@pytest.fixture
async def supervised(at_site: httpx.AsyncClient) -> dict[str, Any]:
    """A shipment under joint supervision, its papers there, its departments asked."""
    created = await shipped(at_site)
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "list 1"}
    await made(at_site, "/memberships", {"regime": "joint_supervision", **member})
    body = declaration(regime="joint_supervision")
    await done(at_site, f"/shipments/{created['id']}/declaration", body)
    await attached(at_site, created, paper())
    await attached(at_site, created, plan(), quantity="1")
    await done(at_site, f"/shipments/{created['id']}/sign-offs")
    return created


def step_of(shown: dict[str, Any], department: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in shown["sign_offs"] if one["department"] == department
    )
    return found


def with_whom(shown: dict[str, Any]) -> dict[str, str]:
    return {one["what"]: one["who"] for one in shown["blockers"]}


async def test_every_department_is_asked_at_once_and_the_view_says_who_has_it(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    shown = await clearance(at_site, supervised)
    assert {one["department"] for one in shown["sign_offs"]} == DEPARTMENTS
    assert with_whom(shown) == {**{one: one for one in DEPARTMENTS}, "risk": "district"}
    again = await at_site.post(f"/shipments/{supervised['id']}/sign-offs", json={})
    assert again.status_code == 409
    health = step_of(shown, "health")
    path = f"/sign-offs/{health['id']}/steps"
    shown = await done(at_site, path, {"move": "send_back", "reason": "donor test is missing"})
    assert with_whom(shown)["health"] == "applicant"
    shown = await done(at_site, path, {"move": "answer", "reason": "test attached"})
    assert with_whom(shown)["health"] == "health"
    shown = await done(at_site, path, {"move": "give", "reason": "seen"})
    assert "health" not in with_whom(shown)
    wrong = await at_site.post(path, json={"move": "give", "reason": "again"})
    assert wrong.json()["type"] == "/problems/illegal-transition"


async def test_the_list_says_of_every_shipment_what_is_missing_and_who_has_it(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    undeclared = await shipped(at_site, 2)
    first = (await at_site.get("/clearances", params={"limit": 1})).json()
    rest = (await at_site.get("/clearances", params={"cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (1, 1, None)
    told = {one["shipment_id"]: with_whom(one) for one in first["items"] + rest["items"]}
    assert told == {
        supervised["id"]: {**{name: name for name in DEPARTMENTS}, "risk": "district"},
        undeclared["id"]: {"declaration": "applicant"},
    }
    officer = await key_of(at_site, "customs_officer", "wang.li")
    shown = await at_site.get(f"/shipments/{supervised['id']}/clearance", headers=officer)
    assert (shown.json()["signs_for"], shown.json()["officer_grade"]) == (["customs"], None)
    odd = await at_site.get("/clearances", params={"cursor": "WzFd"})
    assert odd.status_code == 400


async def test_a_shipment_outside_a_regime_asks_nobody(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    answer = await at_site.post(f"/shipments/{created['id']}/sign-offs", json={})
    assert answer.status_code == 409


async def test_a_step_is_overdue_after_its_time(
    at_site: httpx.AsyncClient, supervised: dict[str, Any], clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=12))
    shown = await clearance(at_site, supervised)
    assert {one["department"] for one in shown["sign_offs"] if one["overdue"]} == {"company"}


async def test_two_who_move_one_step_at_once_are_told_apart(
    at_site: httpx.AsyncClient, supervised: dict[str, Any], database: Database
) -> None:
    step = step_of(await clearance(at_site, supervised), "district")
    path = f"/sign-offs/{step['id']}/steps"
    moves = [{"move": move, "reason": "seen"} for move in ("give", "refuse", "send_back") * 2]
    answers = await asyncio.gather(*(at_site.post(path, json=move) for move in moves))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert len(await rows(database, "SELECT 1 FROM sign_off_step")) == 1


async def test_each_department_moves_its_own_step_only(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    shown = await clearance(at_site, supervised)
    officer = await key_of(at_site, "customs_officer", "wang.li")
    give = {"move": "give", "reason": "seen"}
    health = f"/sign-offs/{step_of(shown, 'health')['id']}/steps"
    customs = f"/sign-offs/{step_of(shown, 'customs')['id']}/steps"
    assert (await at_site.post(health, json=give, headers=officer)).status_code == 403
    assert (await at_site.post(customs, json=give, headers=officer)).status_code == 200
    await done(at_site, "/officials/wang.li", {"department": "health"})
    (official,) = (await at_site.get("/officials")).json()["items"]
    assert (official["principal_id"], official["department"]) == ("wang.li", "health")
    assert (await at_site.post(health, json=give, headers=officer)).status_code == 200
    unknown = await at_site.post("/officials/nobody", json={"grade": 3})
    assert unknown.status_code == 404


async def test_a_department_sees_its_part_and_always_what_is_missing(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    path = f"/shipments/{supervised['id']}/clearance"
    for department, seen in (
        ("customs", {"goods", "parties", "papers", "assessment"}),
        ("drug_authority", {"goods", "parties"}),
        ("science_technology", {"goods", "parties"}),
    ):
        shown = (await at_site.get(path, params={"department": department})).json()
        parts = {name for name in ("goods", "parties", "papers") if shown[name] is not None}
        assert parts == seen - {"assessment"}, department
        assert shown["blockers"]


async def test_an_officer_sees_the_part_of_the_own_department_whatever_is_asked(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    path = f"/shipments/{supervised['id']}/clearance"
    officer = await key_of(at_site, "customs_officer", "wang.li")
    authority = await key_of(at_site, "supervising_authority", "zhou.ke")
    await done(at_site, "/officials/zhou.ke", {"department": "science_technology"})
    for headers, own, parts in (
        (officer, "customs", {"goods", "parties", "papers"}),
        (authority, "science_technology", {"goods", "parties"}),
    ):
        for asked in (None, own):
            query = {} if asked is None else {"department": asked}
            shown = (await at_site.get(path, params=query, headers=headers)).json()
            assert {n for n in ("goods", "parties", "papers") if shown[n] is not None} == parts
        other = await at_site.get(path, params={"department": "health"}, headers=headers)
        assert (other.status_code, other.json()["errors"][0]["pointer"]) == (403, "department")
    nobody = await key_of(at_site, "supervising_authority", "wu.di")
    blank = (await at_site.get(path, headers=nobody)).json()
    assert (blank["goods"], blank["parties"], blank["papers"]) == (None, None, None)
    assert blank["blockers"]


async def test_lists_and_papers_are_narrowed_to_the_department_as_the_clearance_is(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    """Health sees papers under joint supervision alone, science and technology none at all."""
    loose = await made(at_site, "/papers", paper("SI-2026-LOOSE"))
    used = (await clearance(at_site, supervised))["attached"]
    officer = await key_of(at_site, "customs_officer", "wang.li")
    for department, papers, arrival in (
        (None, {loose["paper_id"], *(one["paper_id"] for one in used)}, True),
        ("health", {one["paper_id"] for one in used}, False),
        ("science_technology", set(), False),
    ):
        if department is not None:
            await done(at_site, "/officials/wang.li", {"department": department})
        listed = (await at_site.get("/papers", headers=officer)).json()["items"]
        assert {one["paper_id"] for one in listed} == papers, department
        alone = {}
        for one in (loose, *used):
            answer = await at_site.get(f"/papers/{one['paper_id']}", headers=officer)
            alone[one["paper_id"]] = answer.status_code
        assert alone == {name: 200 if name in papers else 403 for name in alone}, department
        (line,) = (await at_site.get("/clearances", headers=officer)).json()["items"]
        assert (line["arrival_at"] is not None) == arrival, department
        assert (line["lapsing"] is not None) == bool(papers), department
        assert line["sign_offs"]


async def test_an_authority_sees_its_part_alone_and_signs_its_step_alone(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    person = await key_of(at_site, "supervising_authority", "lin.hua")
    path = f"/shipments/{supervised['id']}/clearance"
    nobodys = (await at_site.get(path, headers=person)).json()
    assert (nobodys["goods"], nobodys["papers"], nobodys["signs_for"]) == (None, None, [])
    assert with_whom(nobodys)["health"] == "health"
    await done(at_site, "/officials/lin.hua", {"department": "science_technology"})
    shown = (await at_site.get(path, headers=person)).json()
    assert (shown["goods"]["item"], shown["papers"]) == ("special_item", None)
    assert shown["signs_for"] == ["science_technology"]
    give = {"move": "give", "reason": "seen"}
    other = f"/sign-offs/{step_of(shown, 'health')['id']}/steps"
    assert (await at_site.post(other, json=give, headers=person)).status_code == 403
    own = f"/sign-offs/{step_of(shown, 'science_technology')['id']}/steps"
    answer = await at_site.post(own, json=give, headers=person)
    assert (answer.status_code, answer.json()["papers"]) == (200, None)
    (line,) = (await at_site.get("/clearances", headers=person)).json()["items"]
    assert "science_technology" not in with_whom(line)


async def test_conditions_of_a_plan_are_the_officers_checklist_and_a_breach_is_with_the_lead(
    at_site: httpx.AsyncClient, supervised: dict[str, Any]
) -> None:
    plan_id = next(
        one["paper_id"]
        for one in (await clearance(at_site, supervised))["attached"]
        if one["kind"] == "annual_plan"
    )
    assessment = {
        "paper_id": plan_id,
        "assessor": "Expert panel 4",
        "result": "accepted_with_conditions",
        "conditions": [
            {"name": "sealed", "text": "seal intact on arrival"},
            {"name": "cold", "text": "2 to 8 degrees throughout"},
        ],
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    await made(at_site, "/risk-assessments", assessment)
    shown = await clearance(at_site, supervised)
    assert (shown["assessment"]["of_plan"], with_whom(shown)["sealed"]) == (True, "customs_officer")
    path = f"/shipments/{supervised['id']}/condition-checks"
    without = await at_site.post(path, json={"condition": "cold", "outcome": "breached"})
    assert without.status_code == 422
    await made(at_site, path, {"condition": "sealed", "outcome": "kept"})
    breach = {"condition": "cold", "outcome": "breached", "note": "11 degrees for 2 h"}
    shown = await made(at_site, path, breach)
    assert with_whom(shown)["cold"] == "district"
    assert "sealed" not in with_whom(shown)
    officer = await key_of(at_site, "customs_officer", "wang.li")
    waive = {"condition": "cold", "outcome": "waived"}
    assert (await at_site.post(path, json=waive, headers=officer)).status_code == 403
    shown = await made(at_site, path, waive)
    assert "cold" not in with_whom(shown)
    unknown = await at_site.post(path, json={"condition": "dry", "outcome": "kept"})
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "shipment_id"),
        ({"result": "accepted_with_conditions"}, "conditions"),
        ({"conditions": [{"name": "a", "text": "b"}]}, "conditions"),
        (
            {
                "result": "accepted_with_conditions",
                "conditions": [{"name": "a", "text": "b"}] * 2,
            },
            "conditions",
        ),
    ],
)
async def test_an_assessment_that_fits_nothing_is_refused(
    still: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    body = {"assessor": "Panel", "result": "accepted", "valid_from": "2026-01-01", **changes}
    if changes:
        body["paper_id"] = "019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11"
    answer = await still.post("/risk-assessments", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, field)

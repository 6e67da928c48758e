"""What lets more out, or less: papers that stand, an emergency, a rule of the house."""

from datetime import timedelta

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from tests.integration.api.leaving import Headers, bearer
from tests.support.api import at, made

PAPER = {
    "organisation": "lab",
    "number": "SC-1",
    "purposes": ["export"],
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "reason": "filed with the authority",
}


async def with_what_it_needs(client: httpx.AsyncClient, abroad: Headers) -> str:
    """Where the evidence of a deviation lies, with the papers that let it leave."""
    bag = (await client.get(f"/shipments/{abroad['shipment']}")).json()["payloads"][0]["id"]
    hold = {"payload_id": bag, "description": "seen"}
    deviation = await made(client, f"/shipments/{abroad['shipment']}/deviations", hold)
    for kind, classes in (("standard_contract", ["sensitive"]), ("hgr_report", ["human_genetic"])):
        await made(client, "/data-policy/instruments", {**PAPER, "kind": kind, "classes": classes})
    return f"/deviations/{deviation['id']}/evidence"


async def test_s74_with_what_it_needs_the_evidence_leaves_and_its_person_is_counted(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    path = await with_what_it_needs(client, abroad)
    for _ in range(2):
        answer = await client.get(path, headers=bearer(abroad))
        assert answer.status_code == 200, answer.text
    rules = (await client.get("/data-policy/rules")).json()
    assert rules["counts"] == {"human_genetic": 1, "personal": 1, "sensitive": 1}
    found = (await client.get("/data-policy/decisions")).json()["items"]
    sent = [one for one in found if one["about"].endswith("/evidence")]
    assert [one["passed"] for one in sent] == [True, True]
    assert {one["words"] for one in sent} == {"allowed: hgr_report stands"}


@pytest.mark.parametrize("critical", ["sponsor", "lab", "platform"])
async def test_s75_when_anybody_is_critical_a_contract_lets_nothing_out(
    client: httpx.AsyncClient, abroad: Headers, critical: str
) -> None:
    """Whose data the evidence holds is not asked: the weightiest exporter counts for all."""
    path = await with_what_it_needs(client, abroad)
    assert (await client.get(path, headers=bearer(abroad))).status_code == 200
    await _told_to_be_critical(client, critical)
    refused = await client.get(path, headers=bearer(abroad))
    assert (refused.status_code, "cn-critical" in refused.json()["detail"]) == (403, True)
    papers = {**PAPER, "kind": "security_assessment", "classes": ["sensitive", "personal"]}
    await made(client, "/data-policy/instruments", papers)
    assert (await client.get(path, headers=bearer(abroad))).status_code == 200


async def _told_to_be_critical(client: httpx.AsyncClient, name: str) -> None:
    found = (await client.get("/organisations")).json()["items"]
    known = {one["organisation_id"]: one for one in found}
    if name not in known:
        body = {"organisation_id": name, "name": name.title(), "country": "CN", "kind": name}
        await made(client, "/organisations", {**body, "data_lists": ["cn-cii"]})
        return
    changed = await client.patch(
        f"/organisations/{name}",
        json={"data_lists": ["cn-cii"], "reason": "was told"},
        headers={"if-match": f'"{known[name]["revision"]}"'},
    )
    assert changed.status_code == 200, changed.text


async def test_s74_emergency_opens_for_hours_by_name_and_its_papers_are_due(
    client: httpx.AsyncClient, abroad: Headers, clock: FixedClock
) -> None:
    path = f"/shipments/{abroad['shipment']}"
    body = {
        "organisation": "lab",
        "classes": ["sensitive"],
        "ends_at": at(4),
        "reason": "the treating hospital must compare the bag",
    }
    key = {"Idempotency-Key": "one-emergency"}
    asked = [
        await client.post("/data-policy/emergencies", json=body, headers=key) for _ in range(2)
    ]
    entry, twice = (one.json() for one in asked)
    assert (asked[0].status_code, twice) == (201, entry)
    assert (entry["due_on"], entry["overdue"]) == ("2026-12-02", False)
    seen = (await client.get(path, headers=bearer(abroad))).json()
    assert seen["payloads"][0]["reference"] == "COI-1"
    found = (await client.get("/data-policy/decisions")).json()["items"]
    assert found[0]["rule_id"] == "emergency"
    assert found[0]["persons"]["sensitive"] >= 1
    clock.advance(timedelta(hours=4))
    seen = (await client.get(path, headers=bearer(abroad))).json()
    assert seen["payloads"][0]["reference"] is None
    clock.advance(timedelta(days=11))
    (late,) = (await client.get("/data-policy/entries")).json()["items"]
    assert late["overdue"] is True
    settled = await client.post(
        f"/data-policy/emergencies/{entry['entry_id']}/papers", json={"reference": "file 7"}
    )
    assert (settled.status_code, settled.json()["overdue"]) == (200, False)
    again = await client.post(
        f"/data-policy/emergencies/{entry['entry_id']}/papers", json={"reference": "file 7"}
    )
    assert again.status_code == 409
    too_long = await client.post("/data-policy/emergencies", json={**body, "ends_at": at(24 * 30)})
    assert too_long.status_code == 422


async def test_s75_own_rule_is_laid_over_the_lists_and_taken_away(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    path = f"/shipments/{abroad['shipment']}"
    body = {
        "outcome": "denied",
        "classes": ["none"],
        "countries": ["DE"],
        "because_en": "the sponsor closed this country",
        "because_zh": "委托方关闭",
        "source": "letter of the sponsor of 2026-11-01",
        "grade": "O",
        "reason": "as told",
    }
    entry = await made(client, "/data-policy/rules", body)
    refused = await client.get(path, headers=bearer(abroad))
    assert refused.status_code == 403
    assert "the sponsor closed this country" in refused.json()["detail"]
    ended = await client.post(
        f"/data-policy/entries/{entry['entry_id']}/withdrawal", json={"reason": "opened"}
    )
    assert ended.status_code == 200
    assert (await client.get(path, headers=bearer(abroad))).status_code == 200


async def test_s74_a_request_sent_again_gets_nothing_that_may_leave_no_more(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    """Answered while an emergency let more pass: what is kept for its repeat never holds that."""
    emergency = {
        "organisation": "lab",
        "classes": ["sensitive"],
        "ends_at": at(4),
        "reason": "the treating hospital must compare the bag",
    }
    await made(client, "/data-policy/emergencies", emergency)
    path = f"/shipments/{abroad['shipment']}/deviations"
    bag = (await client.get(f"/shipments/{abroad['shipment']}")).json()["payloads"][0]["id"]
    body = {"payload_id": bag, "description": "seen at arrival"}
    key = {**bearer(abroad), "Idempotency-Key": "one-hold"}
    first = await client.post(path, json=body, headers=key)
    assert (first.status_code, first.json()["payload_reference"]) == (201, "COI-1"), first.text
    again = await client.post(path, json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.json()["id"], again.json()["payload_reference"]) == (first.json()["id"], "")
    closed = {
        "outcome": "denied",
        "classes": ["none"],
        "countries": ["DE"],
        "because_en": "the sponsor closed this country",
        "because_zh": "委托方关闭",
        "source": "letter of the sponsor of 2026-11-01",
        "grade": "O",
        "reason": "as told",
    }
    await made(client, "/data-policy/rules", closed)
    refused = await client.post(path, json=body, headers=key)
    assert (refused.status_code, "COI-1" in refused.text) == (403, False)
    (kept,) = (await client.get("/data-policy/decisions")).json()["items"][:1]
    assert (kept["about"], kept["passed"]) == ("POST /shipments/{shipment_id}/deviations", False)

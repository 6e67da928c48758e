"""A new version of a profile is proposed by one person, and decided by another of quality."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.gate import Gate
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.test_factors import with_app
from tests.support import firms
from tests.support.api import FRESH, local_client, made, rows, shipment
from tests.support.papers import done, key_of
from tests.support.people import PASSWORD, Visitor, entered

PATH = "/profile-proposals"
HOLD = {
    "value": 24, "unit": "h", "source": "study 7", "grade": "S", "basis": "sponsor_validated",
}  # fmt: skip
WANTED = {
    "profile_id": "acme",
    "base_profile_id": FRESH,
    "numbers": {"hold_h": HOLD},
    "reason": "stability study 7 is in",
}
YES = {"decision": "approved", "reason": "read the study"}


@pytest.fixture
async def second(app: FastAPI, client: httpx.AsyncClient, clock: FixedClock) -> Visitor:
    """Somebody else of quality, signed in with a second factor."""
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    await with_app(visitor, clock)
    return visitor


async def decided(person: Visitor, proposal: dict[str, Any], **body: str) -> httpx.Response:
    """What somebody who has just proven who they are decides."""
    await person.post("/me/confirmation", {"password": PASSWORD})
    return await person.post(f"{PATH}/{proposal['proposal_id']}/decision", {**YES, **body})


async def versions(client: httpx.AsyncClient) -> list[int]:
    listed = (await client.get("/profiles")).json()["items"]
    return [one["version"] for one in listed if one["profile_id"] == "acme"]


def pointer(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["pointer"]


async def test_proposal_judges_nothing_until_somebody_else_has_approved_and_signed_it(
    at_site: httpx.AsyncClient, second: Visitor, database: Database, clock: FixedClock
) -> None:
    proposal = await made(at_site, PATH, WANTED)
    clock.advance(timedelta(minutes=1))
    assert (proposal["version"], proposal["over_profile_id"], proposal["decision"]) == (
        1,
        FRESH,
        None,
    )
    (change,) = proposal["changes"]
    assert (change["name"], change["before"]["value"], change["after"]["value"]) == (
        "hold_h",
        72,
        24,
    )
    assert proposal["other_changes"] == []
    assert await versions(at_site) == []
    refused = await at_site.post("/shipments", json=shipment(profile_id="acme"))
    assert pointer(refused) == (422, "profile_id")

    unproven = await second.post(f"{PATH}/{proposal['proposal_id']}/decision", YES)
    assert pointer(unproven) == (403, "confirmation")
    assert await versions(at_site) == []
    answer = await decided(second, proposal)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [shown["decision"], shown["decided_by"]] == ["approved", "chen.yu"]
    signed = [(one["meaning"], one["signed_by"]) for one in shown["signatures"]]
    assert signed == [("requested", "local-operator"), ("approved", "chen.yu")]
    assert await versions(at_site) == [1]
    (stored,) = await rows(database, "SELECT document FROM profile WHERE profile_id = 'acme'")
    assert stored[0] == proposal["document"]
    trail = await rows(
        database,
        "SELECT action, entity, principal_id, reason FROM audit_entry"
        " WHERE entity LIKE 'profile%' ORDER BY id",
    )
    assert [tuple(row) for row in trail] == [
        ("propose", "profile_proposal", "local-operator", WANTED["reason"]),
        ("approve", "profile_proposal", "chen.yu", YES["reason"]),
        ("create", "profile", "chen.yu", WANTED["reason"]),
    ]
    assert (await at_site.get("/audit/verification")).json()["findings"] == []


async def test_who_proposes_can_only_withdraw_and_one_waits_at_a_time(
    client: httpx.AsyncClient, second: Visitor
) -> None:
    proposal = await made(client, PATH, WANTED)
    path = f"{PATH}/{proposal['proposal_id']}"
    assert pointer(await client.post(PATH, json=WANTED)) == (409, "profile_id")
    own = await client.post(f"{path}/decision", json=YES)
    assert "cannot decide" in own.json()["detail"]
    foreign = await second.post(f"{path}/withdrawal", {"reason": "no"})
    assert pointer(foreign) == (409, "proposal_id")
    await done(client, f"{path}/withdrawal", {"reason": "typing error"})
    assert pointer(await decided(second, proposal)) == (409, "proposal_id")
    again = await made(client, PATH, WANTED)
    listed = (await client.get(PATH)).json()["items"]
    assert [one["decision"] for one in listed] == [None, "withdrawn"]
    answer = await decided(second, again, decision="refused", reason="no source")
    assert {one["meaning"] for one in answer.json()["signatures"]} == {"requested", "refused"}
    assert await versions(client) == []


async def test_version_is_approved_only_over_the_one_that_it_was_compared_with(
    client: httpx.AsyncClient, second: Visitor
) -> None:
    await made(client, "/profiles", WANTED)
    changed = {**WANTED, "base_profile_id": "acme", "numbers": {"hold_h": {**HOLD, "value": 36}}}
    proposal = await made(client, PATH, changed)
    assert (proposal["over_profile_id"], proposal["over_version"]) == ("acme", 1)
    await made(client, "/profiles", WANTED)
    assert pointer(await decided(second, proposal)) == (409, "proposal_id")
    assert await versions(client) == [1, 2]


async def test_s33_persons_key_proposes_and_signs_nothing_and_a_machines_proposes_nothing(
    client: httpx.AsyncClient, second: Visitor
) -> None:
    person = await key_of(client, "qa_assessor", "li.na")
    answer = await client.post(PATH, json=WANTED, headers=person)
    proposal = answer.json()
    assert (proposal["proposed_by"], proposal["signatures"]) == ("li.na", [])
    machine = await firms.key_of(client, "authority", "qa_approver")
    other = {**WANTED, "profile_id": "other"}
    assert pointer(await client.post(PATH, json=other, headers=machine)) == (403, "Authorization")
    path = f"{PATH}/{proposal['proposal_id']}/decision"
    for key in (machine, await key_of(client, "qa_approver", "wang.li")):
        refused = await client.post(path, json=YES, headers=key)
        assert pointer(refused) == (403, "Authorization")
    assert (await decided(second, proposal)).status_code == 200


async def test_s33_where_people_sign_in_nobody_makes_a_version_alone(
    app: FastAPI, client: httpx.AsyncClient, second: Visitor, api_database: Database
) -> None:
    door = create_app(app.state.parts.clock, api_database, gate=Gate(demanded=True))
    inside = Visitor(door)
    inside.http.cookies = second.http.cookies
    assert pointer(await inside.post("/profiles", WANTED)) == (403, "profile_id")
    machine = await firms.key_of(client, "sponsor-qa", "qa_approver")
    async with local_client(door) as guarded:
        answer = await guarded.post("/profiles", json=WANTED, headers=machine)
    assert pointer(answer) == (403, "profile_id")
    await inside.post("/me/confirmation", {"password": PASSWORD})
    assert (await inside.post(PATH, WANTED)).status_code == 201


async def test_all_versions_of_a_name_are_of_one_owner(
    client: httpx.AsyncClient, database: Database
) -> None:
    """Else the newest version of the installation's profile would be numbers of one house."""
    await made(client, "/profiles", WANTED)
    await firms.firm(client, "firm-b", "sponsor")
    house = await firms.key_of(client, "firm-b", "qa_approver")
    assert pointer(await client.post("/profiles", json=WANTED, headers=house)) == (
        409,
        "profile_id",
    )
    own = {**WANTED, "profile_id": "firm_b"}
    for headers in (house, house, None):
        answer = await client.post("/profiles", json=own, headers=headers)
        assert answer.status_code == 201, answer.text
    owned = await rows(
        database,
        "SELECT version, organisation_id FROM profile WHERE profile_id IN ('acme', 'firm_b')"
        " ORDER BY profile_id, version",
    )
    assert [tuple(row) for row in owned] == [
        (1, None),
        (1, "firm-b"),
        (2, "firm-b"),
        (3, "firm-b"),
    ]

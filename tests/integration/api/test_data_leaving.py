"""Whoever reads abroad gets what the policy lets out, field by field, and it is written down."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.api.guards import LOCAL_OPERATOR
from services.api.leaving import Passage
from services.api.passages import passage_of, settle
from services.api.refusals import HttpRefusal
from services.api.routes.stream import stream_events
from services.api.rules import RULES
from services.api.sight import Sight, View
from services.core.domain.governance.data_class import DataClass
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.leaving import SECRET, Headers, bearer
from tests.support.api import made, rows
from tests.support.firms import key_of


async def test_s74_who_reads_abroad_gets_the_journey_and_nobody_in_it(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    path = f"/shipments/{abroad['shipment']}"
    at_home = (await client.get(path)).json()
    answer = await client.get(path, headers=bearer(abroad))
    seen = answer.json()
    assert answer.status_code == 200
    assert at_home["payloads"][0]["reference"] == "COI-1"
    assert seen["payloads"][0]["reference"] is None
    assert seen["payloads"][0]["collection_end"] is None
    assert seen["last_reading"] == {"temp_c": 4.5}
    for name in ("reference", "condition", "deadline", "viable_until", "boxes"):
        assert seen[name] == at_home[name]
    for leg, exact in zip(seen["legs"], at_home["legs"], strict=True):
        places = {name: round(exact[name], 1) for name in exact if name.endswith(("_lat", "_lon"))}
        assert leg == exact | places, "of places a city's exactness"
    assert "Payload.reference" in answer.headers["coldlane-held-back"]
    assert not any(one in answer.text for one in SECRET)


async def test_s74_every_route_holds_it_back(client: httpx.AsyncClient, abroad: Headers) -> None:
    """Each GET without an identifier, and those of the shipment, its box, its site and what QA
    has of it: no canary in any of them, pages of lists, tables and calendars too."""
    path = f"/shipments/{abroad['shipment']}"
    bag = (await client.get(path)).json()["payloads"][0]["id"]
    hold = {"payload_id": bag, "description": "Kim Canary called"}
    deviation = (await made(client, f"{path}/deviations", hold))["id"]
    names = {
        "{shipment_id}": abroad["shipment"],
        "{deviation_id}": deviation,
        "{box_id}": "CB-0001",
        "{site_id}": "PVG",
    }
    asked = 0
    for method, path in RULES:
        target = path
        for name, value in names.items():
            target = target.replace(name, value)
        if method != "GET" or path == "/stream" or "{" in target:
            continue
        answer = await client.get(target, headers=bearer(abroad))
        assert answer.status_code < 500, (path, answer.text)
        assert not any(one in answer.text for one in SECRET), path
        asked += answer.status_code == 200
    assert asked > 25


async def test_s74_what_was_decided_is_written_down_once_a_day(
    client: httpx.AsyncClient, abroad: Headers, clock: FixedClock
) -> None:
    path = f"/shipments/{abroad['shipment']}"
    for _ in range(3):
        await client.get(path, headers=bearer(abroad))
    found = (await client.get("/data-policy/decisions")).json()["items"]
    (one,) = [row for row in found if row["about"] == "GET /shipments/{shipment_id}"]
    assert (one["organisation_id"], one["country"], one["passed"]) == ("lab", "DE", True)
    assert one["classes"] == ["none"]
    assert (one["rule_id"], one["outcome"]) == ("cn-trade", "exempt")
    assert one["words"].startswith("exempt because")
    assert "Payload.reference" in one["held_back"]
    clock.advance(timedelta(days=1))
    await client.get(path, headers=bearer(abroad))
    again = (await client.get("/data-policy/decisions")).json()["items"]
    assert len(again) == len(found) + 1
    for query, count in (
        ("organisation=lab&outcome=exempt&passed=true", len(again)),
        ("organisation=elsewhere", 0),
        ("outcome=denied", 0),
        ("passed=false", 0),
    ):
        narrowed = (await client.get(f"/data-policy/decisions?{query}")).json()["items"]
        assert len(narrowed) == count, query


async def test_s74_decisions_are_only_added(database: Database, abroad: Headers) -> None:
    for statement in ("UPDATE data_decision SET passed = true", "DELETE FROM data_person"):
        with pytest.raises(DBAPIError, match="only added"):
            async with database.unit_of_work() as unit:
                await unit.execute(text(statement))


async def test_s74_person_who_works_abroad_is_abroad(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    """The organisation is at home; the holder of this key is not."""
    home = {"organisation_id": "home", "name": "Home", "country": "CN", "kind": "platform"}
    await made(client, "/organisations", home)
    path = f"/shipments/{abroad['shipment']}"
    for country, reference in ((None, "COI-1"), ("US", None)):
        body = {"organisation": "home", "role": "operator", "name": "x", "country": country}
        key = (await made(client, "/keys", body))["key"]
        seen = await client.get(path, headers={"authorization": f"Bearer {key}"})
        assert seen.json()["payloads"][0]["reference"] == reference


async def test_s74_refusal_says_what_why_and_whom_to_ask(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    deviation = await made(
        client,
        f"/shipments/{abroad['shipment']}/deviations",
        {
            "payload_id": (await client.get(f"/shipments/{abroad['shipment']}")).json()["payloads"][
                0
            ]["id"],
            "description": "seen",
        },
    )
    path = f"/deviations/{deviation['id']}/evidence"
    answer = await client.get(path, headers=bearer(abroad))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "data_policy")
    assert "does not leave the country: assessment needed" in answer.json()["detail"]
    assert "administrator" in answer.json()["remedy"]
    assert not any(one in answer.text for one in SECRET)
    found = (await client.get("/data-policy/decisions")).json()["items"]
    assert [one["passed"] for one in found if one["about"].endswith("/evidence")] == [False]
    rules = (await client.get("/data-policy/rules")).json()
    assert rules["counts"] == {}, "who got nothing was not counted"


async def test_s74_organisation_that_comes_home_reads_all_and_abroad_again_nothing(
    client: httpx.AsyncClient, abroad: Headers, database: Database
) -> None:
    path = "/organisations/lab"
    home = {"country": "CN", "data_lists": ["cn-sh"], "reason": "has moved to Lin-gang"}
    unseen = await client.patch(path, json=home)
    stale = await client.patch(path, json=home, headers={"If-Match": '"7"'})
    assert (unseen.status_code, stale.status_code) == (428, 412)
    moved = await client.patch(path, json=home, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.headers["etag"], moved.json()["revision"]) == (200, '"2"', 2)
    shipment = f"/shipments/{abroad['shipment']}"
    seen = (await client.get(shipment, headers=bearer(abroad))).json()
    assert seen["payloads"][0]["reference"] == "COI-1"
    back = {"country": "DE", "reason": "entered by mistake"}
    assert (await client.patch(path, json=back, headers={"If-Match": '"2"'})).status_code == 200
    seen = (await client.get(shipment, headers=bearer(abroad))).json()
    assert seen["payloads"][0]["reference"] is None
    kept = await rows(
        database,
        "SELECT before, after, reason FROM audit_entry"
        " WHERE entity = 'organisation' AND action = 'change' ORDER BY id",
    )
    assert kept[0].before == {"country": "DE", "data_lists": []}
    assert [(one.after.get("country"), one.reason) for one in kept] == [
        ("CN", "has moved to Lin-gang"),
        ("DE", "entered by mistake"),
    ]
    for body, field in (({"country": "DE"}, "country"), ({"data_lists": ["cn-xx"]}, "data_lists")):
        wrong = await client.patch(
            path, json={**body, "reason": "wrong"}, headers={"If-Match": '"3"'}
        )
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, field)


async def test_s74_somebody_abroad_is_told_where_they_stand(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    told = (await client.get("/data-policy", headers=bearer(abroad))).json()
    assert (told["abroad"], told["country"]) == (True, "DE")
    passes = {one["data_class"]: one["passes"] for one in told["rulings"]}
    assert passes == {
        "none": True,
        "personal": False,
        "sensitive": False,
        "human_genetic": False,
        "important": False,
    }
    here = (await client.get("/data-policy")).json()
    assert (here["abroad"], here["rulings"]) == (False, [])


async def test_s74_answer_that_nobody_examined_stays(
    app: FastAPI, client: httpx.AsyncClient, abroad: Headers
) -> None:
    """A route that sends bytes of its own without saying what is in them: default deny."""
    with pytest.raises(HttpRefusal, match="has not been classed"):
        await settle(app.state.parts, Passage(), LOCAL_OPERATOR, "GET /made-up")
    (kept,) = (await client.get("/data-policy/decisions")).json()["items"][:1]
    assert (kept["about"], kept["passed"], kept["rule_id"]) == (
        "GET /made-up",
        False,
        "unknown-field",
    )


async def test_s74_two_exports_at_the_threshold_do_not_both_pass(
    app: FastAPI, client: httpx.AsyncClient, abroad: Headers, database: Database
) -> None:
    """Twelve at once where three may: the counter is one row, the next waits for the one before,
    and whoever is beyond it gets nothing and is not counted."""
    three = {
        "outcome": "exempt",
        "classes": ["sensitive"],
        "purposes": ["reading"],
        "persons_below": 4,
        "because_en": "the sponsor has agreed to three",
        "because_zh": "委托方同意三人",
        "source": "letter of the sponsor of 2026-11-01",
        "grade": "O",
        "reason": "as told",
    }
    await made(client, "/data-policy/rules", three)
    reader = replace(LOCAL_OPERATOR, organisation_id="lab", country="DE", abroad=True)

    async def take(person: str) -> bool:
        passage = await passage_of(app.state.parts, reader)
        assert passage is not None
        passage.examined = True
        passage.show(DataClass.SENSITIVE, person)
        try:
            await settle(app.state.parts, passage, reader, "GET /made-up")
        except HttpRefusal:
            return False
        return True

    passed = await asyncio.gather(*(take(f"person-{number}") for number in range(12)))
    assert passed.count(True) == 3
    assert (await rows(database, "SELECT persons FROM data_count"))[0][0] == 3
    assert (await rows(database, "SELECT count(*) FROM data_person"))[0][0] == 3
    known = passed.index(True)
    assert await take(f"person-{known}"), "who was counted already is not counted again"


async def test_s74_stream_abroad_holds_nothing_of_people(running: FastAPI, abroad: Headers) -> None:
    sight = Sight(organisation_id="lab", view=View.FULL, abroad=True)
    async with asyncio.timeout(60):
        events = stream_events(running.state.parts.broadcaster, 60, sight)
        await anext(events)
        snapshot = (await anext(events)).decode()
        (seen,) = json.loads(snapshot.split("data: ", 1)[1])["shipments"]
        assert (seen["reference"], seen["last_reading"]) == ("CT-0001", {"temp_c": 4.5})
        assert not any(one in snapshot for one in SECRET)


async def test_s74_sharing_abroad_shows_the_journey_and_is_written_down(
    client: httpx.AsyncClient, abroad: Headers
) -> None:
    clinic = {"organisation_id": "clinic", "name": "Clinic", "country": "US", "kind": "consignee"}
    await made(client, "/organisations", clinic)
    path = f"/shipments/{abroad['shipment']}"
    grant = {"organisation": "clinic", "party": "consignee", "reason": "it goes there"}
    await made(client, f"{path}/grants", grant)
    seen = await client.get(path, headers=await key_of(client, "clinic", "consignee"))
    assert (seen.status_code, seen.json()["reference"]) == (200, "CT-0001")
    assert seen.json()["payloads"][0]["reference"] is None, "at home a consignee sees it"
    found = (await client.get("/data-policy/decisions")).json()["items"]
    (shared,) = [one for one in found if one["purpose"] == "sharing"]
    assert (shared["organisation_id"], shared["country"], shared["passed"]) == (
        "clinic",
        "US",
        True,
    )
    assert shared["held_back"] == ["human_genetic", "important", "personal", "sensitive"]

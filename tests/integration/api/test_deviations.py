"""Deviations over HTTP: a hold is taken, assessed, approved by a second person, overtaken."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, text

from services.core.storage.database import Database
from services.core.storage.schema import assessment
from tests.integration.api.inspecting import begun
from tests.support.api import NOW, Judged, at, judge, made, rows, shipped
from tests.support.rows import boot_of, store

Excursions = list[list[str | None]]
QA = {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN", "kind": "platform"}
WARM: Excursions = [["high", at(-2), at(-1.5)]]


async def _keep(
    database: Database,
    shipment: dict[str, Any],
    excursions: Excursions,
    summary: dict[str, Any] | None = None,
) -> None:
    """A verdict of the first payload, as alerts keeps it."""
    payload_id = UUID(shipment["payloads"][0]["id"])
    (count,) = await rows(
        database, "SELECT count(*) FROM assessment WHERE payload_id = :id", id=payload_id
    )
    told = {"excursions": excursions, "broken": ["absolute_limit"]}
    body = {"qa_hold": True, "told": told, "summary": summary or {}}
    values = {
        "payload_id": payload_id,
        "revision": count[0] + 1,
        "reason": "readings",
        "as_of": NOW - timedelta(hours=1),
        "recorded_at": NOW,
        "model_version": "1",
        "inputs_hash": "00",
        "body": body,
    }
    async with database.unit_of_work() as unit:
        await unit.execute(insert(assessment).values(**values))


@pytest.fixture
async def held(at_site: httpx.AsyncClient, database: Database) -> dict[str, Any]:
    """A shipment on hold after half an hour outside its label."""
    shipment = await shipped(at_site)
    await judge(database, shipment, Judged(condition="BREACHED", qa_hold=True))
    await _keep(database, shipment, WARM)
    return shipment


async def _opened(client: httpx.AsyncClient, held: dict[str, Any]) -> dict[str, Any]:
    body = {"payload_id": held["payloads"][0]["id"], "description": "9.4 °C for 30 min"}
    answer = await client.post(f"/shipments/{held['id']}/deviations", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _step(
    client: httpx.AsyncClient, deviation: dict[str, Any], **body: Any
) -> httpx.Response:
    headers = {"if-match": f'"{deviation["revision"]}"'}
    path = f"/deviations/{deviation['id']}/steps"
    return await client.post(path, json={"reason": "SR-12", **body}, headers=headers)


@pytest.fixture
async def assessed(client: httpx.AsyncClient, held: dict[str, Any]) -> dict[str, Any]:
    """Its deviation, with a release proposed by the local operator."""
    answer = await _step(
        client, await _opened(client, held), move="assess", disposition="RELEASED_WITH_COMMENT"
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


Approve = Callable[[], Awaitable[httpx.Response]]


@pytest.fixture
async def approve(client: httpx.AsyncClient, assessed: dict[str, Any]) -> Approve:
    """Lets Chen Yu, who is not the assessor, approve the proposal with a key of her own."""
    await made(client, "/organisations", QA)
    body = {"organisation": "qa", "role": "qa_approver", "person": "chen.yu", "name": "Chen Yu"}
    key = (await made(client, "/keys", body))["key"]

    async def _approve() -> httpx.Response:
        headers = {"authorization": f"Bearer {key}", "if-match": f'"{assessed["revision"]}"'}
        path = f"/deviations/{assessed['id']}/steps"
        step = {"move": "approve", "reason": "seen"}
        return await client.post(path, json=step, headers=headers)

    return _approve


async def _disposition(client: httpx.AsyncClient, shipment: dict[str, Any]) -> str:
    return str((await client.get(f"/shipments/{shipment['id']}")).json()["disposition"])


async def test_a_hold_that_nobody_has_taken_stands_first_in_the_list(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    (one,) = (await client.get("/deviations")).json()["items"]
    assert (one["id"], one["state"], one["detected_at"]) == (None, "DETECTED", at(-1))
    await _opened(client, held)
    (one,) = (await client.get("/deviations")).json()["items"]
    assert (one["state"], one["detected_at"]) == ("ACKNOWLEDGED", at(-1))
    assert (await client.get("/deviations", params={"state": "DETECTED"})).json()["items"] == []


async def test_a_payload_has_one_open_deviation(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    await _opened(client, held)
    body = {"payload_id": held["payloads"][0]["id"], "description": "again"}
    answer = await client.post(f"/shipments/{held['id']}/deviations", json=body)
    assert answer.json()["type"] == "/problems/already-exists"


async def test_the_assessor_cannot_approve(
    client: httpx.AsyncClient, assessed: dict[str, Any], held: dict[str, Any]
) -> None:
    answer = await _step(client, assessed, move="approve")
    assert answer.status_code == 409
    assert "same person" in answer.json()["detail"]
    assert await _disposition(client, held) == "QA_HOLD"


async def test_the_database_itself_refuses_one_person_in_both_roles(
    database: Database, assessed: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="deviation_two_people_check"):
        await rows(
            database,
            "UPDATE deviation SET decided_by = assessed_by WHERE deviation_id = :id RETURNING 1",
            id=UUID(assessed["id"]),
        )


async def test_a_second_person_releases_what_was_proposed(
    client: httpx.AsyncClient, held: dict[str, Any], assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    assert await _disposition(client, held) == "RELEASED_WITH_COMMENT"
    found = (await client.get(f"/deviations/{assessed['id']}")).json()
    decided = found["disposition"]
    assert (decided["assessed_by"], decided["decided_by"]) == ("local-operator", "chen.yu")
    assert (decided["decided_through"], decided["overtaken"]) == (at(0), False)
    assert [(step["move"], step["facts"]) for step in found["steps"]] == [
        ("acknowledge", {}),
        ("assess", {"signed_as": "reviewed"}),
        ("approve", {"signed_as": "approved"}),
    ]


async def test_both_signatures_are_bound_to_the_evidence_that_was_seen(
    client: httpx.AsyncClient, database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    answer = await client.get(f"/deviations/{assessed['id']}/evidence")
    sha256 = hashlib.sha256(answer.content)
    assert answer.headers["etag"] == f'"{sha256.hexdigest()}"'
    signed = await rows(database, "SELECT meaning, sha256 FROM signature ORDER BY signed_at")
    assert [(one.meaning, bytes(one.sha256)) for one in signed] == [
        ("reviewed", sha256.digest()),
        ("approved", sha256.digest()),
    ]
    pack = json.loads(answer.content)
    assert pack["out_of_label_min"] == {
        "1 air FRA-PVG": 30.0, "elsewhere": 0.0, "brief": 0.0, "total": 30.0,
    }  # fmt: skip
    assert pack["facts"]["broken"] == ["absolute_limit"]
    assert pack["profile"]["document"]["numbers"]


async def test_the_pack_tells_minutes_of_inspections_from_those_of_handling(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any]
) -> None:
    """The lid was open for ten minutes long before the inspection, and for three as it began."""
    keys = await boot_of(database, "aaaa0001")
    for seq, event in (
        (20, "lid_opened"),
        (30, "lid_closed"),
        (96, "lid_opened"),
        (99, "lid_closed"),
    ):
        taken = NOW + timedelta(minutes=seq - 100)
        await store(database, keys, seq, temp_c=5.0, event=event, bucket_at=taken)
    seen = await begun(client, held)
    deviation = await _opened(client, held)
    answer = await client.get(f"/deviations/{deviation['id']}/evidence?now=true")
    assert answer.json()["lid"] == {
        "inspections_s": 180.0,
        "by_inspection_s": {seen["id"]: 180.0},
        "handling_s": 600.0,
        "allowance_s": None,
        "allowance_source": "counted, no allowance set",
    }


async def test_the_pack_counts_the_time_outside_the_label_that_its_verdict_counts(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], assessed: dict[str, Any]
) -> None:
    """Two stays of 20 and 9 min beyond the label, one still open; a minute was too short to count.

    The verdict is an hour old: what is open has gone on for that hour.
    """
    stays = [[at(-3), at(-2.5), 1200.0], [at(-1.15), None, 540.0]]
    summary = {"out_of_label_s": 1800, "stays": stays}
    await _keep(database, held, [*WARM, ["high", at(-1.15), None]], summary)
    answer = await client.get(f"/deviations/{assessed['id']}/evidence?now=true")
    found = answer.json()["out_of_label_min"]
    assert (found["brief"], found["total"]) == (1.0, 90.0)
    assert sum(found.values()) == pytest.approx(180.0)


async def test_a_later_excursion_overtakes_the_release(
    client: httpx.AsyncClient,
    database: Database,
    held: dict[str, Any],
    assessed: dict[str, Any],
    approve: Approve,
) -> None:
    await approve()
    await _keep(database, held, [*WARM, ["low", at(0.5), None]])
    assert await _disposition(client, held) == "QA_HOLD"
    found = (await client.get(f"/deviations/{assessed['id']}")).json()
    assert found["disposition"]["overtaken"] is True
    reopened = await _step(client, found, move="reopen")
    assert reopened.json()["state"] == "ACKNOWLEDGED"
    assert reopened.json()["disposition"]["superseded_at"] == at(0)


async def test_an_excursion_that_only_ends_does_not_overtake(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    await approve()
    await _keep(database, held, [[WARM[0][0], WARM[0][1], at(-1.4)]])
    assert await _disposition(client, held) == "RELEASED_WITH_COMMENT"


async def test_late_readings_from_before_the_assessment_stop_the_approval(
    database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 5, temp_c=14.0, bucket_at=NOW - timedelta(minutes=10))
    answer = await approve()
    assert answer.status_code == 409
    assert "evidence has changed" in answer.json()["detail"]


async def test_readings_from_after_the_assessment_do_not(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 5, temp_c=5.0, bucket_at=NOW + timedelta(minutes=1))
    await approve()
    assert await _disposition(client, held) == "RELEASED_WITH_COMMENT"


async def test_who_only_assesses_cannot_approve_and_the_other_way_round(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    await made(client, "/organisations", QA)
    deviation = await _opened(client, held)
    for role, move in (("qa_approver", "assess"), ("qa_assessor", "approve")):
        body = {"organisation": "qa", "role": role, "name": role}
        key = (await made(client, "/keys", body))["key"]
        headers = {"authorization": f"Bearer {key}", "if-match": f'"{deviation["revision"]}"'}
        path = f"/deviations/{deviation['id']}/steps"
        step = {"move": move, "reason": "x", "disposition": "REJECTED"}
        assert (await client.post(path, json=step, headers=headers)).status_code == 403


async def test_a_step_from_an_old_state_is_refused(
    client: httpx.AsyncClient, assessed: dict[str, Any]
) -> None:
    assert (await _step(client, {**assessed, "revision": 1}, move="send_back")).status_code == 412
    path = f"/deviations/{assessed['id']}/steps"
    assert (await client.post(path, json={"move": "close", "reason": "x"})).status_code == 428


async def test_an_assessment_names_a_disposition(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    answer = await _step(client, await _opened(client, held), move="assess")
    assert answer.status_code == 422
    assert "RELEASED_WITH_COMMENT" in answer.json()["remedy"]


async def test_every_step_stands_in_the_audit_trail(
    database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    found = await rows(
        database,
        "SELECT action, principal_id, reason FROM audit_entry WHERE entity = 'deviation'"
        " AND entity_id = :id ORDER BY id",
        id=assessed["id"],
    )
    assert [tuple(one) for one in found] == [
        ("acknowledge", "local-operator", "9.4 °C for 30 min"),
        ("assess", "local-operator", "SR-12"),
        ("approve", "chen.yu", "seen"),
    ]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE evidence_pack SET pack = pack || '\\x20'",
        "UPDATE signature SET meaning = 'other'",
        "UPDATE signature SET signed_at = signed_at - interval '1 hour'",
        "DELETE FROM signature",
    ],
)
async def test_s63_signature_that_no_longer_fits_its_record_is_named(
    client: httpx.AsyncClient, database: Database, assessed: dict[str, Any], tampering: str
) -> None:
    found = (await client.get("/audit/verification")).json()
    assert (found["ok"], found["signatures"]) == (True, 1)
    async with database.unit_of_work() as unit:
        for table in ("evidence_pack", "signature"):
            await unit.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        await unit.execute(text(tampering))
    (finding,) = (await client.get("/audit/verification")).json()["findings"]
    assert finding["fault"] == "signature"
    (entry,) = await rows(database, "SELECT id FROM audit_entry WHERE entity = 'signature'")
    assert finding["entry_id"] == entry.id

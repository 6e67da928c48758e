"""Whose a payload is: one way in, one way out, and nothing of it anywhere else."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url

from services.api.access import PREFIX
from services.api.app import create_app
from services.api.doors import DOORS
from services.api.routes.stream import stream_events
from services.api.rules import RULES
from services.api.sight import Sight, View
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.isolation.logins import make_logins
from services.core.storage.isolation.rights import Service
from services.local.engine import find_programs
from tests.integration.api.planting import one_of_each
from tests.support.api import Judged, judge, made, rows, shipment, site
from tests.support.canaries import CANARY, NAMES, identity_keys
from tests.support.firms import firm, key_of

SENTENCE = f"call {CANARY['phone']}"
EXPORTS = (
    "/sites/{site_id}/figures.csv",
    "/deviations/{deviation_id}/evidence",
    "/shipments.csv",
)
READ = (
    *EXPORTS,
    "/shipments/{shipment_id}",
    "/shipments/{shipment_id}/clearance",
    "/appointments/{appointment_id}",
    "/inspections/{inspection_id}",
    "/inspections/{inspection_id}/record",
    "/papers/{paper_id}",
    "/alarms/{alarm_id}",
    "/sites/{site_id}/calendar.ics",
    "/notices",
    "/handover",
    "/audit",
)
"""Whose answers hold something, so that looking through them says something."""
LOOK = {"purpose": "identity_check", "reason": "the bag is compared at the bedside"}


@pytest.fixture
def app(api_database: Database, clock: FixedClock, tmp_path: Path) -> FastAPI:
    return create_app(clock, api_database, identity_keys=identity_keys(tmp_path))


@pytest.fixture
async def known(client: httpx.AsyncClient, database: Database) -> dict[str, Any]:
    """A shipment whose payload's person has been entered."""
    await made(client, "/sites", site())
    await made(client, "/boxes", {"box_id": "CB-0001", "simulated": True})
    created = await made(client, "/shipments", shipment("CT-0001"))
    await judge(database, created, Judged())
    payload = created["payloads"][0]["id"]
    entered = await client.post(f"/payloads/{payload}/identity", json=CANARY)
    assert entered.status_code == 204, entered.text
    return {"shipment": created, "path": f"/payloads/{payload}/identity", "payload": payload}


async def test_s70_person_is_found_for_a_named_purpose_and_it_is_written_down(
    client: httpx.AsyncClient, known: dict[str, Any], database: Database
) -> None:
    found = await client.post(f"{known['path']}/look-up", json=LOOK)
    assert found.json() == {"payload_id": known["payload"], **CANARY}
    assert found.headers["cache-control"] == "no-store"
    entries = await rows(
        database,
        "SELECT action, after, reason FROM audit_entry WHERE entity = 'patient_identity'"
        " ORDER BY id",
    )
    assert [tuple(one) for one in entries] == [
        ("enter", None, None),
        ("look", {"purpose": "identity_check"}, LOOK["reason"]),
    ]
    for body in ({"reason": "x"}, {**LOOK, "purpose": "curiosity"}):
        refused = await client.post(f"{known['path']}/look-up", json=body)
        assert refused.status_code == 422
        assert not any(one in refused.text for one in NAMES)
    again = await client.post(known["path"], json=CANARY)
    assert again.status_code == 409


async def test_s70_only_quality_asks_and_only_of_what_it_sees(
    client: httpx.AsyncClient, known: dict[str, Any]
) -> None:
    await firm(client, "firm-a", "operator")
    await firm(client, "sponsor-b", "sponsor")
    operator = await key_of(client, "firm-a", "operator")
    stranger = await key_of(client, "sponsor-b", "qa_approver")
    for headers, status in ((operator, 403), (stranger, 404)):
        answer = await client.post(f"{known['path']}/look-up", json=LOOK, headers=headers)
        assert answer.status_code == status
        assert not any(one in answer.text for one in NAMES)


async def test_s76_who_is_forgotten_is_gone_and_the_chain_holds(
    client: httpx.AsyncClient, known: dict[str, Any], database: Database
) -> None:
    forgotten = await client.post(f"{known['path']}/forget", json={"reason": "as they asked"})
    assert forgotten.status_code == 204
    assert (await client.post(f"{known['path']}/look-up", json=LOOK)).status_code == 404
    (left,) = await rows(database, "SELECT sealed, nonce, key_id FROM patient_identity")
    assert tuple(left) == (None, None, None)
    checked = (await client.get("/audit/verification")).json()
    assert (checked["ok"], checked["findings"]) == (True, [])


async def test_s76_who_was_forgotten_is_entered_anew_with_a_reason_and_nothing_comes_back(
    client: httpx.AsyncClient, known: dict[str, Any], database: Database
) -> None:
    kept = "SELECT sealed, nonce, forgotten_at FROM patient_identity"
    (before,) = await rows(database, kept)
    await client.post(f"{known['path']}/forget", json={"reason": "as they asked"})
    refused = await client.post(known["path"], json=CANARY)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "reason")
    assert not any(one in refused.text for one in NAMES)
    anew = {"name": "Canary Li Na", "reason": "they came back to the trial"}
    entered = await client.post(known["path"], json=anew)
    assert entered.status_code == 204, entered.text
    found = (await client.post(f"{known['path']}/look-up", json=LOOK)).json()
    assert found == {
        "payload_id": known["payload"],
        "name": "Canary Li Na",
        "number": None,
        "phone": None,
    }
    (after,) = await rows(database, kept)
    assert (after[0] != before[0], after[1] != before[1], after[2]) == (True, True, None)
    twice = await client.post(known["path"], json=anew)
    assert twice.status_code == 409
    entries = await rows(
        database,
        "SELECT action, reason FROM audit_entry WHERE entity = 'patient_identity' ORDER BY id",
    )
    assert [tuple(one) for one in entries][:3] == [
        ("enter", None),
        ("forget", "as they asked"),
        ("enter_anew", "they came back to the trial"),
    ]
    assert (await client.get("/audit/verification")).json()["ok"] is True
    again = await client.post(f"{known['path']}/forget", json={"reason": "as they asked again"})
    assert again.status_code == 204


async def test_s76_of_two_who_enter_somebody_anew_at_once_one_is_told(
    client: httpx.AsyncClient, known: dict[str, Any]
) -> None:
    await client.post(f"{known['path']}/forget", json={"reason": "as they asked"})
    anew = {"name": "Canary Li Na", "reason": "they came back to the trial"}
    both = await asyncio.gather(*(client.post(known["path"], json=anew) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [204, 409]


async def test_s70_services_cannot_read_the_table(database_url: str, known: dict[str, Any]) -> None:
    for login in make_logins(database_url).values():
        with (
            psycopg.connect(login) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SELECT FROM patient_identity")
    with (
        psycopg.connect(make_logins(database_url, [Service.INGEST])[Service.INGEST]) as ingest,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        ingest.execute("SET ROLE coldlane_identity")


async def test_s71_names_of_payloads_are_random(
    client: httpx.AsyncClient, known: dict[str, Any]
) -> None:
    """Two payloads of one person share nothing that leads from one to the other."""
    await made(client, "/boxes", {"box_id": "CB-0002", "simulated": True})
    payloads = [{"reference": "COI-9", "box_id": "CB-0002"}]
    other = await made(client, "/shipments", shipment("CT-0002", payloads=payloads))
    payload = other["payloads"][0]["id"]
    await client.post(f"/payloads/{payload}/identity", json=CANARY)
    ids = [known["payload"], payload]
    assert len({one[19:] for one in ids}) == 2, "the random part of each identifier"


async def test_s73_planted_names_never_come_out(
    client: httpx.AsyncClient,
    app: FastAPI,
    known: dict[str, Any],
    database: Database,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Entered by its route, and tried in the places for free text; then looked for everywhere."""
    path = f"/shipments/{known['shipment']['id']}"
    free = [
        (f"{path}/grants", {"organisation": "x", "party": "carrier", "reason": SENTENCE}),
        (f"{path}/deviations", {"payload_id": known["payload"], "description": SENTENCE}),
        ("/handover/notes", {"words": SENTENCE}),
    ]
    for target, body in free:
        refused = await client.post(target, json=body)
        assert refused.status_code == 422, target
        assert not any(one in refused.text for one in NAMES), target
    await client.post(f"{known['path']}/look-up", json=LOOK)
    ids = await one_of_each(client, database, known["shipment"])
    read, exported = set[str](), set[str]()
    for route in _asked():
        target = route
        for name, value in ids.items():
            target = target.replace(name, value)
        if "{" not in target:
            answer = await client.get(f"http://localhost{target}")
            assert not any(one in answer.text for one in NAMES), route
            read |= {route} if answer.status_code == 200 else set()
            exported |= {route} if "attachment" in str(answer.headers) else set()
    assert read >= {"/s/{token}", "/errand/{token}", "/metrics", *map(PREFIX.__add__, READ)}
    assert exported == set(map(PREFIX.__add__, EXPORTS))
    snapshot = await _snapshot(app)
    assert not any(one in snapshot for one in NAMES)
    logged = "\n".join(f"{one.getMessage()} {vars(one)}" for one in caplog.records)
    assert not any(one in logged for one in NAMES)
    assert not any(one in _dump(database_url) for one in NAMES)


def _asked() -> Iterator[str]:
    """Every address that answers a question with what it holds at that moment."""
    yield from (path for method, path in DOORS if method == "GET")
    ends = (path for method, path in RULES if method == "GET" and path != "/stream")
    yield from map(PREFIX.__add__, ends)


async def _snapshot(app: FastAPI) -> str:
    broadcaster = app.state.parts.broadcaster
    task = asyncio.create_task(broadcaster.run())
    try:
        async with asyncio.timeout(60):
            events: AsyncIterator[bytes] = stream_events(
                broadcaster, 60, Sight(whole=True, view=View.FULL)
            )
            await anext(events)
            return (await anext(events)).decode()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _dump(database_url: str) -> str:
    """Everything there is, by the owner: identities are in it sealed."""
    owner = make_url(database_url).set(drivername="postgresql")
    program = Path(find_programs(for_other_user=False)) / "pg_dump"
    address = owner.render_as_string(hide_password=False)
    done = subprocess.run(
        [str(program), "--data-only", "--inserts", "--enable-row-security", "--dbname", address],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "patient_identity" in done.stdout
    return done.stdout

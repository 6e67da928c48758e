"""What is said of the service itself: that it lives, that it can answer, its figures."""

import hashlib

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, Judged, at, judge, local_client, raise_alarm, shipped

_DOUBTED = """
INSERT INTO service_heartbeat (service, instance, started_at, at, detail)
VALUES ('ingest', 'one', now(), now(), '{"clock_doubted_since": "2026-11-22T12:00:00Z"}')
"""


async def test_without_its_database_it_says_so_and_lives() -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    async with local_client(create_app(FixedClock(NOW), away)) as client:
        answer = await client.get("/shipments")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert (await client.get("http://localhost/readyz")).status_code == 503
        assert (await client.get("http://localhost/livez")).status_code == 200
    await away.close()


async def test_readiness_asks_for_the_schema_of_this_version(
    client: httpx.AsyncClient, empty_database_url: str
) -> None:
    ready = (await client.get("http://localhost/readyz")).json()
    assert ready == {"status": "ok", "warnings": []}
    empty = Database(empty_database_url)
    async with local_client(create_app(FixedClock(NOW), empty)) as unready:
        answer = await unready.get("http://localhost/readyz")
        assert (answer.status_code, answer.json()["remedy"]) == (503, "run coldlane db upgrade")
    await empty.close()


async def test_figures_count_and_name_no_box_and_no_shipment(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=6))
    await raise_alarm(database, created)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    await at_site.post("/appointments", json=wish)
    await at_site.get(f"/shipments/{created['id']}")
    page = (await at_site.get("http://localhost/metrics")).text
    for line in (
        'coldlane_http_requests_total{method="GET",route="/shipments/{shipment_id}",status="200"}',
        'coldlane_payloads{evidence="COMPLETE"} 1.0',
        'coldlane_alarms_active{acked="false",priority="1"} 1.0',
        'coldlane_inspection_spare_seconds{bay_class="cold_2_8"} 14400.0',
        'coldlane_ingest_messages_total{result="rejected"} 0.0',
        "coldlane_worklist_rows 2.0",
    ):
        assert line in page
    assert created["id"] not in page
    assert "CB-0001" not in page


async def test_s85_figures_are_for_this_machine_or_whoever_sends_their_token(
    app: FastAPI, api_database: Database
) -> None:
    """A proxy on this machine is not this machine; with a token nobody is let off it."""
    closed = create_app(
        FixedClock(NOW), api_database, observer_sha256=hashlib.sha256(b"t" * 40).digest()
    )
    right, wrong = ({"authorization": f"Bearer {sign * 40}"} for sign in "tu")
    passed_on = {"x-forwarded-for": "10.1.2.3"}
    for of, address, headers, status in (
        (app, "127.0.0.1", {}, 200),
        (app, "127.0.0.1", passed_on, 401),
        (app, "127.0.0.1", {"host": "coldlane.example"}, 401),
        (app, "10.1.2.3", {}, 401),
        (app, "10.1.2.3", right, 401),
        (closed, "127.0.0.1", {}, 401),
        (closed, "127.0.0.1", wrong, 401),
        (closed, "10.1.2.3", right, 200),
    ):
        transport = httpx.ASGITransport(app=of, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as somebody:
            answer = await somebody.get("/metrics", headers=headers)
            assert answer.status_code == status, (address, headers)
            assert ("coldlane_" in answer.text) is (status == 200)
            assert (await somebody.get("/readyz", headers=headers)).json()["warnings"] == []


async def test_s85_warnings_are_told_to_whoever_may_read_the_figures(
    app: FastAPI, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        await unit.execute(text(_DOUBTED))
    for address, told in (("127.0.0.1", ["server_clock"]), ("10.1.2.3", [])):
        transport = httpx.ASGITransport(app=app, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as somebody:
            assert (await somebody.get("/readyz")).json() == {"status": "ok", "warnings": told}

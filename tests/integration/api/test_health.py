"""What is said of the service itself: that it lives, that it can answer, its figures."""

import httpx

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, Judged, at, judge, local_client, raise_alarm, shipped


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

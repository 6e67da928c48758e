"""A fleet from the command line against real ingest, API, PostgreSQL and broker."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from services.local.broker import EmbeddedBroker
from services.local.children import ChildPlan, end, spawn
from services.local.ports import answers, free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(180)

BOXES = 4


class Service:
    """Addresses of the parts a fleet needs, and what is in the database."""

    def __init__(self, api_url: str, mqtt_url: str, database_url: str) -> None:
        self.api_url, self.mqtt_url = api_url, mqtt_url
        self._dsn = database_url.replace("postgresql+psycopg", "postgresql")

    def one(self, query: str) -> int:
        with psycopg.connect(self._dsn) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def text(self, query: str) -> str:
        with psycopg.connect(self._dsn) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return str(row[0])

    def shipments(self) -> list[dict[str, object]]:
        answer = httpx.get(f"{self.api_url}/api/v1/shipments", trust_env=False, timeout=60)
        items: list[dict[str, object]] = answer.raise_for_status().json()["items"]
        return items


@pytest.fixture
def service(
    database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path
) -> Iterator[Service]:
    port = free_port()
    environment = {
        **os.environ,
        "COLDLANE_DATABASE_URL": database_url,
        "COLDLANE_MQTT_URL": embedded_broker.url,
        "COLDLANE_API_HOST": "127.0.0.1",
        "COLDLANE_API_PORT": str(port),
    }
    children = [
        spawn(
            ChildPlan(
                command=[sys.executable, "-m", f"services.{name}"],
                log=tmp_path / f"{name}.log",
                folder=Path.cwd(),
                environment=environment,
            )
        )
        for name in ("ingest", "api")
    ]
    wait_until(lambda: answers(port), seconds=30, what="the API")
    yield Service(f"http://127.0.0.1:{port}", embedded_broker.url, database_url)
    for child in children:
        end(child, signal.SIGTERM, 10)


@contextmanager
def fleet_of(service: Service, *more: str) -> "Iterator[subprocess.Popen[str]]":
    addresses = ["--api-url", service.api_url, "--mqtt-url", service.mqtt_url]
    command = [sys.executable, "-m", "simulators", "run", *addresses, "--boxes", str(BOXES)]
    fleet = subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with fleet:
        try:
            yield fleet
        finally:
            fleet.kill()


def run_until_ready(
    service: Service, ready: Path, *more: str, boxes: int = BOXES
) -> tuple[int, str]:
    """Let a fleet come up, tell it to stop, and give its exit code and what it said."""
    ready.unlink(missing_ok=True)
    with fleet_of(service, "--ready-file", str(ready), *more) as fleet:
        wait_until(lambda: ready.exists() or fleet.poll() is not None, seconds=60, what="READY")
        wait_until(lambda: is_stored(service, boxes), seconds=90, what="the past stored")
        fleet.send_signal(signal.SIGTERM)
        said, complaint = fleet.communicate(timeout=60)
    assert complaint == ""
    return fleet.returncode, said


def is_stored(service: Service, boxes: int) -> bool:
    """Every box has readings, and no log has a hole."""
    heard = service.one("SELECT count(DISTINCT box_no) FROM reading")
    holes = service.one(
        "SELECT count(*) FROM watermark WHERE stored <> int8multirange(int8range(0, upper(stored)))"
    )
    return heard == boxes and holes == 0


def test_a_fleet_comes_up_tells_its_past_and_ends_with_a_table(
    service: Service, tmp_path: Path
) -> None:
    code, said = run_until_ready(service, tmp_path / "ready")

    assert code == 0
    assert "Simulated fleet: 4 boxes" in said
    assert "receipted" in said
    shipments = service.shipments()
    assert len(shipments) == BOXES
    assert all(shipment["simulated"] for shipment in shipments)
    # One of the four is in flight: departed by a milestone, expected by an estimate.
    phases = [shipment["phase"]["code"] for shipment in shipments]  # type: ignore[index]
    assert "in_flight" in phases
    assert service.one("SELECT count(*) FROM rejected_message") == 0


def test_the_same_run_again_adds_nothing(service: Service, tmp_path: Path) -> None:
    """Boxes that know no receipt send everything again; it is stored once."""
    start = (datetime.now(UTC) - timedelta(hours=48)).replace(microsecond=0)
    again = ("--json", "--start", start.isoformat())
    code, said = run_until_ready(service, tmp_path / "ready", *again)
    first = json.loads(said.splitlines()[-1])
    milestones = service.one("SELECT count(*) FROM milestone")

    second_code, said = run_until_ready(service, tmp_path / "ready", *again)
    second = json.loads(said.splitlines()[-1])

    assert (code, second_code) == (0, 0)
    assert (first["event"], first["refused"]) == ("end", 0)
    assert second["logged"] >= first["logged"]
    assert len(service.shipments()) == BOXES
    assert service.one("SELECT count(*) FROM milestone") == milestones
    assert service.one("SELECT count(*) FROM key_conflict") == 0
    stored = service.one("SELECT count(*) FROM reading")
    assert stored == service.one("SELECT count(*) FROM (SELECT DISTINCT boot_no, seq FROM reading)")


def test_without_a_start_the_former_run_goes_on(service: Service, tmp_path: Path) -> None:
    run_until_ready(service, tmp_path / "ready", "--seed", "5")
    before = {shipment["reference"] for shipment in service.shipments()}
    run_until_ready(service, tmp_path / "ready", "--seed", "5")
    assert {shipment["reference"] for shipment in service.shipments()} == before


def test_too_old_a_run_is_ended_and_a_new_one_begins(service: Service, tmp_path: Path) -> None:
    old = (datetime.now(UTC) - timedelta(hours=48 + 7)).replace(microsecond=0)
    run_until_ready(service, tmp_path / "ready", "--start", old.isoformat())
    run_until_ready(service, tmp_path / "ready", boxes=2 * BOXES)
    shipments = service.shipments()
    live = [shipment for shipment in shipments if shipment["state"] in {"packed", "moving"}]
    assert len(shipments) == 2 * BOXES
    assert len(live) == BOXES
    notes = "SELECT count(*) FROM milestone WHERE note = 'the simulated fleet began anew'"
    assert service.one(notes) > 0


def test_a_service_that_is_not_there_is_named_with_exit_code_1(mosquitto_url: str) -> None:
    nobody = Service(f"http://127.0.0.1:{free_port()}", mosquitto_url, "")
    with fleet_of(nobody) as fleet:
        _, complaint = fleet.communicate(timeout=60)
    assert fleet.returncode == 1
    assert "the service does not answer" in complaint


def test_a_wrong_scenario_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    nobody = Service("http://127.0.0.1:1", "mqtt://127.0.0.1:1", "")
    with fleet_of(nobody, "--scenario", str(tmp_path / "none.toml")) as fleet:
        _, complaint = fleet.communicate(timeout=60)
    assert fleet.returncode == 2
    assert "there is no scenario" in complaint

"""The load program from the command line against real ingest, API, PostgreSQL and Mosquitto."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.local.children import ChildPlan, end, spawn
from services.local.ports import answers, free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(180)

BOXES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    api_url: str
    mqtt_url: str
    dsn: str

    def load(self, *more: str) -> "subprocess.Popen[str]":
        addresses = ("--api-url", self.api_url, "--mqtt-url", self.mqtt_url)
        command = [sys.executable, "-m", "simulators", "load", *addresses, *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def one(self, query: str) -> int:
        with psycopg.connect(self.dsn) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def service(database_url: str, mosquitto_url: str, tmp_path: Path) -> Iterator[Service]:
    port = free_port()
    environment = {
        **os.environ,
        "COLDLANE_DATABASE_URL": database_url,
        "COLDLANE_MQTT_URL": mosquitto_url,
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
    yield Service(
        api_url=f"http://127.0.0.1:{port}",
        mqtt_url=mosquitto_url,
        dsn=database_url.replace("postgresql+psycopg", "postgresql"),
    )
    for child in children:
        end(child, signal.SIGTERM, 10)


def ended(program: "subprocess.Popen[str]") -> tuple[int, dict[str, Any]]:
    said, complaint = program.communicate(timeout=120)
    assert complaint == ""
    document: dict[str, Any] = json.loads(said)
    return program.returncode, document


def test_every_report_of_a_backlog_is_receipted_and_stored_once(service: Service) -> None:
    size = ("--boxes", str(BOXES), "--readings-per-box", "20", "--batch", "10", "--json")

    code, account = ended(service.load("--connections", "4", *size))
    again_code, again = ended(service.load("--connections", "0", *size))

    assert (code, again_code) == (0, 0)
    assert (account["connections"], again["connections"]) == (4, BOXES)
    assert (account["registered"], again["registered"]) == (BOXES, 0)
    for each in (account, again):
        assert each["sent"] == each["acknowledged"] == each["receipted"] == 2 * BOXES
        assert each["publish_to_receipt"]["p99_s"] >= each["publish_to_receipt"]["p50_s"] > 0
        assert each["ceiling"]["ratio"] > 0
    assert service.one("SELECT count(*) FROM reading") == 2 * 20 * BOXES
    assert service.one("SELECT count(*) FROM box WHERE simulated") == BOXES
    assert service.one("SELECT count(*) FROM rejected_message") == 0


def test_a_pace_is_kept_and_an_interrupt_still_prints_the_table(service: Service) -> None:
    paced = ("--boxes", str(BOXES), "--rate-per-s", "50")

    code, account = ended(service.load(*paced, "--for", "3", "--json"))
    assert code == 0
    assert account["receipted"] == account["sent"] == pytest.approx(150, abs=8)
    assert account["sent_per_s"] == pytest.approx(50, rel=0.2)

    program = service.load(*paced, "--for", "600")
    before = service.one("SELECT count(*) FROM reading")
    wait_until(
        lambda: service.one("SELECT count(*) FROM reading") > before, seconds=60, what="readings"
    )
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "receipted" in said
    assert "own ceiling" in said

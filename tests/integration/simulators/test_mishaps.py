"""Every mishap of a journey, told to a real service through its API."""

import json
import subprocess
import sys

import httpx
import pytest

from tests.integration.simulators.test_fleet import Service, service

__all__ = ["service"]

pytestmark = pytest.mark.timeout(240)


def test_the_service_takes_every_mishap(service: Service) -> None:
    addresses = ["--api-url", service.api_url, "--mqtt-url", service.mqtt_url]
    command = [sys.executable, "-m", "simulators", "run", *addresses, "--json"]
    more = ["--scenario", "mishaps", "--duration-s", "75"]
    done = subprocess.run(
        [*command, *more], capture_output=True, text=True, timeout=150, check=True
    )
    assert done.stderr == ""
    totals = json.loads(done.stdout.splitlines()[-1])
    shipments = {str(one["reference"]): one for one in service.shipments()}
    assert totals["boxes"] == 11
    assert len(shipments) == 10

    states = sorted(str(one["state"]) for one in shipments.values())
    assert states.count("received") == 1  # the first of the box that is used again
    assert states.count("cancelled") == 1
    assert max(len(one["boxes"]) for one in shipments.values()) == 2  # type: ignore[arg-type]
    kinds = set(service.text("SELECT string_agg(DISTINCT kind, ',') FROM milestone").split(","))
    assert {"offloaded", "leg_cancelled", "diverted", "cancelled"} <= kinds
    corrected = "SELECT count(*) FROM assignment WHERE reason LIKE 'boxes were swapped%'"
    assert service.one(corrected) == 2
    assert service.one("SELECT count(*) FROM box WHERE kind = 'room'") == 1
    assert service.one("SELECT count(*) FROM rejected_message") == 0
    room = httpx.get(f"{service.api_url}/api/v1/boxes", trust_env=False).json()["items"]
    assert all(one["simulated"] for one in room)

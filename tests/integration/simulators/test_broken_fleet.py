"""Twelve boxes with every fault, against real ingest, API, PostgreSQL and broker."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.simulators.test_fleet import Service, service
from tests.support.waiting import wait_until

__all__ = ["service"]

pytestmark = pytest.mark.timeout(240)

_GOOD = "SELECT count(*) FROM reading"
_UNREADABLE = (
    "SELECT count(DISTINCT sha256) FROM rejected_message"
    " WHERE reason = 'out_of_range' OR position('NaN'::bytea IN payload) > 0"
)


@pytest.fixture
def told(service: Service, tmp_path: Path) -> tuple[Service, dict[str, int]]:
    """The service after a run of the scenario to its own end, and the totals of the run."""
    addresses = ["--api-url", service.api_url, "--mqtt-url", service.mqtt_url]
    command = [sys.executable, "-m", "simulators", "run", *addresses, "--json"]
    with subprocess.Popen(
        [*command, "--scenario", "broken-fleet", "--seed", "7"],
        stdout=subprocess.PIPE,
        text=True,
    ) as fleet:
        try:
            said, _ = fleet.communicate(timeout=150)
        finally:
            fleet.send_signal(signal.SIGKILL)
    return service, json.loads(said.splitlines()[-1])


def test_all_good_records_are_stored_once_and_the_bad_ones_are_listed(
    told: tuple[Service, dict[str, int]],
) -> None:
    service, totals = told
    assert totals["boxes"] == 12
    distinct = "SELECT count(*) FROM (SELECT DISTINCT boot_no, seq FROM reading) AS one"
    wait_until(
        lambda: service.one(_GOOD) >= totals["receipted"], seconds=20, what="all that is receipted"
    )
    assert service.one(_GOOD) == service.one(distinct)
    # Some readings cannot be read by anybody; a few more were logged in the last seconds.
    unreadable = service.one(_UNREADABLE)
    assert unreadable >= 10
    assert 0 <= totals["logged"] - service.one(_GOOD) - unreadable <= 12
    assert service.one("SELECT count(*) FROM key_conflict") == 0
    assert service.one("SELECT count(DISTINCT box_no) FROM reading") == 12
    assert service.one("SELECT count(*) FROM watermark") == 15

    reasons = _reasons(service)
    assert {"foreign_shard", "unknown_box", "box_mismatch", "out_of_range"} <= reasons
    assert reasons & {"not_json", "bad_text"}


def _reasons(service: Service) -> set[str]:
    query = "SELECT string_agg(DISTINCT reason, ',') FROM rejected_message"
    return set(service.text(query).split(","))

"""What the doctor makes of what it sees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.cli.checks import check_clock, check_disk, check_heartbeats, check_work
from services.cli.effective import masked
from services.core.runtime.clock import FixedClock
from services.core.storage.survey import Heartbeat, Survey

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SURVEY = Survey(
    server_version="18.6",
    server_time=NOW,
    heartbeats=(),
    work_waiting=0,
    oldest_work_put_at=None,
    last_received_at=None,
    rejected_messages=0,
)


class FastClock(FixedClock):
    """Simulated time at sixty times the speed."""

    rate = 60.0


def beat(service: str, age_s: float) -> Heartbeat:
    at = NOW - timedelta(seconds=age_s)
    return Heartbeat(service=service, instance="1", started_at=at, at=at)


def outcomes(*beats: Heartbeat, clock: FixedClock | None = None) -> dict[str, str]:
    checks = check_heartbeats(beats, clock or FixedClock(NOW))
    return {check.name: check.outcome for check in checks}


def test_services_that_beat_a_moment_ago_are_well() -> None:
    beats = [beat(name, 5) for name in ("ingest", "alerts", "api")]
    assert set(outcomes(*beats).values()) == {"ok"}


def test_a_service_that_is_late_or_never_ran_has_failed() -> None:
    found = outcomes(beat("ingest", 5), beat("alerts", 16))
    assert found == {"ingest": "ok", "alerts": "failed", "api": "failed"}


def test_age_counts_in_real_seconds_when_time_is_simulated() -> None:
    beats = [beat(name, 5 * 60) for name in ("ingest", "alerts", "api")]
    assert set(outcomes(*beats, clock=FastClock(NOW)).values()) == {"ok"}


@pytest.mark.parametrize(("age_s", "outcome"), [(29, "ok"), (31, "warning")])
def test_work_that_waits_long_is_worth_a_look(age_s: float, outcome: str) -> None:
    survey = replace(SURVEY, work_waiting=3, oldest_work_put_at=NOW - timedelta(seconds=age_s))
    assert next(check_work(survey, FixedClock(NOW))).outcome == outcome


@pytest.mark.parametrize(("apart_s", "outcome"), [(-4, "ok"), (4, "ok"), (-6, "failed")])
def test_clocks_that_stand_apart_are_a_failure(apart_s: float, outcome: str) -> None:
    assert check_clock(NOW, NOW + timedelta(seconds=apart_s)).outcome == outcome


def test_the_disk_is_asked_where_the_folder_would_be(tmp_path: Path) -> None:
    assert str(tmp_path / "not" / "there") in check_disk(tmp_path / "not" / "there").said


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("postgresql+psycopg://u:p@h:5432/d", "postgresql+psycopg://u:***@h:5432/d"),
        ("mqtt://h:1883", "mqtt://h:1883"),
        ("postgresql://h/d?password=p", "postgresql://h/d"),
        ("not an address", "***"),
    ],
)
def test_a_masked_address_keeps_all_but_its_secret(secret: str, shown: str) -> None:
    assert masked(SecretStr(secret)) == shown

"""What is said of each part: works, is behind, does not work, or is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.api.present.status import parts_of, processes_of, worst_of
from services.core.storage.heartbeats import Heartbeat
from services.core.storage.survey import Survey

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UP = {"connected": True, "lag_s": 0.2, "waiting": 3}


def beat(service: str, ago_s: float = 2, **detail: Any) -> Heartbeat:
    at = NOW - timedelta(seconds=ago_s)
    return Heartbeat(service=service, instance=service, started_at=at, at=at, detail=detail)


def survey(*beats: Heartbeat, **changes: Any) -> Survey:
    standing = beats or (beat("ingest", **UP), beat("alerts"))
    return Survey(server_version="18", server_time=NOW, heartbeats=standing, **changes)


def states(found: Survey) -> dict[str, str]:
    return {one.name: one.state for one in parts_of(found, NOW)}


def test_all_is_well_when_everybody_beats_and_nothing_waits() -> None:
    parts = parts_of(survey(), NOW)
    assert {one.state for one in parts} == {"ok"}
    assert worst_of(parts) == "ok"
    assert [one.name for one in parts] == [
        *("broker", "ingest", "database", "judging", "notices", "api")
    ]


def test_without_ingest_nobody_can_say_whether_the_broker_speaks() -> None:
    found = survey(beat("ingest", 60, **UP), beat("alerts"))
    assert (states(found)["broker"], states(found)["ingest"]) == ("unknown", "down")
    assert worst_of(parts_of(found, NOW)) == "down"
    assert [one.live for one in processes_of(found, NOW)] == [False, True]


def test_a_broker_that_is_cut_off_says_since_when() -> None:
    since = NOW - timedelta(minutes=5)
    cut = beat("ingest", connected=False, link_since=since.isoformat(), lag_s=0)
    broker = parts_of(survey(cut, beat("alerts")), NOW)[0]
    assert (broker.state, broker.since) == ("down", since)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"oldest_work_put_at": NOW - timedelta(seconds=30)}, "judging"),
        ({"oldest_notice_at": NOW - timedelta(minutes=2), "notice_error": "refused"}, "notices"),
    ],
)
def test_what_waits_too_long_is_behind(changes: dict[str, Any], part: str) -> None:
    found = survey(**changes)
    assert states(found)[part] == "behind"
    assert worst_of(parts_of(found, NOW)) == "behind"


def test_writing_that_is_late_is_behind_and_alerts_that_is_silent_is_down() -> None:
    found = survey(beat("ingest", connected=True, lag_s=42.0, waiting=900), beat("alerts", 90))
    assert states(found)["ingest"] == "behind"
    assert (states(found)["judging"], states(found)["notices"]) == ("down", "down")


def test_a_process_that_was_taken_away_is_forgotten() -> None:
    assert processes_of(survey(beat("ingest", 2 * 86_400)), NOW) == []

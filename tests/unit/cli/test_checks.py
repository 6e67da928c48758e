"""What the doctor makes of what it sees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.cli.behind import (
    check_guards,
    check_heartbeats,
    check_ingest,
    check_standbys,
    check_survey,
)
from services.cli.check import Check
from services.cli.checks import check_clock, check_disk
from services.cli.effective import effective_settings
from services.core.runtime.clock import FixedClock
from services.core.runtime.effective import masked, told
from services.core.runtime.settings import ApiSettings, AuditSettings
from services.core.storage.heartbeats import Heartbeat
from services.core.storage.survey import Survey

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SURVEY = Survey(server_version="18.6", server_time=NOW, heartbeats=())
AGO = NOW - timedelta(hours=1)


class FastClock(FixedClock):
    """Simulated time at sixty times the speed."""

    rate = 60.0


def beat(service: str, age_s: float, instance: str = "1", **detail: object) -> Heartbeat:
    at = NOW - timedelta(seconds=age_s)
    return Heartbeat(service=service, instance=instance, started_at=at, at=at, detail=detail)


def surveyed(**changes: object) -> dict[str, Check]:
    """What the doctor makes of rows that differ from those of a calm system."""
    survey = replace(SURVEY, **changes)  # type: ignore[arg-type]
    return {check.name: check for check in check_survey(survey, FixedClock(NOW))}


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
    found = surveyed(work_waiting=3, oldest_work_put_at=NOW - timedelta(seconds=age_s))
    assert found["verdicts"].outcome == outcome


def test_calm_system_has_nothing_to_do() -> None:
    assert {check.outcome for check in surveyed().values()} == {"ok"}


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"rejected": {"unknown_box": 3}}, "rejected", "coldlane rejected list --open"),
        ({"notices": 2, "oldest_notice_at": AGO}, "notices", "COLDLANE_WEBHOOK_URL"),
        ({"unjudged": 1, "unjudged_error": "KeyError()"}, "judging", "by hand"),
        ({"key_conflicts": 1}, "conflicts", "boot id"),
        ({"last_received_at": AGO, "boxes_under_way": 2}, "readings", "broker"),
    ],
)
def test_whatever_is_behind_says_what_to_do(
    changes: dict[str, object], name: str, words: str
) -> None:
    found = surveyed(**changes)[name]
    assert found.outcome != "ok"
    assert words in found.remedy


def test_silence_of_boxes_that_do_not_travel_is_no_finding() -> None:
    assert surveyed(last_received_at=AGO)["readings"].outcome == "ok"


def test_writing_that_is_behind_and_its_troubles_are_told() -> None:
    slow = beat("ingest", 2, lag_s=9.5, waiting=8000, retries=3, session_lost_at=NOW.isoformat())
    found = {check.name: check for check in check_ingest((slow,), FixedClock(NOW))}
    assert {name: check.outcome for name, check in found.items()} == dict.fromkeys(
        ["writing", "session", "retries"], "warning"
    )
    assert "8000 messages" in found["writing"].said


@pytest.mark.parametrize(("off_s", "way"), [(7200.0, "ahead"), (-7200.0, "behind")])
def test_a_server_clock_in_doubt_has_failed_and_says_which_way(off_s: float, way: str) -> None:
    doubted = beat(
        "ingest", 2, connected=True, clock_off_s=off_s, clock_doubted_since=NOW.isoformat()
    )
    found = {check.name: check for check in check_ingest((doubted,), FixedClock(NOW))}
    assert found["server clock"].outcome == "failed"
    assert f"7200 s {way}" in found["server clock"].said


def test_link_that_is_lost_has_failed_and_one_never_tried_is_about_to_be() -> None:
    lost = beat("ingest", 2, connected=False, link_since=AGO.isoformat())
    begun = beat("ingest", 2, connected=False, link_since=None)
    links = [next(check_ingest((one,), FixedClock(NOW))) for one in (lost, begun)]
    assert [link.name for link in links] == ["link", "link"]
    assert [link.outcome for link in links] == ["failed", "warning"]
    assert all("None" not in link.said for link in links)


def test_each_ingest_process_is_told_and_one_long_gone_is_not() -> None:
    beats = [beat("ingest", 2, "a"), beat("ingest", 60, "b"), beat("ingest", 2e5, "old")]
    beats += [beat("alerts", 2), beat("api", 2)]
    assert outcomes(*beats) == {
        "ingest a": "ok", "ingest b": "failed", "alerts": "ok", "api": "ok",
    }  # fmt: skip


def test_standby_is_told_and_one_that_is_silent_is_a_warning() -> None:
    beats = beat("ingest-standby", 2, "a"), beat("ingest-standby", 60, "b"), beat("ingest", 2, "a")
    found = check_standbys(beats, FixedClock(NOW))
    assert {one.name: one.outcome for one in found} == {
        "stand-by of a": "ok", "stand-by of b": "warning",
    }  # fmt: skip


def test_finding_without_a_next_step_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="next step"):
        Check(name="x", outcome="warning", said="is bad")


def test_settings_are_those_of_the_system_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDLANE_BATCH_MAX", "7")
    told = beat("ingest", 2, settings={"COLDLANE_BATCH_MAX": "250"})
    found = effective_settings({}, None, [told])
    assert found["COLDLANE_BATCH_MAX"] == ("250", "ingest")
    assert effective_settings({}, None)["COLDLANE_BATCH_MAX"] == ("7", "")


def test_settings_in_which_processes_differ_are_told_of_each() -> None:
    name = "COLDLANE_MQTT_SHARDS"
    beats = [
        beat("ingest", 2, "a", settings={name: "00-1f", "COLDLANE_BATCH_MAX": "250"}),
        beat("ingest", 3, "b", settings={name: "20-3f", "COLDLANE_BATCH_MAX": "250"}),
        beat("ingest", 600, "old", settings={name: "00-3f"}),
        beat("ingest-standby", 3, "b", settings={name: "20-3f", "COLDLANE_BATCH_MAX": "250"}),
    ]
    found = effective_settings({}, None, beats)
    assert found["COLDLANE_BATCH_MAX"] == ("250", "ingest, ingest-standby")
    assert found[name].value == "00-1f (ingest a), 20-3f (ingest b), 20-3f (ingest-standby b)"


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


@pytest.mark.parametrize(
    ("real", "changes", "found"),
    [
        (1, {}, {"audit trail": "warning", "sign-in": "warning"}),
        (0, {}, {}),
        (1, {"COLDLANE_SIGN_IN": "True"}, {"audit trail": "warning"}),
        (1, {"COLDLANE_API_HOST": "10.0.0.7"}, {"audit trail": "warning"}),
        (1, {"COLDLANE_AUDIT_DIR": "/var/lib/coldlane/audit"}, {"sign-in": "warning"}),
    ],
)
def test_real_shipments_want_a_key_of_the_audit_trail_and_people_who_sign_in(
    real: int, changes: dict[str, str], found: dict[str, str]
) -> None:
    bare = told(ApiSettings(), AuditSettings())
    api = beat("api", 1, settings=bare | changes)
    survey = replace(SURVEY, real_shipments=real, heartbeats=(beat("alerts", 1), api))
    assert {check.name: check.outcome for check in check_guards(survey)} == found

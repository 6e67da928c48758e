"""Alarms about ourselves: the cause once, whatever the number of boxes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.alarm.platform import Beat, IdleBox, PlatformFacts, platform_alarms
from services.core.domain.identifiers import BoxId, shard_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def a_beat(**changes: Any) -> Beat:
    values = {"at": ago(2), "connected": True, "link_since": ago(3600), **changes}
    return Beat(**values)


def kinds(*beats: Beat, **more: Any) -> list[AlarmKind]:
    found = platform_alarms(PlatformFacts(beats=beats, **more), NOW)
    return [alarm.kind for alarm in found if alarm.raises]


def test_all_is_well_and_an_ingest_that_never_was_is_no_alarm() -> None:
    assert kinds(a_beat(), oldest_work_at=ago(3)) == []
    assert kinds() == []


def test_a_broker_that_is_away_for_half_a_minute_is_one_alarm_with_all_boxes() -> None:
    down = a_beat(connected=False, link_since=ago(30))
    boxes = [f"CB-{n:04}" for n in range(500)]
    (alarm,) = platform_alarms(PlatformFacts(beats=[down], boxes=boxes), NOW)
    assert (alarm.kind, alarm.facts["n"]) == (AlarmKind.BROKER_DOWN, 500)
    assert alarm.facts["boxes"] == boxes
    assert kinds(a_beat(connected=False, link_since=ago(29))) == []


def test_one_connected_process_is_enough_and_one_that_does_not_say_counts_as_connected() -> None:
    down = a_beat(connected=False, link_since=ago(300))
    assert kinds(down, a_beat()) == []
    assert kinds(a_beat(connected=None)) == []


def test_without_ingest_nothing_else_is_known() -> None:
    late = a_beat(at=ago(31), connected=False, lag=timedelta(hours=1))
    assert kinds(late) == [AlarmKind.INGEST_AWAY]


def test_a_silent_process_whose_shards_nobody_took_is_away_for_their_boxes_alone() -> None:
    low, high = frozenset(range(32)), frozenset(range(32, 64))
    boxes = [f"CB-{n:04}" for n in range(64)]
    beats = [a_beat(shards=low), a_beat(at=ago(31), shards=high)]
    (alarm,) = platform_alarms(PlatformFacts(beats=beats, boxes=boxes), NOW)
    assert (alarm.kind, alarm.began_at) == (AlarmKind.INGEST_AWAY, ago(31))
    assert alarm.facts["boxes"] == [name for name in boxes if shard_of(BoxId(name)) in high]
    assert 0 < alarm.facts["n"] < 64


def test_a_process_whose_shards_others_have_now_is_not_missed() -> None:
    low, high = frozenset(range(32)), frozenset(range(32, 64))
    gone = a_beat(at=ago(3600))
    assert kinds(gone, a_beat(shards=low), a_beat(shards=high)) == []
    assert kinds(gone, a_beat(shards=low)) == [AlarmKind.INGEST_AWAY]


def test_we_are_behind_by_a_late_batch_or_by_work_that_waits() -> None:
    assert kinds(a_beat(lag=timedelta(seconds=60))) == [AlarmKind.WE_ARE_BEHIND]
    assert kinds(a_beat(), oldest_work_at=ago(61)) == [AlarmKind.WE_ARE_BEHIND]
    held = platform_alarms(PlatformFacts(beats=[a_beat(lag=timedelta(seconds=30))]), NOW)
    assert [(one.kind, one.raises) for one in held] == [(AlarmKind.WE_ARE_BEHIND, False)]


def test_a_clock_in_doubt_is_an_alarm_from_when_it_was_doubted() -> None:
    doubted = a_beat(clock_off=timedelta(hours=-2), clock_doubted_since=ago(600))
    (alarm,) = platform_alarms(PlatformFacts(beats=[a_beat(), doubted]), NOW)
    assert (alarm.kind, alarm.began_at) == (AlarmKind.SERVER_CLOCK, ago(600))
    assert alarm.facts == {"late_s": 7200}


def test_an_idle_box_is_missed_only_by_those_who_have_listened_since() -> None:
    box = IdleBox(box_id="CB-0001", box_no=1, last_received_at=ago(1800), due_at=ago(900))
    assert kinds(a_beat(), silent=[box]) == [AlarmKind.BOX_CONTACT]
    assert kinds(a_beat(link_since=ago(600)), silent=[box]) == []
    assert kinds(a_beat(connected=False, link_since=ago(10)), silent=[box]) == []


def test_a_lost_session_is_told_for_an_hour() -> None:
    assert kinds(a_beat(session_lost_at=ago(3599))) == [AlarmKind.SESSION_LOST]
    assert kinds(a_beat(session_lost_at=ago(3600))) == []

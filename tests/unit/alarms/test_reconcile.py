"""How stored alarms follow derived ones: every move, and no alarm twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.alarm.conditions import DerivedAlarm, StoredAlarm
from services.core.domain.alarm.following import CHATTER, REOPEN_WITHIN, reconcile
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.domain.alarm.life import Move

START = datetime(2026, 11, 22, tzinfo=UTC)
NOW = START + timedelta(hours=10)
PAYLOAD = "0192"


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def a_derived(
    began: float = 0,
    returned: float | None = None,
    *,
    kind: AlarmKind = AlarmKind.EXCURSION,
    raises: bool = True,
) -> DerivedAlarm:
    return DerivedAlarm(
        kind=kind,
        subject="high" if kind is AlarmKind.EXCURSION else "",
        began_at=at(began),
        returned_at=None if returned is None else at(returned),
        raises=raises,
    )


def after(
    stored: list[StoredAlarm], derived: list[DerivedAlarm], now: datetime = NOW
) -> list[StoredAlarm]:
    """The stored alarms once the moves have been made."""
    by_key = {alarm.key: alarm for alarm in stored}
    for move in reconcile(PAYLOAD, stored, derived, now):
        by_key[move.alarm.key] = move.alarm
    return list(by_key.values())


def moves(stored: list[StoredAlarm], derived: list[DerivedAlarm]) -> list[Move]:
    return [transition.move for transition in reconcile(PAYLOAD, stored, derived, NOW)]


def test_a_new_condition_is_raised() -> None:
    assert moves([], [a_derived()]) == [Move.RAISED]


def test_a_condition_that_is_over_already_is_raised_and_returned() -> None:
    assert moves([], [a_derived(0, 30)]) == [Move.RAISED, Move.RETURNED]


def test_the_same_condition_again_moves_nothing() -> None:
    stored = after([], [a_derived()])
    assert moves(stored, [a_derived()]) == []


def test_an_end_returns_the_alarm_and_leaving_again_reopens_it() -> None:
    over = after(after([], [a_derived()]), [a_derived(0, 30)])
    assert moves(after([], [a_derived()]), [a_derived(0, 30)]) == [Move.RETURNED]
    assert moves(over, [a_derived()]) == [Move.REOPENED]


def test_a_closed_alarm_that_is_reopened_is_open() -> None:
    (over,) = after(after([], [a_derived()]), [a_derived(0, 30)])
    (again,) = after([replace(over, closed_at=NOW)], [a_derived()])
    assert again.closed_at is None
    assert again.returned_at is None


def test_late_data_that_moves_the_beginning_keeps_the_alarm() -> None:
    stored = after([], [a_derived(10, 40)])
    moved = after(stored, [a_derived(5, 40)])
    assert len(moved) == 1
    assert moved[0].began_at == at(5)
    assert moved[0].key == stored[0].key


def test_what_never_was_is_withdrawn_once_and_stays_to_be_seen() -> None:
    stored = after([], [a_derived(10)])
    withdrawn = after(stored, [])
    assert moves(stored, []) == [Move.WITHDRAWN]
    assert withdrawn[0].facts["withdrawn"] is True
    assert withdrawn[0].returned_at == NOW
    assert withdrawn[0].closed_at is None
    assert moves(withdrawn, []) == []


def test_what_was_withdrawn_and_is_so_after_all_is_reopened() -> None:
    withdrawn = after(after([], [a_derived(10, 40)]), [])
    again = after(withdrawn, [a_derived(10, 40)])
    assert moves(withdrawn, [a_derived(10, 40)]) == [Move.REOPENED]
    assert [(a.returned_at, a.facts) for a in again] == [(at(40), {})]


def test_a_condition_found_by_its_key_is_not_taken_by_its_neighbour() -> None:
    stored = after([], [a_derived(10, 40)])
    both = after(stored, [a_derived(0, 20), a_derived(10, 40)])
    assert len(both) == 2
    assert stored[0] in both


def test_a_standing_condition_returns_when_it_is_derived_no_more() -> None:
    stored = after([], [a_derived(kind=AlarmKind.NO_DATA)])
    assert moves(stored, []) == [Move.RETURNED]
    assert moves(after(stored, []), []) == []


def test_a_standing_condition_keeps_its_first_beginning() -> None:
    stored = after([], [a_derived(10, kind=AlarmKind.DEADLINE_NEAR)])
    moved = after(stored, [a_derived(25, kind=AlarmKind.DEADLINE_NEAR)])
    assert [alarm.began_at for alarm in moved] == [at(10)]


def test_a_standing_condition_that_comes_again_is_another_alarm() -> None:
    over = after(after([], [a_derived(10, kind=AlarmKind.NO_DATA)]), [])
    again = [a_derived(90, kind=AlarmKind.NO_DATA)]
    assert len(after(over, again, NOW + REOPEN_WITHIN)) == 1
    assert len(after(over, again, NOW + REOPEN_WITHIN + timedelta(seconds=1))) == 2


def test_a_condition_excused_by_design_is_kept_and_sounds_when_the_excuse_ends() -> None:
    excused = [replace(a_derived(kind=AlarmKind.NO_DATA), suppressed_by="inspection")]
    plain = [a_derived(kind=AlarmKind.NO_DATA)]
    stored = after([], excused)
    assert stored[0].suppressed
    assert moves(stored, excused) == []
    assert moves(stored, plain) == [Move.UNSUPPRESSED]
    assert moves(after(stored, plain), excused) == [Move.SUPPRESSED]
    assert moves(stored, []) == [Move.RETURNED]


def test_a_step_further_on_its_own_scale_escalates_and_a_step_back_does_not() -> None:
    low, lower = (
        replace(a_derived(kind=AlarmKind.NO_DATA), facts={"step": step}) for step in (0, 1)
    )
    assert moves(after([], [low]), [lower]) == [Move.ESCALATED]
    assert moves(after([], [lower]), [low]) == []


def test_what_trembles_about_a_step_sounds_once_until_it_is_over() -> None:
    low, lower = (
        replace(a_derived(kind=AlarmKind.BATTERY_LOW), facts={"n": 10 - step, "step": step})
        for step in (0, 1)
    )
    stored = after(after([], [low]), [lower])
    for _ in range(3):
        for one in (low, lower):
            assert Move.ESCALATED not in moves(stored, [one])
            stored = after(stored, [one])
    again = after(after(stored, []), [low], NOW + timedelta(minutes=5))
    assert moves(again, [lower]) == [Move.ESCALATED]


def test_a_slack_that_trembles_about_none_sounds_once_until_it_has_eased() -> None:
    def with_slack(minutes: int) -> DerivedAlarm:
        facts = {"no_slot_in_time": minutes < 0, "step": int(minutes < 0), "eased": minutes >= 15}
        return replace(a_derived(kind=AlarmKind.DEADLINE_NEAR), facts=facts)

    stored, sounded = after([], [with_slack(-1)]), []
    for slack in (1, -1, 14, -1, 15, -1):
        found = reconcile(PAYLOAD, stored, [with_slack(slack)], NOW)
        sounded += [slack for move in found if move.calls]
        stored = after(stored, [with_slack(slack)])
        assert stored[0].facts["no_slot_in_time"] is (slack < 0)
    assert sounded == [-1]  # the last one, which came after it had eased


@pytest.mark.parametrize(
    ("recent", "told"), [(0, True), (CHATTER - 2, True), (CHATTER - 1, False), (50, False)]
)
def test_the_third_move_within_a_minute_is_chatter_and_moves_in_silence(
    recent: int, told: bool
) -> None:
    (raised,) = after([], [a_derived(kind=AlarmKind.TILTED)])
    over = replace(raised, returned_at=NOW, recent_moves=recent)
    (again,) = reconcile(PAYLOAD, [over], [a_derived(kind=AlarmKind.TILTED)], NOW)
    assert (again.move, again.calls) == (Move.REOPENED, told)
    assert again.alarm.returned_at is None


def test_chatter_damps_neither_the_first_notice_nor_one_that_is_worse() -> None:
    (first,) = reconcile(PAYLOAD, [], [a_derived(kind=AlarmKind.BATTERY_LOW)], NOW)
    restless = replace(first.alarm, recent_moves=50)
    worse = replace(a_derived(kind=AlarmKind.BATTERY_LOW), facts={"step": 1})
    (grown,) = reconcile(PAYLOAD, [restless], [worse], NOW)
    assert (first.calls, grown.move, grown.calls) == (True, Move.ESCALATED, True)


def test_inside_the_hysteresis_an_open_alarm_stays_and_none_begins() -> None:
    band = a_derived(10, kind=AlarmKind.DEADLINE_NEAR, raises=False)
    stored = after([], [a_derived(5, kind=AlarmKind.DEADLINE_NEAR)])
    assert moves(stored, [band]) == []
    assert moves([], [band]) == []


EPISODES = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 30)), max_size=6).map(
    lambda steps: [
        a_derived(sum(g + n for g, n in steps[:i]) + gap, sum(g + n for g, n in steps[: i + 1]))
        for i, (gap, _) in enumerate(steps)
    ]
)


@given(st.lists(EPISODES, max_size=5))
def test_whatever_came_before_the_live_alarms_are_the_derived_ones(
    history: list[list[DerivedAlarm]],
) -> None:
    stored: list[StoredAlarm] = []
    for derived in history:
        stored = after(stored, derived)
        assert moves(stored, derived) == []
        live = [(a.began_at, a.returned_at) for a in stored if not a.facts.get("withdrawn")]
        assert sorted(live) == sorted((d.began_at, d.returned_at) for d in derived)


def test_every_kind_says_what_to_do() -> None:
    assert set(ALARM_SPECS) == set(AlarmKind)
    for kind, spec in ALARM_SPECS.items():
        assert spec.priority in (1, 2, 3)
        assert spec.first_action == f"alarm.{kind}.action"
        assert spec.consequence == f"alarm.{kind}.consequence"
        assert spec.time_to_act > timedelta(0)

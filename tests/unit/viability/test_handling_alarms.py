"""Lid, tilt, battery, probe, place, budgets: which alarms they ask for, and which they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.geodesy import Place
from services.core.domain.viability.alarm_numbers import ALARM_NUMBERS
from services.core.domain.viability.alarms import derive_alarms, next_alarm_change
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case
from services.core.domain.viability.numbers import UNITS
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.situation import OpenInspection, Situation
from tests.unit.viability.builders import a_case, a_profile, a_sample, at, samples

CALM = samples((float(m), 5.0 + 0.01 * (m % 3)) for m in range(60))
PVG = Place(name="PVG", lat=31.14, lon=121.81)
NGB = Place(name="NGB", lat=29.82, lon=121.46)


def derived_from(
    given_samples: Sequence[Sample], minute: float, case: Case | None = None, **around: Any
) -> list[DerivedAlarm]:
    """Alarms that ring, of a box heard at that minute."""
    case, now = case or a_case(heard_min=minute), at(minute)
    assessed = assess(case, None, given_samples, now)
    situation = Situation(plan=InspectionPlan(), needs_slot=False, state=assessed.state, **around)
    found = derive_alarms(case, assessed.assessment, situation, now)
    return [alarm for alarm in found if alarm.raises]


def kinds(alarms: Sequence[DerivedAlarm]) -> list[AlarmKind]:
    return [alarm.kind for alarm in alarms]


def with_lid(begin: float, end: float | None) -> list[Sample]:
    """Open from `begin` to `end`, as readings say it."""
    return [
        one._replace(lid_open=m >= begin and (end is None or m < end)) for m, one in enumerate(CALM)
    ]


def test_an_open_lid_rings_after_its_delay_and_ends_when_it_is_closed() -> None:
    assert kinds(derived_from(with_lid(58, None), 59)) == []
    assert kinds(derived_from(with_lid(50, None), 59)) == [AlarmKind.LID_OPEN]
    (over,) = derived_from(with_lid(30, 40), 59)
    assert (over.began_at, over.returned_at) == (at(30), at(40))


def test_events_of_a_lid_count_as_its_readings_do() -> None:
    opened = a_sample(30.5, None, event="lid_opened")
    closed = a_sample(35.5, None, event="lid_closed")
    (alarm,) = derived_from([*CALM, opened, closed], 59)
    assert (alarm.began_at, alarm.returned_at) == (at(30.5), at(35.5))


def test_openings_close_to_one_another_are_one() -> None:
    flapping = [one._replace(lid_open=10 <= m < 40 and m % 2 == 0) for m, one in enumerate(CALM)]
    (alarm,) = derived_from(flapping, 59)
    assert (alarm.began_at, alarm.returned_at) == (at(10), at(39))


def test_the_lid_of_a_box_left_behind_is_not_open_any_more() -> None:
    first = with_lid(40, None)[:50]
    second = [one._replace(box_id="CB-0002", boot="other") for one in CALM[50:]]
    (alarm,) = derived_from([*first, *second], 59)
    assert alarm.returned_at == at(50)


def test_an_inspection_excuses_the_lid_until_its_time_is_over_and_then_is_an_alarm_itself() -> None:
    inspection = OpenInspection(since=at(45), until=at(57), is_open=True)
    (alarm,) = derived_from(with_lid(50, None), 56.9, inspection=inspection)
    assert alarm.suppressed_by == "inspection"
    left_open = derived_from(with_lid(50, None), 57, inspection=inspection)
    assert [(one.kind, one.suppressed_by) for one in left_open] == [
        (AlarmKind.LID_OPEN, None),
        (AlarmKind.INSPECTION_OPEN, None),
    ]
    ended = replace(inspection, is_open=False)
    (past,) = derived_from(with_lid(50, 56), 59, inspection=ended)
    assert past.suppressed_by == "inspection"


def test_a_sponsors_allowance_ends_the_excuse_before_the_inspections_time() -> None:
    case = a_case(a_profile(numbers={"inspection_lid_min": 8.0}), heard_min=59)
    inspection = OpenInspection(
        since=at(38), until=at(58), is_open=True, early=timedelta(minutes=5)
    )
    (excused,) = derived_from(with_lid(40, None), 47.9, case, inspection=inspection)
    assert excused.suppressed_by == "inspection"
    _, left_open = derived_from(with_lid(40, None), 48, case, inspection=inspection)
    assert (left_open.kind, left_open.began_at) == (AlarmKind.INSPECTION_OPEN, at(48))
    assert left_open.facts["by_allowance"] is True


def test_what_an_earlier_inspection_used_of_the_allowance_is_used() -> None:
    case = a_case(a_profile(numbers={"inspection_lid_min": 8.0}), heard_min=59)
    readings = [one._replace(lid_open=10 <= m < 15 or m >= 40) for m, one in enumerate(CALM)]
    again = OpenInspection(
        since=at(38), until=at(58), is_open=True, early=timedelta(minutes=5),
        earlier=((at(8), at(20)),),
    )  # fmt: skip
    left_open = derived_from(readings, 43, case, inspection=again)[-1]
    assert (left_open.kind, left_open.began_at) == (AlarmKind.INSPECTION_OPEN, at(43))
    assert AlarmKind.INSPECTION_OPEN not in kinds(
        derived_from(readings, 42.9, case, inspection=again)
    )


def test_each_shock_is_an_alarm_that_is_over_at_once() -> None:
    hits = [a_sample(m, None, event="shock") for m in (10.1, 11.1, 40.1)]
    alarms = derived_from([*CALM, *hits], 59)
    assert [(one.kind, one.began_at) for one in alarms] == [
        (AlarmKind.SHOCK, at(10.1)),
        (AlarmKind.SHOCK, at(40.1)),
    ]


def test_leaning_for_ten_minutes_rings() -> None:
    lying = [one._replace(tilt_deg=80.0 if m >= 45 else 2.0) for m, one in enumerate(CALM)]
    assert kinds(derived_from(lying, 54)) == []
    assert kinds(derived_from(lying, 55)) == [AlarmKind.TILTED]


@pytest.mark.parametrize(("charge", "step"), [(25.0, None), (19.0, 0), (9.0, 1)])
def test_a_low_battery_rings_and_a_very_low_one_is_a_step_worse(
    charge: float, step: int | None
) -> None:
    alarms = derived_from([one._replace(battery_pct=charge) for one in CALM], 59)
    assert [alarm.facts["step"] for alarm in alarms] == ([] if step is None else [step])


@pytest.mark.parametrize("wrong", [-127.0, 85.0, None, float("nan"), 1000.0])
def test_f54_a_probe_that_does_not_measure_rings_though_the_box_reports(
    wrong: float | None,
) -> None:
    broken = CALM[:30] + samples((float(m), wrong) for m in range(30, 60))
    assert kinds(derived_from(broken[:44], 44)) == []
    assert kinds(derived_from(broken, 59)) == [AlarmKind.PROBE_FAULT]


def test_f54_a_probe_that_repeats_itself_for_ever_rings() -> None:
    flicker = (0.0, 0.05, 0.04, 0.09, 0.03, 0.08, 0.01, 0.06)
    noisy = [(float(m), 5.0 + flicker[m % 8]) for m in range(300)]
    stuck = samples([*noisy, *((float(m), 5.03) for m in range(300, 900))])
    alarms = derived_from(stuck, 899)
    assert [(one.kind, one.subject) for one in alarms] == [(AlarmKind.PROBE_FAULT, "stuck")]


def test_a_clock_not_to_be_trusted_and_conflicting_readings_are_told() -> None:
    suspect = [one._replace(clock_suspect=True) for one in CALM]
    alarms = derived_from(suspect, 59, conflicts=(2, at(50)), overtaken_at=at(40))
    assert kinds(alarms) == [
        AlarmKind.CLOCK_SUSPECT, AlarmKind.KEY_CONFLICT, AlarmKind.DECISION_REVISED,
    ]  # fmt: skip


def test_what_has_landed_and_is_not_picked_when_due_rings() -> None:
    assert kinds(derived_from(CALM, 59, picking_due_at=at(60))) == []
    (alarm,) = derived_from(CALM, 59, picking_due_at=at(50))
    assert (alarm.kind, alarm.began_at) == (AlarmKind.NOT_PICKED, at(50))
    assert derived_from(CALM, 59, picking_due_at=None) == []


def test_nothing_rings_for_what_has_been_received() -> None:
    case = a_case(heard_min=59)
    case = replace(case, clocks=replace(case.clocks, received_at=at(40)))
    worn = [one._replace(battery_pct=3.0, lid_open=True) for one in CALM]
    assert derived_from(worn, 59, case) == []


def warming(per_min: float, begin: int) -> list[Sample]:
    return samples((float(m), 5.0 + max(0, m - begin) * per_min) for m in range(120))


def test_a_trend_that_lasts_warns_before_the_label_is_left() -> None:
    alarms = derived_from(warming(0.02, 40), 119)
    assert kinds(alarms) == [AlarmKind.EARLY_WARNING]
    assert alarms[0].facts["side"] == "high"


def test_a_lid_that_was_opened_for_ten_minutes_does_not_warn() -> None:
    assert kinds(derived_from(warming(0.2, 110), 119)) == []


def test_three_quarters_of_the_hold_time_are_told_and_a_band_is_a_step_worse() -> None:
    profile = a_profile(numbers={"hold_h": 1.0, "age_budget_h": 100.0})
    alarms = derived_from(CALM, 46, a_case(profile, heard_min=46))
    assert [(one.kind, one.facts["step"]) for one in alarms] == [(AlarmKind.BUDGET_LOW, 0)]
    assert derived_from(CALM[:44], 44, a_case(profile, heard_min=44)) == []


def test_every_number_of_an_alarm_may_be_the_sponsors() -> None:
    assert all(UNITS[name] == number.unit for name, number in ALARM_NUMBERS.items())
    profile = a_profile(numbers={"lid_open_min": 20.0, "battery_low_percent": 5.0})
    case = a_case(profile, heard_min=59)
    lid = [one._replace(battery_pct=9.0) for one in with_lid(50, None)]
    assert derived_from(lid, 59, case) == []


def test_alerts_wakes_when_a_delay_ends_by_the_clock() -> None:
    case, now = a_case(heard_min=59), at(59)
    assessed = assess(case, None, with_lid(58, None), now)
    situation = Situation(plan=InspectionPlan(), needs_slot=False, state=assessed.state)
    assert next_alarm_change(case, assessed.assessment, situation, now) == at(60)


@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_f50_however_the_rows_arrive_the_alarms_are_the_same(chance: Any, pieces: int) -> None:
    rows = [
        one._replace(
            lid_open=20 <= m < 27, tilt_deg=70.0 if m >= 30 else 1.0, battery_pct=15.0,
            temp_c=9.5 if 33 <= m < 48 else one.temp_c,
        )
        for m, one in enumerate(CALM)
    ] + [a_sample(12.5, None, event="shock")]  # fmt: skip
    clean = derived_from(rows, 59)
    chance.shuffle(rows)
    case, now, state = a_case(heard_min=59), at(59), None
    taken: list[Sample] = []
    for piece in range(pieces):
        taken += rows[piece::pieces]
        state = assess(case, None, taken, now).state
    assert state is not None
    assessed = assess(case, state, [], now)
    situation = Situation(plan=InspectionPlan(), needs_slot=False, state=assessed.state)
    found = derive_alarms(case, assessed.assessment, situation, now)
    assert [alarm for alarm in found if alarm.raises] == clean
    assert {alarm.kind for alarm in clean} == {
        AlarmKind.EXCURSION, AlarmKind.LID_OPEN, AlarmKind.SHOCK, AlarmKind.TILTED,
        AlarmKind.BATTERY_LOW,
    }  # fmt: skip


@given(st.lists(st.sampled_from([-0.1, 0.1]), min_size=120, max_size=120))
def test_f61_flapping_around_the_limit_rings_a_bounded_number_of_times(
    noise: list[float],
) -> None:
    rows = samples((float(m), 8.0 + error) for m, error in enumerate(noise))
    alarms = derived_from(rows, 119)
    # The on-delay is 5 min and the off-delay 10: six an hour at the very most.
    assert len([one for one in alarms if one.kind is AlarmKind.EXCURSION]) <= 8

"""What differs between two judgements of one journey, and between two documents of profiles."""

from datetime import UTC, datetime, timedelta

from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.viability.differences import changed_numbers, changed_parts
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.domain.viability.trial import Tried, TriedAlarm, difference
from services.core.domain.viability.verdict import Condition

T0 = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def an_alarm(begin: float, end: float | None, subject: str = "high") -> TriedAlarm:
    return TriedAlarm(
        kind=AlarmKind.EXCURSION,
        subject=subject,
        began_at=T0 + begin * HOUR,
        returned_at=None if end is None else T0 + end * HOUR,
    )


def a_verdict(*alarms: TriedAlarm, hours: float | None = 10) -> Tried:
    until = None if hours is None else T0 + hours * HOUR
    return Tried(condition=Condition.IN_RANGE, viable_until=until, alarms=alarms)


def test_alarms_that_overlap_are_the_same_one_though_it_began_elsewhere() -> None:
    then = a_verdict(an_alarm(1, 2), an_alarm(5, None))
    would = a_verdict(an_alarm(1.1, 1.9), an_alarm(6, 7))
    found = difference(then, would)
    assert (found.come, found.gone, found.longer, found.same) == ((), (), timedelta(0), True)


def test_what_came_and_what_did_not_are_told_apart_by_side_and_time() -> None:
    then, would = a_verdict(an_alarm(1, 2)), a_verdict(an_alarm(3, 4), an_alarm(1, 2, "low"))
    found = difference(then, would)
    assert found.come == would.alarms
    assert found.gone == then.alarms
    assert not found.same


def test_an_end_that_only_one_of_two_knows_is_a_difference_without_a_length() -> None:
    found = difference(a_verdict(hours=None), a_verdict())
    assert (found.longer, found.same) == (None, False)


def test_numbers_of_bands_and_of_the_rate_table_are_told_one_by_one() -> None:
    base = SHIPPED_PROFILES[0].to_document()
    number = dict(next(iter(base["numbers"].values())))
    band = {"name": "warm", "side": "high", "numbers": {"threshold_c": number}}
    warmer = {"name": "warm", "side": "high", "numbers": {"threshold_c": {**number, "value": 9.5}}}
    (change,) = changed_numbers({**base, "bands": [band]}, {**base, "bands": [warmer]})
    assert (change.band, change.name) == ("warm", "threshold_c")
    assert changed_parts({**base, "bands": [band]}, {**base, "bands": [warmer]}) == []
    assert changed_parts(base, {**base, "bands": [band], "name_en": "x"}) == ["name_en", "bands"]
    without = {**base, "numbers": {k: v for k, v in base["numbers"].items() if k != "hold_h"}}
    (gone,) = changed_numbers(base, without)
    assert (gone.name, gone.after) == ("hold_h", None)
    assert changed_numbers(base, base) == []

"""From the faults of a scenario to those of one box: instants of its journey, spells of physics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from simulators.faults.fault import Fault
from simulators.faults.kinds import NATURES, FaultKind
from simulators.route import Journey
from simulators.tables import FaultTable
from simulators.world import Spell, SpellKind

_SHOCK = timedelta(seconds=60)
_SPELLS: dict[FaultKind, SpellKind] = {
    "lid_left_open": "lid_open",
    "tilt": "tilted",
    "shock": "shock",
    "coolant_failure": "coolant_lost",
}


def faults_of(
    tables: Sequence[FaultTable], nth: int, journey: Journey, present: datetime, salt: str
) -> tuple[Fault, ...]:
    """The faults of the `nth` box (from 0) of a group; `salt` is where its chance comes from."""
    found: list[Fault] = []
    for number, table in enumerate(tables):
        if table.which is None or nth + 1 in table.which:
            found += _placed(table, journey, present, f"{salt}:{number}")
    return tuple(found)


def spells_of(faults: Sequence[Fault], journey: Journey) -> tuple[Spell, ...]:
    """What the faults do to the true state of the box."""
    return tuple(
        Spell(kind=_SPELLS[fault.kind], begins=begins, ends=_end(fault, begins, ends), value=value)
        for fault in faults
        if fault.kind in _SPELLS
        for value in [fault.value]
        for begins, ends in fault.strokes(journey.ends)
    )


def _placed(table: FaultTable, journey: Journey, present: datetime, salt: str) -> Iterator[Fault]:
    value = _value(table)
    if table.kind == "late_burst":
        for leg in journey.legs():
            if not leg.radio_on:
                ends = leg.ends + timedelta(seconds=value)
                yield Fault(kind="late_burst", begins=leg.ends, ends=ends, value=value, salt=salt)
        return
    since = _instant(table.since, journey, present)
    yield Fault(
        kind=table.kind,
        begins=since + timedelta(seconds=table.from_s),
        ends=None if table.to_s is None else since + timedelta(seconds=table.to_s),
        rate=table.rate,
        value=value,
        salt=salt,
    )


def _value(table: FaultTable) -> float:
    """The value given, or the usual one of the kind."""
    return NATURES[table.kind].value if table.value is None else table.value


def _instant(since: str, journey: Journey, present: datetime) -> datetime:
    if since == "now":
        return present
    return journey.begins if since == "journey" else journey.step(since).begins


def _end(fault: Fault, begins: datetime, ends: datetime | None) -> datetime | None:
    """A blow without an end is felt for a minute."""
    return begins + _SHOCK if fault.kind == "shock" and ends is None else ends

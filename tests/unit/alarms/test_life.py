"""The life of an alarm: every state with every move, written out by hand, against the code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.alarm.kinds import ALARM_SPECS, NEVER_SHELVED, AlarmKind, AlarmSpec
from services.core.domain.alarm.life import (
    SHELF_MOST,
    UNDO_WITHIN,
    AlarmState,
    Move,
    Standing,
    Taken,
    after,
    checked_shelf,
    state_at,
    taken_back,
)
from services.core.domain.errors import IllegalTransition, Invalid

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = tuple(AlarmState)
MOVES = (
    Move.RETURNED, Move.REOPENED, Move.ESCALATED, Move.WITHDRAWN, Move.SUPPRESSED,
    Move.UNSUPPRESSED, Move.ACKNOWLEDGED, Move.RESET, Move.LAPSED, Move.SHELVED, Move.UNSHELVED,
    Move.TAKEN_BACK,
)  # fmt: skip

# One row per state, one column per move in the order above; "." cannot happen.
SHORT = {
    "U": AlarmState.UNACKNOWLEDGED, "A": AlarmState.ACKNOWLEDGED,
    "R": AlarmState.RTN_UNACKNOWLEDGED, "L": AlarmState.LATCHED, "S": AlarmState.SHELVED,
    "s": AlarmState.SHELVED_RETURNED, "D": AlarmState.SUPPRESSED_BY_DESIGN, "C": AlarmState.CLOSED,
}  # fmt: skip
LIMIT_KIND = {
    "U": "R.UR..A.....",
    "A": "C.UC..A.U..U",
    "R": ".U....C.....",
    "L": "............",
    "S": "............",
    "s": "............",
    "D": "............",
    "C": ".U.........R",
}
LATCHING_KIND = {
    **LIMIT_KIND,
    "A": "L.UL..A.U..U",
    "R": ".U....LC....",
    "L": ".U....LCR..R",
}
OTHER_KIND = {
    "U": "R.URD.A..S..",
    "A": "C.UCD.A.US.U",
    "R": ".U....C.....",
    "L": "............",
    "S": "s.UsD....SU.",
    "s": ".S........C.",
    "D": "C..C.U......",
    "C": ".U.........R",
}
TABLES = {
    AlarmKind.EXCURSION: LIMIT_KIND,
    AlarmKind.LIMIT_BREACH: LATCHING_KIND,
    AlarmKind.NO_DATA: OTHER_KIND,
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(("state", "move"), list(product(STATES, Move)))
def test_every_state_with_every_move_leads_where_the_table_says(
    kind: AlarmKind, state: AlarmState, move: Move
) -> None:
    row = TABLES[kind][next(short for short, full in SHORT.items() if full is state)]
    expected = row[MOVES.index(move)] if move in MOVES else "."
    if expected == ".":
        with pytest.raises(IllegalTransition):
            after(ALARM_SPECS[kind], state, move)
    else:
        assert after(ALARM_SPECS[kind], state, move) is SHORT[expected]


@pytest.mark.parametrize("kind", AlarmKind)
def test_what_may_never_be_sedated_has_no_way_onto_a_shelf(kind: AlarmKind) -> None:
    spec = ALARM_SPECS[kind]
    quiet = [Move.SHELVED, Move.SUPPRESSED]
    reached = [(s, m) for s, m in product(STATES, quiet) if _then(spec, s, m) is not None]
    assert bool(reached) == (spec.group not in NEVER_SHELVED)


def _then(spec: AlarmSpec, state: AlarmState, move: Move) -> AlarmState | None:
    try:
        return after(spec, state, move)
    except IllegalTransition:
        return None


class Facts:
    """What the store keeps of one alarm, changed as alerts and the API change it."""

    def __init__(self, *, latching: bool) -> None:
        self.latching = latching
        self.now = NOW
        self.returned_at: datetime | None = None
        self.suppressed = False
        self.taken: Taken | None = None
        self.shelf: datetime | None = None

    def standing(self) -> Standing:
        return Standing(
            latching=self.latching, returned_at=self.returned_at, suppressed=self.suppressed,
            taken=self.taken, shelved_until=self.shelf,
        )  # fmt: skip

    def make(self, move: Move) -> None:
        self.now += timedelta(seconds=1)
        if move in (Move.RETURNED, Move.WITHDRAWN):
            self.returned_at = self.now
        elif move is Move.REOPENED:
            self.returned_at, self.taken = None, None
        elif move in (Move.ESCALATED, Move.UNSUPPRESSED):
            self.suppressed, self.taken, self.shelf = False, None, None
        elif move is Move.SUPPRESSED:
            self.suppressed = True
        elif move in (Move.ACKNOWLEDGED, Move.RESET):
            until = self.now + timedelta(hours=8)
            self.taken = Taken(at=self.now, until=until, has_reason=move is Move.RESET)
        elif move is Move.LAPSED:
            assert self.taken is not None
            self.taken = Taken(at=self.taken.at, until=self.now, has_reason=self.taken.has_reason)
        elif move is Move.TAKEN_BACK:
            self.taken = None
        elif move is Move.SHELVED:
            self.shelf, self.taken = self.now + SHELF_MOST, None
        elif move is Move.UNSHELVED:
            self.shelf = self.now


@given(
    kind=st.sampled_from(list(TABLES)),
    wanted=st.lists(st.sampled_from(MOVES), max_size=12),
)
def test_the_state_that_follows_from_the_facts_is_the_one_of_the_table(
    kind: AlarmKind, wanted: list[Move]
) -> None:
    spec = ALARM_SPECS[kind]
    state, facts = AlarmState.UNACKNOWLEDGED, Facts(latching=spec.latching)
    for move in wanted:
        then = _then(spec, state, move)
        if then is None or (state is AlarmState.CLOSED and facts.suppressed):
            continue
        if move is Move.TAKEN_BACK and not _gives_back(spec, facts, then):
            continue
        state = then
        facts.make(move)
        assert state_at(facts.standing(), facts.now) is state


def _gives_back(spec: AlarmSpec, facts: Facts, then: AlarmState) -> bool:
    """Not what was closed by a shelf, nor what was taken too long ago."""
    try:
        assert taken_back(spec, facts.standing(), facts.now) is then
    except IllegalTransition:
        return False
    return True


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("returned", [False, True])
def test_what_was_just_taken_is_given_back_and_stands_where_it_stood(
    kind: AlarmKind, returned: bool
) -> None:
    spec, latching = ALARM_SPECS[kind], ALARM_SPECS[kind].latching
    before = Standing(latching=latching, returned_at=NOW - timedelta(hours=1) if returned else None)
    taken = Taken(at=NOW, until=NOW + timedelta(hours=8), has_reason=True)
    standing = replace(before, taken=taken)
    assert taken_back(spec, standing, NOW + timedelta(seconds=59)) is state_at(before, NOW)
    with pytest.raises(IllegalTransition, match="within 60 s"):
        taken_back(spec, standing, NOW + UNDO_WITHIN)
    with pytest.raises(IllegalTransition):
        taken_back(spec, before, NOW)
    with pytest.raises(IllegalTransition, match="closed"):
        taken_back(spec, replace(standing, closed_at=NOW), NOW)


def test_what_holds_until_an_instant_is_over_at_it() -> None:
    taken = Taken(at=NOW, until=NOW + timedelta(hours=1), has_reason=True)
    standing = Standing(latching=False, taken=taken)
    moment = timedelta(microseconds=1)
    assert state_at(standing, taken.until - moment) is AlarmState.ACKNOWLEDGED
    assert state_at(standing, taken.until) is AlarmState.UNACKNOWLEDGED


def test_an_old_shelving_does_not_stand_for_having_seen_a_later_return() -> None:
    standing = Standing(latching=False, shelved_until=NOW, returned_at=NOW + timedelta(hours=1))
    assert state_at(standing, NOW + timedelta(hours=2)) is AlarmState.RTN_UNACKNOWLEDGED


@pytest.mark.parametrize("minutes", [0, -5, 241])
def test_a_shelf_ends_in_the_next_four_hours(minutes: int) -> None:
    assert checked_shelf(NOW, NOW + SHELF_MOST) == NOW + SHELF_MOST
    with pytest.raises(Invalid, match="four hours"):
        checked_shelf(NOW, NOW + timedelta(minutes=minutes))

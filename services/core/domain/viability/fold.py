"""The fold: takes samples in, one at a time and in order, and keeps what the verdict needs.

Between two readings the temperature is a straight line; crossings are where that line meets a
limit. Across a gap that is the best case, and the worst case is followed beside it.
"""

from __future__ import annotations

from hashlib import sha256
from math import expm1
from struct import Struct

from services.core.domain.units import HOUR_US, MINUTE_US, Microseconds
from services.core.domain.viability.ageing import age_in_gap
from services.core.domain.viability.charge import Surroundings, lean, refill, use_charge
from services.core.domain.viability.container import TILT_EVENT_DEG
from services.core.domain.viability.gaps import take_gap
from services.core.domain.viability.handling import note_lid, note_shock
from services.core.domain.viability.kinetic import warm
from services.core.domain.viability.returning import has_come_back
from services.core.domain.viability.rules import FoldRules, SideRule
from services.core.domain.viability.sample import Sample, is_measured
from services.core.domain.viability.spikes import is_spike, leaps
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.stuck import flicker, stuck_since
from services.core.domain.viability.tallies import count, count_gap
from services.core.domain.viability.trend import Trend
from services.core.domain.viability.walk import piece_of, walk

PREVIEW_POINTS = 48
PREVIEW_STEP_US = 10 * MINUTE_US


def advance(state: JourneyState, sample: Sample, rules: FoldRules) -> JourneyState:
    """Fold one sample in. It must not come before what was folded already."""
    (us, boot, seq, box_id, temp_c, event, received_us, lat, _, _, battery_pct, lid, tilt,
     ambient) = sample[:14]  # fmt: skip
    state.heard_us = us
    if boot != state.chain_boot or box_id != state.chain_box:
        _open_log(state, sample)
    state.chain = sha256(
        _LINK(
            state.chain,
            us,
            seq,
            _NAN if temp_c is None else temp_c,
            _NAN if tilt is None else tilt,
            _NAN if ambient is None else ambient,
        )
    ).digest()
    if received_us > state.received_us:
        state.received_us = received_us
    if sample.clock_suspect:
        state.clock_suspect = True
    if event is not None:
        _note_event(state, us, event, box_id, rules)
        return state
    if tilt is not None or ambient is not None or rules.container is not None:
        _note_surroundings(state, us, box_id, (tilt, ambient), rules)
    if lat is not None or battery_pct is not None or lid is not None:
        _note_box(state, sample, rules)
    if temp_c is None or not is_measured(temp_c):
        state.faults += temp_c is not None  # without one it is a position or a gauge by itself
        return state
    state.last = sample
    _preview(state, us, temp_c)
    if rules.from_us <= us <= rules.until_us:
        _weigh(state, us, temp_c, box_id, rules)
    return state


def settle(state: JourneyState, rules: FoldRules) -> JourneyState:
    """The state with the reading that was held back taken in."""
    after = state.copy()
    _believe(after, rules)
    return after


_LINK = Struct("<32sqqddd").pack
_NAN = float("nan")


def _note_box(state: JourneyState, sample: Sample, rules: FoldRules) -> None:
    """Where it is, how full its battery is, whether its lid is open."""
    lid_open = sample.lid_open
    if sample.lat is not None:
        state.fix = sample
    if sample.battery_pct is not None:
        state.battery_pct = sample.battery_pct
    if lid_open is not None and lid_open is not (state.lid_since_us is not None):
        _note_lid(state, sample.placed_us, rules, is_open=lid_open)


def _open_log(state: JourneyState, sample: Sample) -> None:
    """The digest goes on in another log: its name, and how far its clock is trusted, go in."""
    if sample.box_id != state.chain_box and state.lid_since_us is not None:
        note_lid(state, sample.placed_us, is_open=False)  # that of the box before
    name = f"{sample.box_id}/{sample.boot}/{sample.clock_suspect}"
    state.chain = sha256(state.chain + name.encode()).digest()
    state.chain_box, state.chain_boot = sample.box_id, sample.boot


def _note_lid(state: JourneyState, us: Microseconds, rules: FoldRules, *, is_open: bool) -> None:
    if rules.from_us <= us <= rules.until_us:
        note_lid(state, us, is_open=is_open)


def _note_event(
    state: JourneyState, us: Microseconds, event: str, box_id: str, rules: FoldRules
) -> None:
    state.chain = sha256(state.chain + event.encode()).digest()
    if event == "radio_off":
        state.radio_off_us = us
    elif event == "radio_on":
        state.radio_off_us = None
    elif event == "refilled":
        refill(state, us)
    elif event in ("lid_opened", "lid_closed"):
        _note_surroundings(state, us, box_id, (None, None), rules)
        _note_lid(state, us, rules, is_open=event == "lid_opened")
    elif event == "shock" and rules.from_us <= us <= rules.until_us:
        note_shock(state, us)


def _note_surroundings(
    state: JourneyState, us: Microseconds, box_id: str, around: Surroundings, rules: FoldRules
) -> None:
    """How the box stands, and what that uses up of its charge, inside the judged window."""
    tilt_deg = around[0]
    if not rules.from_us <= us <= rules.until_us:
        return
    if tilt_deg is not None and (tilt_deg > TILT_EVENT_DEG or state.tilt_since_us is not None):
        lean(state, us, tilt_deg)
    if rules.container is not None:
        use_charge(state, us, box_id, around, rules)


def _preview(state: JourneyState, us: Microseconds, temp_c: float) -> None:
    """Keep the last reading of each ten minutes, of the last eight hours."""
    preview = state.preview
    if us < state.preview_until_us:
        preview[-1] = (us, temp_c)
        return
    preview.append((us, temp_c))
    state.preview_until_us = us - us % PREVIEW_STEP_US + PREVIEW_STEP_US
    if len(preview) > PREVIEW_POINTS:
        del preview[0]


def _weigh(
    state: JourneyState, us: Microseconds, temp_c: float, box_id: str, rules: FoldRules
) -> None:
    """Judge a reading, unless it leaps: then it waits for a second one that agrees."""
    if state.leapt is not None:
        if not is_spike(state, us, temp_c, box_id):
            _believe(state, rules)
            _judge(state, us, temp_c, box_id, rules)
            return
        state.spikes, state.leapt = state.spikes + 1, None
    if leaps(state, us, temp_c, box_id, rules):
        state.leapt = (us, temp_c)
    else:
        _judge(state, us, temp_c, box_id, rules)


def _believe(state: JourneyState, rules: FoldRules) -> None:
    if state.leapt is not None:
        (us, temp_c), state.leapt = state.leapt, None
        _judge(state, us, temp_c, state.at_box, rules)


def _judge(
    state: JourneyState, us: Microseconds, air_c: float, box_id: str, rules: FoldRules
) -> None:
    before_us, before_c, temp_c = state.at_us, state.at_c, air_c
    if before_us is None:
        before_us, before_c = us, temp_c
        _first(state, us, temp_c, rules)
    else:
        if rules.lag_us:
            temp_c = before_c - expm1((before_us - us) / rules.lag_us) * (air_c - before_c)
        if us - before_us > rules.max_gap_us:
            _gap(state, (before_us, before_c, us, temp_c), rules)
        _compare(state, us, (before_us, before_c), (air_c, temp_c), rules)
    _along(state, (before_us, before_c, us, temp_c), rules)
    has_returned = has_come_back(state, before_c, temp_c, rules)
    if _has_moved(state, (before_us, us), box_id, rules) or has_returned:
        state.trend, state.fast_trend = Trend(), Trend()  # what was before says nothing of it
    elapsed_h = (us - before_us) / HOUR_US
    state.trend.add(elapsed_h, temp_c, rules.tau_h)
    state.fast_trend.add(elapsed_h, temp_c, rules.fast_tau_h)
    state.at_us, state.at_c, state.air_c = us, temp_c, air_c
    state.measured += 1
    if state.min_c is None or temp_c < state.min_c:
        state.min_c = temp_c
    if state.max_c is None or temp_c > state.max_c:
        state.max_c = temp_c


def _has_moved(
    state: JourneyState,
    between: tuple[Microseconds, Microseconds],
    box_id: str,
    rules: FoldRules,
) -> bool:
    """Whether it is in another box than before, or another payload has come beside it."""
    before_us, us = between
    is_joined = any(before_us < joined_us <= us for joined_us in rules.joined_us)
    if box_id == state.at_box and not is_joined:
        return False
    if state.at_box:
        state.moved_us = us
    state.at_box = box_id
    return True


Line = tuple[Microseconds, float, Microseconds, float]
"""A straight piece of the temperature: from an instant and value to the next."""


def _along(state: JourneyState, line: Line, rules: FoldRules) -> None:
    """Take one straight piece: limits and bands where it touches them, age and kinetic mean."""
    before_us, before_c, us, temp_c = line
    high, low = rules.high, rules.low
    if temp_c > high.label_c or state.high.start_us is not None:
        _beside(state, high, line, rules)
    if low is not None and (temp_c < low.label_c or state.low.start_us is not None):
        _beside(state, low, line, rules)
    if us == before_us:
        return
    if rules.rates is not None:
        state.age_us += (us - before_us) * rules.rates.mean(before_c, temp_c)
    if rules.kinetic:
        warm(state, before_us, before_c, us, temp_c)


def _beside(state: JourneyState, side: SideRule, line: Line, rules: FoldRules) -> None:
    piece = piece_of(side, *line)
    count(state, side, piece)
    walk(state, side, rules, piece)


def _gap(state: JourneyState, line: Line, rules: FoldRules) -> None:
    """A gap: its worst case, followed along limits, bands and age."""
    take_gap(state, line, rules)
    before_us, before_c, us, temp_c = line
    for side in (rules.high, rules.low):
        if side is not None:
            ends = (side.beyond(before_c), side.beyond(temp_c))
            count_gap(state, side, ends, us - before_us)
    if rules.rates is not None:
        age_in_gap(state, line, rules)


def _compare(
    state: JourneyState,
    us: Microseconds,
    before: tuple[Microseconds, float],
    now_c: tuple[float, float],
    rules: FoldRules,
) -> None:
    """Follow how the probe flickers; one that stood still leaves a gap behind."""
    air_c, temp_c = now_c
    known = state.flicker
    if known.run and air_c != state.air_c:
        since_us = stuck_since(known, state.at_us)
        if since_us is not None:
            _gap(state, (since_us, before[1], us, temp_c), rules)
    flicker(known, us, air_c - state.air_c)


def _first(state: JourneyState, us: Microseconds, temp_c: float, rules: FoldRules) -> None:
    """Before the first reading lies a gap when packing was closed long before it."""
    state.first_us = state.flicker.since_us = us
    if us - rules.from_us > rules.max_gap_us:
        _gap(state, (rules.from_us, temp_c, us, temp_c), rules)

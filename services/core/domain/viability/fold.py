"""The fold: takes samples in, one at a time and in order, and keeps what the verdict needs.

Between two readings the temperature is a straight line; crossings are where that line meets a
limit. Across a gap that is the best case, and the worst case is followed beside it.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from services.core.domain.units import HOUR_US, MINUTE_US, Microseconds
from services.core.domain.viability.gaps import take_gap
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.sample import Sample, is_measured
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.trend import Trend
from services.core.domain.viability.walk import piece_of, walk

PREVIEW_POINTS = 48
PREVIEW_STEP_US = 10 * MINUTE_US


def advance(state: JourneyState, sample: Sample, rules: FoldRules) -> JourneyState:
    """Fold one sample in. It must not come before what was folded already."""
    us, boot, seq, box_id, temp_c, event, received_us, lat, _, _, battery_pct = sample[:11]
    state.heard_us = us
    if boot != state.chain_boot or box_id != state.chain_box:
        _open_log(state, sample)
    state.chain = sha256(_LINK(state.chain, us, seq, _NAN if temp_c is None else temp_c)).digest()
    if received_us > state.received_us:
        state.received_us = received_us
    if sample.clock_suspect:
        state.clock_suspect = True
    if event is not None:
        _note_event(state, us, event)
        return state
    if lat is not None:
        state.fix = sample
    if battery_pct is not None:
        state.battery_pct = battery_pct
    if temp_c is None or not is_measured(temp_c):
        state.faults += 1
        return state
    state.last = sample
    _preview(state, us, temp_c)
    if rules.from_us <= us <= rules.until_us:
        _judge(state, us, temp_c, box_id, rules)
    return state


_LINK = Struct("<32sqqd").pack
_NAN = float("nan")


def _open_log(state: JourneyState, sample: Sample) -> None:
    """The digest goes on in another log: its name, and how far its clock is trusted, go in."""
    name = f"{sample.box_id}/{sample.boot}/{sample.clock_suspect}"
    state.chain = sha256(state.chain + name.encode()).digest()
    state.chain_box, state.chain_boot = sample.box_id, sample.boot


def _note_event(state: JourneyState, us: Microseconds, event: str) -> None:
    state.chain = sha256(state.chain + event.encode()).digest()
    if event == "radio_off":
        state.radio_off_us = us
    elif event == "radio_on":
        state.radio_off_us = None


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


def _judge(
    state: JourneyState, us: Microseconds, temp_c: float, box_id: str, rules: FoldRules
) -> None:
    before_us, before_c = state.at_us, state.at_c
    if before_us is None:
        before_us, before_c = us, temp_c
        _first(state, us, temp_c, rules)
    elif us - before_us > rules.max_gap_us:
        take_gap(state, (before_us, before_c, us, temp_c), rules)
    high, low = rules.high, rules.low
    if temp_c > high.label_c or state.high.start_us is not None:
        walk(state, high, rules, piece_of(high, before_us, before_c, us, temp_c))
    if low is not None and (temp_c < low.label_c or state.low.start_us is not None):
        walk(state, low, rules, piece_of(low, before_us, before_c, us, temp_c))
    if box_id != state.at_box:
        state.trend, state.fast_trend = Trend(), Trend()  # another box: its trend begins anew
        state.at_box = box_id
    elapsed_h = (us - before_us) / HOUR_US
    state.trend.add(elapsed_h, temp_c, rules.tau_h)
    state.fast_trend.add(elapsed_h, temp_c, rules.fast_tau_h)
    state.at_us, state.at_c = us, temp_c
    state.measured += 1
    if state.min_c is None or temp_c < state.min_c:
        state.min_c = temp_c
    if state.max_c is None or temp_c > state.max_c:
        state.max_c = temp_c


def _first(state: JourneyState, us: Microseconds, temp_c: float, rules: FoldRules) -> None:
    """Before the first reading lies a gap when packing was closed long before it."""
    if us - rules.from_us > rules.max_gap_us:
        take_gap(state, (rules.from_us, temp_c, us, temp_c), rules)

"""The fold: takes samples in, one at a time and in order, and keeps what the verdict needs.

Between two readings the temperature is a straight line; crossings are where that line meets a
limit. Across a gap that is the best case; the worst case is the worse end drifting on, away from
the limits' inside, at the profile's rate for the whole of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from services.core.domain.units import HOUR_US, MINUTE_US, Microseconds, duration_us
from services.core.domain.viability.profile import Limit, LimitKind, MaterialProfile, Side
from services.core.domain.viability.sample import Sample, is_measured
from services.core.domain.viability.state import Breach, Episode, JourneyState, SideState
from services.core.domain.viability.trend import Trend

FASTER = 5.0
"""How much shorter the fast trend looks back, to notice a break. Own choice, grade O."""

PREVIEW_POINTS = 48
PREVIEW_STEP_US = 10 * MINUTE_US

_SIGN = {Side.HIGH: 1.0, Side.LOW: -1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRule:
    """One side of the label. `sign` turns "beyond" into "greater": z = sign · (T − label)."""

    side: Side
    sign: float
    label_c: float
    label_key: str
    limits: tuple[tuple[str, float], ...]
    ladder: tuple[Limit, ...]
    deadband_k: float
    drift_k_per_us: float

    def beyond(self, temp_c: float) -> float:
        """How far the temperature lies beyond the label, in K; negative inside it."""
        return self.sign * (temp_c - self.label_c)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldRules:
    """A profile and a judged window, made ready for the fold."""

    from_us: Microseconds
    until_us: Microseconds
    high: SideRule
    low: SideRule | None
    max_gap_us: Microseconds
    on_delay_us: Microseconds
    off_delay_us: Microseconds
    tau_h: float
    fast_tau_h: float

    @classmethod
    @lru_cache(maxsize=1024)
    def of(
        cls, profile: MaterialProfile, from_us: Microseconds, until_us: Microseconds
    ) -> FoldRules:
        high = side_rule(profile, Side.HIGH)
        if high is None:
            raise ValueError("a profile always has an upper label limit")
        return cls(
            from_us=from_us,
            until_us=until_us,
            high=high,
            low=side_rule(profile, Side.LOW),
            max_gap_us=duration_us(profile.max_gap),
            on_delay_us=round(profile.value("on_delay_min") * MINUTE_US),
            off_delay_us=round(profile.value("off_delay_min") * MINUTE_US),
            tau_h=profile.value("trend_time_constant_min") / 60.0,
            fast_tau_h=profile.value("trend_time_constant_min") / 60.0 / FASTER,
        )


def side_rule(profile: MaterialProfile, side: Side) -> SideRule | None:
    """The rule of one side; None when the label is open there."""
    ladder = profile.limits(side)
    if not ladder or ladder[0].kind is not LimitKind.LABEL:
        return None
    sign, label_c = _SIGN[side], ladder[0].temperature_c
    drift = "gap_drift_up_k_per_h" if side is Side.HIGH else "gap_drift_down_k_per_h"
    return SideRule(
        side=side,
        sign=sign,
        label_c=label_c,
        label_key=ladder[0].key,
        ladder=ladder,
        limits=tuple((limit.key, sign * (limit.temperature_c - label_c)) for limit in ladder[1:]),
        deadband_k=profile.value("deadband_k"),
        drift_k_per_us=profile.value(drift) / HOUR_US,
    )


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
        _gap(state, (before_us, before_c, us, temp_c), rules)
    high, low = rules.high, rules.low
    if temp_c > high.label_c or state.high.start_us is not None:
        _walk(state, high, rules, _piece(high, before_us, before_c, us, temp_c))
    if low is not None and (temp_c < low.label_c or state.low.start_us is not None):
        _walk(state, low, rules, _piece(low, before_us, before_c, us, temp_c))
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
        _gap(state, (rules.from_us, temp_c, us, temp_c), rules)


def _gap(
    state: JourneyState, ends: tuple[Microseconds, float, Microseconds, float], rules: FoldRules
) -> None:
    """Count a gap as unknown, and note which limits its worst case passes."""
    us0, c0, us1, c1 = ends
    length_us = us1 - us0
    state.unknown_us += length_us
    state.longest_gap_us = max(state.longest_gap_us, length_us)
    for rule in (rules.high, rules.low):
        if rule is None:
            continue
        z0, z1 = rule.beyond(c0), rule.beyond(c1)
        out_us = worst_time_beyond(max(z0, z1), 0.0, length_us, rule)
        if out_us >= rules.on_delay_us:
            state.worst_broken.setdefault(rule.label_key, us0)
        for key, limit_z in rule.limits:
            if worst_time_beyond(max(z0, z1), limit_z, length_us, rule) > 0:
                state.worst_broken.setdefault(key, us0)
        state.worst_extra_out_us += max(0, out_us - _time_beyond(z0, z1, length_us))


def worst_time_beyond(
    worst_z: float, limit_z: float, length_us: Microseconds, rule: SideRule
) -> Microseconds:
    """How long the worst case of a gap lies beyond a limit."""
    if worst_z > limit_z:
        return length_us
    if rule.drift_k_per_us <= 0.0:
        return 0
    return max(0, length_us - round((limit_z - worst_z) / rule.drift_k_per_us))


def _time_beyond(z0: float, z1: float, length_us: Microseconds) -> Microseconds:
    """How long a straight line from z0 to z1 lies above zero."""
    if z0 > 0 and z1 > 0:
        return length_us
    if z0 <= 0 and z1 <= 0:
        return 0
    return round(length_us * (max(z0, z1) / abs(z1 - z0)))


class Piece(NamedTuple):
    """A straight piece of the temperature along one side; z counts K beyond the label."""

    us0: Microseconds
    z0: float
    us1: Microseconds
    z1: float
    temp_c: float

    def cross(self, level: float) -> Microseconds:
        """Where the piece meets the level; its beginning when it does not cross it."""
        us0, z0, us1, z1, _ = self
        if (z0 > level) == (z1 > level):
            return us0
        return us0 + round((us1 - us0) * ((level - z0) / (z1 - z0)))


def _piece(rule: SideRule, us0: Microseconds, c0: float, us1: Microseconds, c1: float) -> Piece:
    return Piece(us0, rule.beyond(c0), us1, rule.beyond(c1), c1)


def _walk(state: JourneyState, rule: SideRule, rules: FoldRules, piece: Piece) -> None:
    """Take one piece along one side: time beyond the label, episodes, limits passed."""
    side = state.side(rule.side)
    state.out_us += _time_beyond(piece.z0, piece.z1, piece.us1 - piece.us0)
    if side.start_us is None:
        _leave(side, piece)
    elif side.inside_us is not None:
        _come_or_go(state, side, rule, rules, piece)
    if side.start_us is None or side.inside_us is not None:
        return
    if rule.sign * (piece.temp_c - side.peak_c) > 0:
        side.peak_c = piece.temp_c
    _pass_limits(state, side, rule, piece)
    if piece.z1 <= -rule.deadband_k:
        _come_back(state, side, rule, rules, piece)


def _leave(side: SideState, piece: Piece) -> None:
    if piece.z1 > 0:
        side.start_us, side.inside_us = piece.cross(0.0), None
        side.peak_c, side.breaches = piece.temp_c, ()


def _come_back(
    state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules, piece: Piece
) -> None:
    """Inside again by the deadband: too short to count, or the off-delay begins."""
    inside_us = piece.cross(-rule.deadband_k)
    if inside_us - (side.start_us or 0) < rules.on_delay_us and not side.breaches:
        side.reset()
        return
    side.inside_us = inside_us
    if piece.us1 - inside_us >= rules.off_delay_us:
        _end(state, side, rule, rules)


def _come_or_go(
    state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules, piece: Piece
) -> None:
    """During the off-delay: it ends, or the temperature leaves again and it is the same episode."""
    leaves = piece.z1 > 0
    through_us = piece.cross(0.0) if leaves else piece.us1
    if through_us - (side.inside_us or 0) >= rules.off_delay_us:
        _end(state, side, rule, rules)
        _leave(side, piece)
    elif leaves:
        side.inside_us = None


def _end(state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules) -> None:
    inside_us = side.inside_us or 0
    state.episodes.append(
        Episode(
            side=rule.side,
            start_us=side.start_us or 0,
            inside_us=inside_us,
            returned_us=inside_us + rules.off_delay_us,
            peak_c=side.peak_c,
            breaches=side.breaches,
        )
    )
    side.reset()


def _pass_limits(state: JourneyState, side: SideState, rule: SideRule, piece: Piece) -> None:
    """Note each limit beyond the label that this piece passes for the first time in the episode."""
    for key, limit_z in rule.limits:
        if piece.z1 > limit_z and all(breach.limit != key for breach in side.breaches):
            at_us = piece.cross(limit_z)
            side.breaches = (*side.breaches, Breach(limit=key, at_us=at_us))
            state.broken.setdefault(key, at_us)

"""The verdict on one payload: a pure function of its case, its samples and the instant of asking.

`assess(case, None, all, now)` equals `assess(case, half.state, rest, now)`: the state carries
everything, and the conclusion is drawn from the state alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.errors import Invalid
from services.core.domain.units import HOUR_US, to_us
from services.core.domain.viability.calibration import Calibrator
from services.core.domain.viability.case import Case
from services.core.domain.viability.conclusion import conclude
from services.core.domain.viability.fold import advance
from services.core.domain.viability.inputs import MODEL_VERSION, calibrations_digest
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.sample import Sample, in_order
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import ViabilityAssessment

__all__ = ["MODEL_VERSION", "Assessed", "assess", "continues", "fold"]

_FOR_EVER_US = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The new checkpoint, to be kept, and what it says at the instant asked for.

    `marks`: checkpoints passed on the way, to begin from when something late arrives.
    """

    state: JourneyState
    assessment: ViabilityAssessment
    marks: tuple[JourneyState, ...] = ()


def rules_of(case: Case) -> FoldRules:
    """The fold's rules for a case; before packing no reading counts."""
    begin, end = case.judged_from, case.clocks.received_at
    charged = case.clocks.container_charged_at or begin
    return FoldRules.of(
        case.profile,
        _FOR_EVER_US if begin is None else to_us(begin),
        _FOR_EVER_US if end is None else to_us(end),
        _FOR_EVER_US if charged is None else to_us(charged),
        tuple(to_us(instant) for instant in case.joined),
    )


def continues(case: Case, state: JourneyState, samples: Sequence[Sample]) -> bool:
    """Whether these samples only go on from the state; else all must be folded from the start.

    They do not when one is earlier than what was taken in, when the profile, the judged window, a
    calibration or what was put beside it is another, or when a log that is known turns out to have
    a clock not to be trusted.
    """
    return _fits(state, rules_of(case), case) and all(_follows(state, one) for one in samples)


def _fits(state: JourneyState, rules: FoldRules, case: Case) -> bool:
    if state.profile_digest != case.profile.digest or state.from_us != rules.from_us:
        return False
    if state.calibrations != calibrations_digest(case) or state.charged_us != rules.charged_us:
        return False
    heard_us = state.heard_us
    if state.joined != _joined(rules, state):
        return False
    same_end = state.until_us == rules.until_us
    return same_end or heard_us is None or heard_us <= min(state.until_us, rules.until_us)


def _joined(rules: FoldRules, state: JourneyState) -> list[int]:
    """When others were put beside it, as far as readings have been taken in."""
    return [us for us in rules.joined_us if state.heard_us is not None and us <= state.heard_us]


def _follows(state: JourneyState, sample: Sample) -> bool:
    if state.heard_us is not None and sample.placed_us <= state.heard_us:
        return False
    known = state.logs.get(f"{sample.box_id}/{sample.boot}")
    return known is None or (
        sample.seq > known and (state.clock_suspect or not sample.clock_suspect)
    )


MARK_EVERY_US = 6 * HOUR_US
"""A checkpoint is left at each multiple of this, in event time. Own choice, grade O."""


def fold(
    case: Case,
    state: JourneyState | None,
    samples: Sequence[Sample],
    marks: list[JourneyState] | None = None,
) -> JourneyState:
    """The state after these samples, in whatever order they are handed in.

    States on the way, one for each mark passed, are added to `marks`; each holds all that is
    earlier than its mark and nothing later. Raises Invalid when they do not continue the state.
    """
    if state is not None and not continues(case, state, samples):
        raise Invalid(
            "these samples do not continue the checkpoint",
            field="samples",
            remedy="fold all samples from the start",
        )
    after = JourneyState() if state is None else state.copy()
    rules = rules_of(case)
    after.profile_digest = case.profile.digest
    after.from_us, after.until_us = rules.from_us, rules.until_us
    after.charged_us = rules.charged_us
    after.calibrations = calibrations_digest(case)
    true = _calibrated(case, after, samples)
    ordered = in_order(true)
    begin, found = 0, []
    for end in _cuts(after, ordered):
        _take(after, ordered[begin:end], rules)
        _note_logs(after, ordered[begin:end])
        if marks is not None:
            found.append(_mark(after))
        begin = end
    _take(after, ordered[begin:], rules)
    _note_logs(after, ordered[begin:])
    if marks is not None and found:
        marks += _that_serve(found, true, ordered)
    return after


def _that_serve(
    found: list[JourneyState], told: Sequence[Sample], ordered: Sequence[Sample]
) -> list[JourneyState]:
    """Marks behind which all that follows is also later by its stored time.

    A reading whose clock ran back inside its boot is taken in later than it is stored; a mark
    between the two would miss it, since readings are looked up by the stored time.
    """
    stored = {(one.box_id, one.boot, one.seq): one.placed_us for one in told}
    moved = [
        (at_us, one.placed_us)
        for one in ordered
        if (at_us := stored[one.box_id, one.boot, one.seq]) != one.placed_us
    ]
    return [mark for mark in found if not any(a <= (mark.heard_us or 0) < b for a, b in moved)]


def _take(state: JourneyState, samples: Sequence[Sample], rules: FoldRules) -> None:
    for sample in samples:
        advance(state, sample, rules)
    state.joined = _joined(rules, state)


def _cuts(state: JourneyState, ordered: Sequence[Sample]) -> list[int]:
    """Where the samples pass a mark: the index of the first one behind it."""
    if not ordered:
        return []
    before_us = ordered[0].placed_us if state.heard_us is None else state.heard_us
    if before_us // MARK_EVERY_US == ordered[-1].placed_us // MARK_EVERY_US:
        return []
    cuts = []
    for index, sample in enumerate(ordered):
        if sample.placed_us // MARK_EVERY_US != before_us // MARK_EVERY_US:
            cuts.append(index)
        before_us = sample.placed_us
    return cuts


def _mark(state: JourneyState) -> JourneyState:
    """The state as it stands, without what is known of later readings' calibration."""
    mark = state.copy()
    through_us = state.heard_us or 0
    mark.run_out = {probe: us for probe, us in state.run_out.items() if us <= through_us}
    return mark


def _calibrated(case: Case, state: JourneyState, samples: Sequence[Sample]) -> Sequence[Sample]:
    """The samples with true temperatures; notes which records had run out while it counted."""
    if not case.calibrations:
        return samples
    calibrator = Calibrator(case.calibrations, case.seats)
    true, run_out = calibrator.take(samples, state.from_us, state.until_us)
    for probe, us in run_out.items():
        state.run_out[probe] = min(us, state.run_out.get(probe, us))
    return true


def _note_logs(state: JourneyState, samples: Sequence[Sample]) -> None:
    for sample in samples:
        log = f"{sample.box_id}/{sample.boot}"
        if sample.seq > state.logs.get(log, -1):
            state.logs[log] = sample.seq


def assess(
    case: Case, state: JourneyState | None, samples: Sequence[Sample], now: datetime
) -> Assessed:
    """Take the samples in and draw the conclusion at `now`."""
    marks: list[JourneyState] = []
    after = fold(case, state, samples, marks)
    verdict = conclude(case, after, rules_of(case), now)
    return Assessed(state=after, assessment=verdict, marks=tuple(marks))

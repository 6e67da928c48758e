"""Excursions and alarms: what truly was, what could be known, what the service says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.truth.document import BoxTruth, Passage, PayloadTruth, TrueStay
from simulators.truth.limits import SIGN, Tolerances
from simulators.truth.series import Series
from simulators.truth.stays import Sharpness, Stay
from simulators.verify.answers import Answers, stay_of, text_ms
from simulators.verify.evidence import delivered, reported_stays, stays_in
from simulators.verify.scores import Alarms, Excursions

LATE_S = 30.0
"""An alarm this long after its proof was stored is late: three cycles of a demo box, own choice.

On a clock that runs faster, so many times longer: delays are real."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What stays are demanded, and what would excuse a stay that the service tells.

    `by_papers`: those of the box that wrong papers named, while they did.
    """

    true: Sequence[Stay]
    demanded: Sequence[Stay]
    certain: int
    possible: Sequence[Stay]
    reported: Sequence[Stay]
    by_papers: Sequence[Stay]
    line: Series
    slack_s: float


def grounds_of(
    truth: PayloadTruth, boxes: Mapping[str, BoxTruth], tolerances: Tolerances
) -> Grounds:
    """From the truth and from what the boxes delivered."""
    line = delivered(truth.truly, boxes)
    plain = stays_in(line, tolerances, Sharpness())
    certain = [_stay(one) for one in truth.excursions if one.certain]
    return Grounds(
        true=[_stay(one) for one in truth.excursions],
        demanded=[one for one in certain if _any(plain, one, 0.0)],
        certain=len(certain),
        possible=[_stay(one) for one in truth.possible],
        reported=reported_stays(line, tolerances, truth.sampling_s),
        by_papers=(
            reported_stays(delivered(truth.on_paper, boxes), tolerances, truth.sampling_s)
            if truth.righted_at
            else ()
        ),
        line=line,
        slack_s=2.0 * truth.sampling_s,
    )


def compare_excursions(
    grounds: Grounds, tolerances: Tolerances, verdicts: Sequence[Json]
) -> Excursions:
    """The last verdict's excursions against the true ones."""
    off_s = tolerances.delays.off_delay_s
    last = verdicts[-1]["excursions"] if verdicts else []
    told = [stay_of(one["side"], one["began_at"], one["returned_at"], off_s) for one in last]
    score = Excursions(
        true=grounds.certain, hidden=grounds.certain - len(grounds.demanded), told=len(told)
    )
    score.unjudged = int(not verdicts and len(grounds.line) > 0)
    score.missed = sum(not _any(told, one, grounds.slack_s) for one in grounds.demanded)
    for stay in told:
        if not _any(grounds.possible, stay, grounds.slack_s):
            excused = _any(grounds.reported, stay, grounds.slack_s)
            score.instrument += excused
            score.invented += not excused
            continue
        twin = next((one for one in grounds.true if one.overlaps(stay, grounds.slack_s)), None)
        if twin is not None:
            score.began_error_s.append(stay.began_s - twin.began_s)
            if stay.inside_s is not None and twin.inside_s is not None:
                score.ended_error_s.append(stay.inside_s - twin.inside_s)
    return score


def compare_alarms(
    truth: PayloadTruth, grounds: Grounds, tolerances: Tolerances, answers: Answers, late_s: float
) -> Alarms:
    """Alarms of excursions, of limits passed and of the hold time; others are not judged here."""
    score = Alarms()
    righted_ms = text_ms(truth.righted_at) if truth.righted_at else 0
    _stay_alarms(score, grounds, tolerances, answers, righted_ms)
    score.late = sum(delay_s > late_s for delay_s in score.delay_s)
    _limit_alarms(score, truth, grounds, answers.alarms)
    _hold_alarms(score, truth, answers.alarms)
    return score


def _stay_alarms(
    score: Alarms, grounds: Grounds, tolerances: Tolerances, answers: Answers, righted_ms: int
) -> None:
    delays = tolerances.delays
    alarms = [one for one in answers.alarms if one["kind"] == "excursion"]
    rung = [
        stay_of(one["facts"]["side"], one["began_at"], one["returned_at"], delays.off_delay_s)
        for one in alarms
    ]
    score.raised += len(rung)
    score.due += len(grounds.demanded)
    score.missed += sum(not _any(rung, one, grounds.slack_s) for one in grounds.demanded)
    for alarm, stay in zip(alarms, rung, strict=True):
        if not _any([*grounds.possible, *grounds.reported], stay, grounds.slack_s):
            misled = _any(grounds.by_papers, stay, grounds.slack_s)
            score.by_papers += misled
            score.false += not misled
            continue
        known_ms = max(righted_ms, _known_ms(answers, stay.began_s + delays.on_delay_s))
        delay_s = (text_ms(alarm["raised_at"]) - known_ms) / 1000
        score.delay_s.append(delay_s)


def _known_ms(answers: Answers, confirmed_s: float) -> int:
    """When a stay that is confirmed at this instant could first be known."""
    confirmed_ms = round(1000 * confirmed_s)
    stored = [
        row.received_ms
        for row in answers.rows
        if row.event is None and row.placed_ms is not None and row.placed_ms >= confirmed_ms
    ]
    return max(confirmed_ms, min(stored, default=0), answers.created_ms or 0)


def _limit_alarms(
    score: Alarms, truth: PayloadTruth, grounds: Grounds, alarms: Sequence[Json]
) -> None:
    rung = {
        f"{one['facts'].get('limit_kind')}_{one['facts'].get('side')}"
        for one in alarms
        if one["kind"] == "limit_breach"
    }
    for passage in truth.passages:
        if passage.limit.startswith("label"):
            continue
        demanded = passage.happened and _reached(grounds.line, passage, truth.margin_k)
        possible = passage.happened or _reached(grounds.line, passage, 0.0)
        score.due += demanded
        score.raised += passage.limit in rung
        score.missed += demanded and passage.limit not in rung
        score.false += passage.limit in rung and not possible


def _reached(line: Series, passage: Passage, margin_k: float) -> bool:
    sign = SIGN[passage.side]
    return line.first_beyond(sign, passage.level_c + sign * margin_k) is not None


def _hold_alarms(score: Alarms, truth: PayloadTruth, alarms: Sequence[Json]) -> None:
    rung = sum(one["kind"] == "expired" for one in alarms)
    hold_ms = None if truth.hold_until is None else text_ms(truth.hold_until)
    due = hold_ms is not None and hold_ms < text_ms(truth.judged_until)
    score.due += due
    score.raised += rung
    score.missed += due and not rung
    score.false += rung if hold_ms is not None and not due else 0


def _stay(one: TrueStay) -> Stay:
    return Stay(
        side=one.side,
        began_s=text_ms(one.began_at) / 1000,
        peak_c=one.peak_c,
        inside_s=None if one.inside_at is None else text_ms(one.inside_at) / 1000,
        over_s=None if one.over_at is None else text_ms(one.over_at) / 1000,
    )


def _any(stays: Iterable[Stay], wanted: Stay, slack_s: float) -> bool:
    return any(stay.overlaps(wanted, slack_s) for stay in stays)

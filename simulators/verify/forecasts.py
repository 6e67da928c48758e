"""Predictions of `viable_until` against what truly ended it, or would have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulators.truth.document import Passage, PayloadTruth
from simulators.truth.limits import SIDES, Side
from simulators.verify.answers import text_ms
from simulators.verify.scores import Forecasts

Json = dict[str, Any]

_HOUR_MS = 3_600_000
_SAME_MS = 60_000  # an end within a minute is the same end
_REASSIGNED = "assignment_changed"
_OVER = frozenset({"NOT_STARTED", "EXPIRED"})


def compare_forecasts(truth: PayloadTruth, verdicts: Sequence[Json]) -> Forecasts:
    """Every verdict that was kept predicts once; none without a hold time or after its end."""
    score = Forecasts()
    overtaken = _overtaken(truth, verdicts)
    for number, verdict in enumerate(verdicts):
        until = verdict["viable_until"]
        if until is None or truth.hold_until is None or verdict["condition"] in _OVER:
            continue
        if number < overtaken:
            score.overtaken += 1
            continue
        _count(score, _true_end_ms(truth, verdict), until, text_ms(truth.hold_until))
    return score


def _overtaken(truth: PayloadTruth, verdicts: Sequence[Json]) -> int:
    """How many of the first verdicts were about another box than the payload's last."""
    if truth.righted_at is None and len(truth.truly) == 1:
        return 0
    since_ms = text_ms(truth.righted_at or truth.truly[-1].begins)
    told = [n for n, verdict in enumerate(verdicts) if _REASSIGNED in verdict["reason"]]
    earlier = [n for n, verdict in enumerate(verdicts) if text_ms(verdict["as_of"]) < since_ms]
    return max(max(told, default=0), max(earlier, default=-1) + 1)


def _count(score: Forecasts, true_ms: int, until: Json, hold_ms: int) -> None:
    p10_ms, p50_ms = text_ms(until["p10"]), text_ms(until["p50"])
    safe = true_ms >= p10_ms - _SAME_MS
    score.safe += safe
    ends = (true_ms, p10_ms, p50_ms)
    if all(abs(end_ms - hold_ms) <= _SAME_MS for end_ms in ends):
        score.by_clock += 1
        return
    score.by_limit += 1
    score.safe_by_limit += safe
    score.error_h.append((p50_ms - true_ms) / _HOUR_MS)


def _true_end_ms(truth: PayloadTruth, verdict: Json) -> int:
    """The earliest of the hold's end and the true passing of each side's limit then in force."""
    ends = [text_ms(truth.hold_until)] if truth.hold_until else []
    for side in SIDES:
        passage = _in_force(truth, verdict, side)
        if passage is not None and passage.at is not None:
            ends.append(text_ms(passage.at))
    return min(ends)


def _in_force(truth: PayloadTruth, verdict: Json, side: Side) -> Passage | None:
    """The limit that the verdict counted towards; where it names none, the nearest one left."""
    mine = [passage for passage in truth.passages if passage.side == side]
    summary = verdict["summary"]
    if summary.get("limit_side") == side:
        named = f"{summary.get('limit_kind')}_{side}"
        return next((passage for passage in mine if passage.limit == named), None)
    left = any(one["side"] == side for one in verdict["excursions"])
    return next((p for p in mine if not (left and p.limit == f"label_{side}")), None)

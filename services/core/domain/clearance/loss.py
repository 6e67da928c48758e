"""How likely it is that a shipment's viability ends too soon, from its P10 and its P50.

The time left, counted from the verdict's own instant, is taken as log-normal. Two quantiles fix
its two numbers exactly; time left is never negative; and what makes it wrong (ageing rate,
container hold, ambient) errs by factors, not by hours. Grade O: an own choice, made once here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import erfc, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from services.core.domain.errors import Invalid

_P10_SCORE = 1.2815515655446004
"""How many standard deviations the 10 % quantile of a normal variable lies below its median."""

_LEAST_LEFT = timedelta(minutes=1)
"""Time left is counted as at least this: a P10 that has just passed still has a logarithm."""

_CERTAIN = 8.0
"""Beyond so many standard deviations a probability is 0 or 1 for every purpose here."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViabilityEnd:
    """When viability ends, as the verdict of `as_of` sees it: safe until p10, likely until p50."""

    as_of: datetime
    p10: datetime
    p50: datetime

    def __post_init__(self) -> None:
        if self.p50 < self.p10:
            raise Invalid(
                "the likely end lies before the safe end",
                field="viable_until",
                remedy="give p10 and p50 in this order",
            )


def spread(end: ViabilityEnd) -> tuple[float, float]:
    """Log of the median of the minutes left, and their log-standard deviation (0: certain)."""
    median = _minutes_left(end, end.p50)
    if end.p10 == end.p50:
        return log(median), 0.0
    return log(median), log(median / _minutes_left(end, end.p10)) / _P10_SCORE


def ended_before(end: ViabilityEnd, instant: datetime) -> float:
    """Probability that viability has ended before `instant`."""
    log_median, log_sd = spread(end)
    if log_sd <= 0.0:
        return float(instant > end.p50)
    left = (instant - end.as_of) / timedelta(minutes=1)
    score = (log(left) - log_median) / log_sd if left > 0 else -inf
    return 0.5 * erfc(-score / sqrt(2.0))


def ended_within(minutes: Floats, log_median: Floats, log_sd: Floats) -> Floats:
    """The same for many: minutes after each row's `as_of`, one row a shipment.

    Rows with a log-sd of 0 are certain ends; their hard deadline is the caller's, they give 0.
    """
    known = np.where(log_sd > 0.0, log_sd, 1.0)
    score = (np.log(np.maximum(minutes, 1e-9)) - log_median[:, None]) / known[:, None]
    chance = np.where(score >= _CERTAIN, 1.0, 0.0)
    np.copyto(chance, 0.0, where=(log_sd <= 0.0)[:, None])
    open_question = (np.abs(score) < _CERTAIN) & (log_sd > 0.0)[:, None]
    chance[open_question] = ndtr(score[open_question])
    return chance


def _minutes_left(end: ViabilityEnd, quantile: datetime) -> float:
    return max(quantile - end.as_of, _LEAST_LEFT) / timedelta(minutes=1)

"""What a kind of shipment usually has left when it stands ready, and a forecast held against it.

A forecast that errs by a factor is, where it says much, more often too high than too low, and where
it says little the other way round: "eight hours left" of a kind that never had more than six is
mostly error. So its two ends are drawn towards what the site has seen of the kind, the more the
wider it says that it may be wrong. A certain end is left as it is. It tells whose chance falls
fastest and nothing else: latest starts, slack and tiers stay those of the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

P10_SCORE = 1.2815515655446004
"""How many standard deviations the 10 % quantile of a normal variable lies below its median."""

FEWEST = 30
"""With fewer of a kind seen, nothing is taken as usual. Own choice, grade O: of 10 to 60 all do the
same in the study."""

HEED = 0.5
"""How much of the way is gone. Own choice, grade O. All of it is right when the forecast is the
truth times an error, as the study has it; none when the forecast has taken into account already
what is usual. Half loses little in either; outcomes can tell once there are some."""

_LEAST_SPREAD = 0.01
"""Least variance (of logarithms) that a kind is believed to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualLeft:
    """What was seen of a kind: of the logarithms of the minutes left by the safe end when ready
    the number, the mean and the variance."""

    seen: int
    mean: float
    variance: float

    def and_one(self, minutes: float) -> UsualLeft:
        """The same with one more; less than a minute is no time left."""
        if minutes < 1.0:
            return self
        seen, off = self.seen + 1, log(minutes) - self.mean
        mean = self.mean + off / seen
        squares = self.variance * max(0, self.seen - 1) + off * (log(minutes) - mean)
        return UsualLeft(seen=seen, mean=mean, variance=squares / max(1, self.seen))


NOTHING_SEEN = UsualLeft(seen=0, mean=0.0, variance=0.0)


def tempered(safe: float, likely: float, usual: UsualLeft) -> tuple[float, float]:
    """The safe and the likely end, in minutes since ready, drawn towards what is usual.

    What was seen varies by the kind and by the forecasts' error; the rest is the kind's own. Of
    two normal variables the better guess lies between, as their variances have it.
    """
    if usual.seen < FEWEST or safe < 1.0 or likely <= safe:
        return safe, likely
    log_sd = log(likely / safe) / P10_SCORE
    of_kind = max(usual.variance - log_sd**2, _LEAST_SPREAD)
    kept = 1.0 - HEED * (1.0 - of_kind / (of_kind + log_sd**2))
    median = kept * log(safe) + (1.0 - kept) * usual.mean + P10_SCORE * log_sd
    return exp(median - P10_SCORE * log_sd * kept**0.5), exp(median)

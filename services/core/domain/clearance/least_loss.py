"""Who should begin next when nobody knows the deadlines exactly: whose chance falls fastest.

A safe end (P10) and a likely one (P50) say how likely it is that an inspection begun at an instant
comes too late. Whoever waits loses chance while the others are inspected; per minute of inspection
the most is saved by whoever loses the most. The order by latest start does not see that: it takes a
deadline for certain. Where it is certain, this rule has nothing to say. It is a proposal to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from services.core.domain.clearance.loss import Floats, ended_within
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.usual_left import P10_SCORE, tempered

CALM_MIN = 720.0
"""Waiting work per bay up to which the rule holds; beyond it not all can be kept, and those are
admitted first who can. Own choice, grade O: of 150 to 2,500 minutes the smallest at which the
study's losses at a load of 0.95 no longer fall; at 1.20 more would cost."""

PAUSE_MIN = 30.0
"""Whose chance falls most within this time. Own choice, grade O: 20 to 60 minutes do the same."""

NO_CHANCE = 0.9
"""Whoever is late with at least this probability takes no part: nine in ten, as the P10 has it for
the other side. The likely end alone would give up on four in ten who can still be in time."""

_MINUTE = timedelta(minutes=1)


def begin_next(
    standing: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime
) -> RankEntry | None:
    """The one to begin next, of those who stand ready; None when the order as it is will do."""
    unsure = [entry for entry in standing if entry.likely_start is not None and entry.known_at]
    if not unsure:
        return None
    found = falls_fastest(
        [_ends(entry, now) for entry in standing],
        [entry.inspection / _MINUTE for entry in standing],
        len(free_at),
    )
    return None if found is None else standing[found]


def _ends(entry: RankEntry, now: datetime) -> tuple[float, float, float]:
    """Both ends, and since when they are counted: since ready, where the usual can be told."""
    likely, known = entry.likely_start or entry.latest_start, entry.known_at or now
    if entry.usual.seen and entry.ready is not None and entry.ready < entry.latest_start:
        since = (entry.ready - now) / _MINUTE
        left = (entry.latest_start - entry.ready) / _MINUTE, (likely - entry.ready) / _MINUTE
        safe, median = tempered(*left, entry.usual)
        return since + safe, since + median, since
    return (entry.latest_start - now) / _MINUTE, (likely - now) / _MINUTE, (known - now) / _MINUTE


def falls_fastest(
    ends: Sequence[tuple[float, float, float]], length: Sequence[float], bays: int
) -> int | None:
    """Index of whose chance falls fastest for its length; None when the queue is too long for it.

    `ends`: latest start by the safe end, by the likely one, and since when both are counted; all in
    minutes from now.
    """
    if not ends or sum(length) > CALM_MIN * bays:
        return None
    latest, likely, known = np.array(ends, dtype=np.float64).T
    late_now = _late(0.0, latest, likely, known)
    fall = _late(PAUSE_MIN, latest, likely, known) - late_now
    fall[late_now >= NO_CHANCE] = 0.0
    return int(np.argmax(fall / np.array(length))) if fall.max() > 0.0 else None


def _late(begin: float, latest: Floats, likely: Floats, known: Floats) -> Floats:
    """Probability that an inspection that begins then comes too late."""
    left, median = np.maximum(latest - known, 1.0), np.maximum(likely - known, 1.0)
    log_sd = np.log(median / left) / P10_SCORE
    chance = ended_within((begin - known)[:, None], np.log(median), log_sd)[:, 0]
    certain: Floats = np.where(log_sd > 0.0, chance, begin > latest)
    return certain

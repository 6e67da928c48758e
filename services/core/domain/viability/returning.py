"""Coming back into the label: once that has ended, what led there is no trend any more."""

from __future__ import annotations

from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState


def has_come_back(state: JourneyState, before_c: float, temp_c: float, rules: FoldRules) -> bool:
    """Take in the next temperature; whether a return into the label ended with the one before.

    It ends with the first reading that is not further in. While it goes on it is a movement like
    any other: it may go right through to the other side. What trembles at the limit, by less than
    the deadband, has been nowhere and comes back from nowhere.
    """
    high, low = rules.high, rules.low
    if high.beyond(temp_c) > high.deadband_k:
        state.back_from = 1
    elif low is not None and low.beyond(temp_c) > low.deadband_k:
        state.back_from = -1
    elif state.back_from * (before_c - temp_c) <= 0.0:
        ended, state.back_from = state.back_from != 0, 0
        return ended
    return False

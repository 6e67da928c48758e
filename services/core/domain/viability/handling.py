"""How the box was handled, as the fold keeps it: openings of its lid, and shocks.

Openings that follow one another closely are one: nobody needs to hear of each.
"""

from __future__ import annotations

from services.core.domain.units import MINUTE_US, Microseconds
from services.core.domain.viability.state import JourneyState

APART_US: Microseconds = 5 * MINUTE_US
"""What comes again sooner is still the same. Own choice, grade O."""


def note_lid(state: JourneyState, us: Microseconds, *, is_open: bool) -> None:
    """The lid is open, or closed again."""
    if is_open:
        if state.lid_since_us is None:
            last = state.lids[-1] if state.lids else None
            again = last is not None and us - last[1] <= APART_US
            state.lid_since_us = state.lids.pop()[0] if again else us
    elif state.lid_since_us is not None:
        state.lids.append((state.lid_since_us, us))
        state.lid_since_us = None


def note_shock(state: JourneyState, us: Microseconds) -> None:
    """The box says that it was hit."""
    if not state.shocks or us - state.shocks[-1] > APART_US:
        state.shocks.append(us)

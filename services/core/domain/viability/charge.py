"""The fold of a container's charge: what tilting and a warm ambient have used up of it."""

from __future__ import annotations

from services.core.domain.units import Microseconds
from services.core.domain.viability.container import TILT_EVENT_DEG
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState

OPEN_LID = 25.0
"""How many times faster an open box uses up its charge, cautiously: 3 W/K through a top of 0.1 m²
in moving air, against the 0.13 W/K at which 340 kJ of coolant last 30 h. Own calculation, O."""

Surroundings = tuple[float | None, float | None]
"""How far the box leans, and the temperature around it."""


def lean(state: JourneyState, us: Microseconds, tilt_deg: float) -> None:
    """Count how long the box has been leaning, from reading to reading."""
    if state.tilt_since_us is not None:
        state.tilted_us += us - state.tilt_at_us
    if tilt_deg <= TILT_EVENT_DEG:
        state.tilt_since_us = None
    elif state.tilt_since_us is None:
        state.tilt_since_us = us
    state.tilt_at_us = us


def use_charge(
    state: JourneyState,
    us: Microseconds,
    box_id: str,
    around: Surroundings,
    rules: FoldRules,
) -> None:
    """Use up the charge since the last reading, as the box stood then.

    In a gap the likely case is an upright box, the worst case leans as at the worse end. Another
    box has a charge of its own: it counts from the first reading in it. Likely a lid that is open
    costs nothing, cautiously it does.
    """
    rule = rules.container
    if rule is None:
        return
    if state.container_at_us is None:
        state.container_at_us = state.container_from_us = min(us, rules.charged_us)
        state.container_known = True
    elif box_id != state.container_box:
        refill(state, us)
        state.container_known = False
    state.container_box = box_id
    length_us = us - state.container_at_us
    factor = rule.factor(state.tilt_deg, state.ambient_c)
    worst = opened(state, factor)
    if length_us > rules.max_gap_us:
        worst, factor = max(worst, opened(state, rule.factor(*around)), 1.0), 1.0
    state.container_us += length_us * factor
    state.worst_container_us += length_us * worst
    state.container_at_us = us
    tilt_deg, ambient_c = around
    state.tilt_deg = state.tilt_deg if tilt_deg is None else tilt_deg
    state.ambient_c = state.ambient_c if ambient_c is None else ambient_c


def opened(state: JourneyState, factor: float) -> float:
    """The pace at which the charge is used, cautiously: faster while the lid is open."""
    return factor if state.lid_since_us is None else factor * OPEN_LID


def refill(state: JourneyState, us: Microseconds) -> None:
    """The container was filled anew: its hold time begins again, no budget does."""
    state.container_us = state.worst_container_us = 0.0
    state.container_at_us = state.container_from_us = us
    state.container_known = True
    state.tilt_deg = state.ambient_c = None

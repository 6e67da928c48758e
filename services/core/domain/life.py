"""The life of a shipment: which milestone moves it from where to where."""

from __future__ import annotations

from services.core.domain.errors import IllegalTransition

LIVE_STATES = frozenset({"draft", "packed", "moving"})
"""States in which a shipment is under way, or about to be."""

# milestone → (states it may happen in, state afterwards); None leaves the state as it is.
_MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "packed": (frozenset({"draft"}), "packed"),
    "departed": (frozenset({"packed", "moving"}), "moving"),
    "landed": (frozenset({"packed", "moving"}), "moving"),
    "offloaded": (frozenset({"packed", "moving"}), None),
    "diverted": (frozenset({"packed", "moving"}), "moving"),
    "leg_cancelled": (frozenset({"draft", "packed", "moving"}), None),
    "picked": (frozenset({"packed", "moving"}), "moving"),
    "handed_over": (frozenset({"packed", "moving"}), "moving"),
    "received": (frozenset({"packed", "moving"}), "received"),
    "cancelled": (frozenset({"draft", "packed"}), "cancelled"),
    "returned": (frozenset({"packed", "moving", "received"}), "returned"),
    "destroyed": (frozenset({"packed", "moving", "received", "returned"}), "destroyed"),
    "closed": (frozenset({"received", "returned", "destroyed"}), "closed"),
}
ENDS = frozenset({"received", "cancelled", "returned", "destroyed", "closed"})
"""Milestones after which the boxes are free again and nothing is judged any more."""


def state_after(state: str, milestone: str) -> str:
    """The state after a milestone; raises IllegalTransition when it cannot happen now."""
    allowed, then = _MOVES[milestone]
    if state not in allowed:
        raise IllegalTransition(
            f"a shipment that is {state} cannot be {milestone.replace('_', ' ')}",
            field="kind",
            remedy="possible from: " + ", ".join(sorted(allowed)),
        )
    return then or state

"""Where a shipment is in its journey, read from what is known of its legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.api.schemas.shipments import Phase

Leg = Mapping[str, Any]
_ARRIVED = frozenset({"landed", "diverted"})


def phase_of(state: str, legs: Sequence[Leg]) -> Phase:
    """The phase by the newest leg that has begun; instants are passed on as they stand."""
    if state in {"received", "closed"}:
        return Phase(code="received", leg_id=None, until=None)
    going = [leg for leg in legs if leg["status"] != "cancelled"]
    begun = [leg for leg in going if _departed(leg) or _arrived(leg)]
    if not begun:
        first = going[0] if going else None
        return _phase("packed", first, first and _departure(first))
    last = begun[-1]
    if not _arrived(last):
        return _phase(_moving_code(last, going), last, _arrival(last))
    return _between(last, going)


def _moving_code(leg: Leg, legs: Sequence[Leg]) -> str:
    if leg["mode"] == "air":
        return "in_flight"
    return "onward" if _after_inspection(leg, legs) else "on_road"


def _between(arrived: Leg, legs: Sequence[Leg]) -> Phase:
    """It stands at the end of a leg: at the inspection, or waiting for the next leg."""
    behind = [leg for leg in legs if leg["ordinal"] > arrived["ordinal"]]
    if any(leg["mode"] == "air" for leg in behind):
        return _phase("on_road", behind[0], _departure(behind[0]))
    if _after_inspection(arrived, legs):
        return _phase("onward", arrived, None)
    return _phase("at_customs", arrived, _departure(behind[0]) if behind else None)


def _after_inspection(leg: Leg, legs: Sequence[Leg]) -> bool:
    """Whether the leg comes behind the last flight, whose landing is the inspection."""
    flights = [other["ordinal"] for other in legs if other["mode"] == "air"]
    return bool(flights) and leg["ordinal"] > max(flights)


def _departed(leg: Leg) -> bool:
    return leg["actual_departure"] is not None or leg["status"] == "departed"


def _arrived(leg: Leg) -> bool:
    return leg["actual_arrival"] is not None or leg["status"] in _ARRIVED


def _departure(leg: Leg) -> Any:
    return leg["estimated_departure"] or leg["planned_departure"]


def _arrival(leg: Leg) -> Any:
    return leg["estimated_arrival"] or leg["planned_arrival"]


def _phase(code: str, leg: Leg | None, until: Any) -> Phase:
    return Phase.model_validate(
        {"code": code, "leg_id": leg["id"] if leg else None, "until": until}
    )

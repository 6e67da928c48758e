"""News about a leg: a change of one flight reaches every shipment on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.api.dependencies import Act
from services.core.domain.errors import Invalid
from services.core.storage.journeys import JourneyRepository, LegRecord
from services.core.storage.worklist import Worklist

_OF_ONE_SHIPMENT = frozenset({"offloaded"})
"""Happens to a shipment, not to the flight it was booked on."""


async def change_flight(
    shipment_id: UUID, leg_id: UUID, values: Mapping[str, Any], act: Act
) -> LegRecord:
    """Change the leg, and the same flight of others; returns the leg as it was before."""
    journeys = JourneyRepository(act.unit)
    legs = await journeys.flight(shipment_id, leg_id)
    if values.get("status") in _OF_ONE_SHIPMENT:
        legs = legs[:1]
    for leg in legs:
        _check_order(leg, values)
        await journeys.change_leg(leg.leg_id, {**values, **_told(leg, values, act.now)})
    affected = sorted({leg.shipment_id for leg in legs})
    payloads = await journeys.payloads_of(affected)
    earliest = _first_touched(legs, values, act.now)
    await Worklist(act.unit).put_payloads(dict.fromkeys(payloads, earliest), "leg_changed", act.now)
    for other in legs[1:]:
        await act.audit(
            "update_leg",
            ("leg", other.leg_id),
            after=_json(values),
            reason=f"same flight as leg {leg_id}",
        )
    return legs[0]


def _check_order(leg: LegRecord, values: Mapping[str, Any]) -> None:
    departure = values.get("actual_departure", leg.actual_departure)
    arrival = values.get("actual_arrival", leg.actual_arrival)
    if departure is not None and arrival is not None and arrival <= departure:
        raise Invalid(
            "the leg would arrive before it departs",
            field="actual_arrival",
            remedy="check both instants and their offsets",
        )


def _told(leg: LegRecord, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """When it became known that the leg has arrived; a corrected arrival was known before."""
    if "actual_arrival" not in values:
        return {}
    if values["actual_arrival"] is None:
        return {"arrival_told_at": None}
    return {} if leg.actual_arrival is not None else {"arrival_told_at": now}


def _first_touched(legs: Sequence[LegRecord], values: Mapping[str, Any], now: datetime) -> datetime:
    """The first instant whose judgement the change can alter: silence is planned from there."""
    known = [value for value in values.values() if isinstance(value, datetime)]
    known += [leg.actual_departure or leg.planned_departure for leg in legs]
    return min([*known, now])


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }

"""Alarms about where the box is: at the wrong place, gone from its site, off its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.geodesy import Place, distance_from_way_km, distance_km
from services.core.domain.shipment import LegMode, ShipmentLeg
from services.core.domain.viability.alarm_numbers import alarm_number
from services.core.domain.viability.case import Case
from services.core.domain.viability.situation import Fix, Situation

SETTLES = timedelta(minutes=15)
"""So long after an arrival a position may still be the one from before. Own choice, grade O."""


def place_alarms(case: Case, situation: Situation, now: datetime) -> Iterator[DerivedAlarm]:
    """By the last position known, less its own error; without a position there is none."""
    fix, received_at = situation.fix, case.clocks.received_at
    if fix is None or (received_at is not None and now >= received_at):
        return
    running = [leg for leg in case.legs if leg.runs]
    leg = _under_way(running, fix.at)
    if leg is not None and not _ahead(case, running, leg, fix):
        yield from _off_route(case, situation, leg, fix)
    arrived = _arrived(running, fix.at)
    if arrived is None or leg is not None or arrived.to_place is None:
        return
    if not _ahead(case, running, arrived, fix):
        yield from _away(case, situation, arrived, arrived.to_place, fix)


def _under_way(legs: Sequence[ShipmentLeg], at: datetime) -> ShipmentLeg | None:
    for leg in legs:
        left = leg.actual_departure is not None and leg.actual_departure <= at
        if left and (leg.actual_arrival is None or leg.actual_arrival > at):
            return leg
    return None


def _arrived(legs: Sequence[ShipmentLeg], at: datetime) -> ShipmentLeg | None:
    """The last leg that had ended, if it was a while before the position was taken."""
    done = [leg for leg in legs if leg.actual_arrival is not None and leg.actual_arrival <= at]
    settled_at = at - SETTLES
    if not done or done[-1].actual_arrival is None or done[-1].actual_arrival > settled_at:
        return None
    return done[-1]


def _ahead(case: Case, legs: Sequence[ShipmentLeg], leg: ShipmentLeg, fix: Fix) -> bool:
    """At a later place of its way: the news of its legs is late, the box is not astray."""
    near = alarm_number(case.profile, "wrong_place_km")
    later = [one for one in legs if one.ordinal > leg.ordinal]
    places = [place for one in later for place in (one.from_place, one.to_place)]
    return any(
        _less(distance_km(fix.lat, fix.lon, place), fix) < near
        for place in places
        if place is not None and place != leg.to_place
    )


def _away(
    case: Case, situation: Situation, leg: ShipmentLeg, place: Place, fix: Fix
) -> Iterator[DerivedAlarm]:
    """Far from where it has arrived; or, from the site of its inspection, only just gone."""
    away = _less(distance_km(fix.lat, fix.lon, place), fix)
    far = alarm_number(case.profile, "wrong_place_km")
    gone = alarm_number(case.profile, "left_site_km")
    if away >= far:
        yield _alarm(AlarmKind.WRONG_PLACE, place, away, fix, far)
    elif away >= gone and leg.to_code == situation.site_id and not situation.inspected:
        yield _alarm(AlarmKind.LEFT_SITE, place, away, fix, gone)


def _off_route(
    case: Case, situation: Situation, leg: ShipmentLeg, fix: Fix
) -> Iterator[DerivedAlarm]:
    """On the road only: aircraft and ships keep no straight way."""
    begin, end = leg.from_place, leg.to_place
    if leg.mode is not LegMode.ROAD or begin is None or end is None:
        return
    away = _less(distance_from_way_km(fix.lat, fix.lon, begin, end), fix)
    allowed = alarm_number(case.profile, "off_route_km")
    if away >= allowed:
        yield _alarm(AlarmKind.OFF_ROUTE, end, away, fix, allowed)


def _less(away: float, fix: Fix) -> float:
    return max(0.0, away - fix.error_m / 1000.0)


def _alarm(kind: AlarmKind, place: Place, away: float, fix: Fix, limit: float) -> DerivedAlarm:
    return DerivedAlarm(
        kind=kind,
        subject=place.name.replace(":", "_"),
        began_at=fix.at,
        facts={"n": round(away), "name": place.name, "since": fix.at.isoformat()},
        config={"limit_km": limit},
    )

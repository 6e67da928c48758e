"""Whether a request for a slot is confirmed by rule at once, or why an officer is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.clearance.appointment_life import AppointmentState

MOVES_BY_RULE = 2
"""So often a booking is moved without an officer's consent (domain paper (c), grade O)."""


class AskedBecause(StrEnum):
    """The rule that a request does not meet. It blocks nothing: an officer may agree."""

    RESERVED = "RESERVED"
    TOO_FAR_AHEAD = "TOO_FAR_AHEAD"
    BEFORE_READY = "BEFORE_READY"
    NO_SLOT_IN_TIME = "NO_SLOT_IN_TIME"
    MOVED_OFTEN = "MOVED_OFTEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRules:
    """What a site has decided about its slots."""

    reserve_until: timedelta
    reserve_below: timedelta
    grace: timedelta
    book_ahead: timedelta
    answer_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRequest:
    """A wish for a slot, and what is known of the shipment. `moves`: moved so often by people.
    `in_quota`: its way of facilitation is one that the site's reserve is kept for."""

    start: datetime
    reserved: bool
    latest_start: datetime | None
    ready: datetime | None
    moves: int = 0
    before_take_off: bool = False
    in_quota: bool = True


def why_ask(request: SlotRequest, rules: SlotRules, now: datetime) -> AskedBecause | None:
    """The first rule that is not met; none when the request fits the quota and the times."""
    ready = request.ready or now
    if late_by(request) is not None:
        return AskedBecause.NO_SLOT_IN_TIME
    if request.start > ready + rules.book_ahead:
        return AskedBecause.TOO_FAR_AHEAD
    if request.start + rules.grace < ready:
        return AskedBecause.BEFORE_READY
    if request.reserved and not _may_use_reserve(request, rules, now):
        return AskedBecause.RESERVED
    return AskedBecause.MOVED_OFTEN if request.moves > MOVES_BY_RULE else None


def late_by(request: SlotRequest) -> timedelta | None:
    """How long after the latest start the slot begins; none when it is in time."""
    latest = request.latest_start
    return None if latest is None or request.start <= latest else request.start - latest


def first_state(request: SlotRequest, asked: AskedBecause | None) -> AppointmentState:
    """Where an appointment begins: before take-off it is tentative, whoever agrees."""
    if asked is not None:
        return AppointmentState.REQUESTED
    if request.before_take_off:
        return AppointmentState.TENTATIVE
    return AppointmentState.CONFIRMED


def _may_use_reserve(request: SlotRequest, rules: SlotRules, now: datetime) -> bool:
    """Shortly before, the reserve is everybody's; until then for who is urgent and in the quota."""
    if request.start < now + rules.reserve_until:
        return True
    if request.latest_start is None or not request.in_quota:
        return False
    return request.latest_start - max(now, request.ready or now) < rules.reserve_below

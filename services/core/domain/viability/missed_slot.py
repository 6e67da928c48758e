"""A slot that has passed: who was not shown for it is saved by no slot."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.core.domain.viability.situation import Situation

MISSED_AFTER = timedelta(minutes=1)
"""So long after its start a slot still counts: the time a person needs to press, as for a booking.
Own choice, grade O."""


def missed_at(situation: Situation) -> datetime | None:
    """When the slot it holds is missed; none without one, or once it is shown or looked at.

    As for a no-show: whoever stands ready after the slot has begun is awaited from then on.
    """
    slot, ready, inspection = situation.slot_from, situation.plan.ready_at, situation.inspection
    if slot is None or (inspection is not None and inspection.is_open):
        return None
    return max(slot, ready or slot) + MISSED_AFTER


def missed_for(situation: Situation, now: datetime) -> timedelta | None:
    """How long ago the slot began that was missed; none while it was not."""
    slot, missed = situation.slot_from, missed_at(situation)
    return None if slot is None or missed is None or now < missed else now - slot

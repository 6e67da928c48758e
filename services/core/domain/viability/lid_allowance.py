"""Until when an open inspection excuses an open lid: its own time, or its allowance of minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.core.domain.units import from_us, minutes
from services.core.domain.viability.case import Case
from services.core.domain.viability.situation import OpenInspection, Situation

ALLOWANCE = "inspection_lid_min"
"""The number of a profile. Without it minutes are counted, and no allowance is set."""


def excused_until(case: Case, situation: Situation, inspection: OpenInspection) -> datetime:
    """The end of the inspection's time, or the instant at which its allowance is used up.

    Inspections before it have used theirs of the same allowance (journey, 5).
    """
    allowed = case.profile.optional(ALLOWANCE)
    if allowed is None:
        return inspection.until
    left = minutes(allowed) - sum(
        (_open_within(situation, stretch) for stretch in inspection.earlier), timedelta(0)
    )
    for begin, end in _openings(situation, inspection.until):
        begin = max(begin, inspection.since - inspection.early)
        if begin >= min(end, inspection.until):
            continue
        if begin + max(left, timedelta(0)) <= min(end, inspection.until):
            return begin + max(left, timedelta(0))
        left -= end - begin
    return inspection.until


def _openings(situation: Situation, until: datetime) -> list[tuple[datetime, datetime]]:
    """Openings of the lid; one that is not over may last as long as the inspection."""
    stays = [(from_us(begin), from_us(end)) for begin, end in situation.lids]
    since = situation.lid_since
    return [*stays, (since, max(since, until))] if since is not None else stays


def _open_within(situation: Situation, stretch: tuple[datetime, datetime]) -> timedelta:
    first, last = stretch
    parts = (min(end, last) - max(begin, first) for begin, end in _openings(situation, last))
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))

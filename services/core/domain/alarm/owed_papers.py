"""Papers that were promised when data was let out in an emergency, and have not come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind

OWNER = "data_policy"
"""Whose alarms these are, in their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPapers:
    """An emergency without its papers; `ended` is the first instant after the day they were due.

    Also of one that was withdrawn: what left meanwhile has left.
    """

    entry_id: str
    organisation_id: str
    ended: datetime


def owed_alarms(owed: Iterable[OwedPapers], now: datetime) -> Iterator[DerivedAlarm]:
    """One for each whose day has passed."""
    for one in owed:
        if one.ended <= now:
            yield DerivedAlarm(
                kind=AlarmKind.DATA_EMERGENCY_OVERDUE,
                subject=one.entry_id,
                began_at=one.ended,
                facts={
                    "entry_id": one.entry_id,
                    "name": one.organisation_id,
                    "until": one.ended.isoformat(),
                },
            )

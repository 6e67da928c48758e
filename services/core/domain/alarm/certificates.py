"""Certificates that end: told a month, a week and a day before, and before a journey is begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind

TOLD_BEFORE = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""Each is a step further. Own choice of the project (its security statement S82), grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEnd:
    """Until when somebody can prove who it is. `name`: a box, or a part of ours.

    `arrives_at`: when the journey that the box is on, or will be, should be over.
    """

    name: str
    ends_at: datetime
    box_no: int | None = None
    arrives_at: datetime | None = None
    shipment_reference: str | None = None

    @property
    def ends_under_way(self) -> bool:
        """Whether it ends before the arrival: such a box should not be packed."""
        return self.arrives_at is not None and self.ends_at < self.arrives_at


def certificate_alarms(ends: Iterable[CertificateEnd], now: datetime) -> Iterator[DerivedAlarm]:
    """One for each that ends within a month, or under way."""
    for one in ends:
        passed = [span for span in TOLD_BEFORE if one.ends_at - now <= span]
        step = max(len(passed) - 1, 1 if one.ends_under_way else -1)
        if step < 0:
            continue
        facts = {
            "name": one.name,
            "until": one.ends_at.isoformat(),
            "step": step,
            "ends_under_way": one.ends_under_way,
        }
        if one.box_no is not None:
            facts["box_id"] = one.name
        if one.ends_under_way:
            facts["reference"] = one.shipment_reference or ""
        yield DerivedAlarm(
            kind=AlarmKind.CERTIFICATE_ENDING,
            subject=one.name,
            began_at=min(now, one.ends_at - TOLD_BEFORE[0]),
            facts=facts,
            config={"told_before_d": [span.days for span in TOLD_BEFORE]},
        )

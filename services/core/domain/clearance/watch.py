"""What alarms around inspections are there: wrong codes, wrong boxes, unfit bays, the way on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.clearance.identity import Scan, mismatched
from services.core.domain.clearance.lid import Opening, Session, touches

OWNER = "clearance"
"""Whose alarms these are, in their keys."""

UNWATCHED_AFTER = timedelta(minutes=10)
"""So long after its clearance a box may be unheard: then nobody watches it. Own choice, grade O."""

LATE_MARGIN = timedelta(minutes=15)
"""Less spare than that before "deliver by" is an alarm. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A live shipment with all its scans, at the terminal and in the newest inspection."""

    shipment_id: UUID
    scans: Sequence[Scan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An opening of a box that is in a bay, and the inspections of others there about that time.

    `own`: inspections of the box's own shipment, which explain it.
    """

    shipment_id: UUID
    box_no: int
    bay_id: str
    opening: Opening
    own: Sequence[Session]
    others: Sequence[Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A shipment that customs has cleared and nobody has received yet.

    `arrives_at`: when it is expected, by its legs or by the site's minutes.
    """

    shipment_id: UUID
    cleared_at: datetime
    heard_at: datetime | None
    deliver_by: datetime | None
    arrives_at: datetime | None


def identity_alarms(shipments: Sequence[Scanned]) -> Iterator[DerivedAlarm]:
    """By the last scan of each mark at each place. The code itself is told to officers alone."""
    for one in shipments:
        for place, mark, at in mismatched(one.scans):
            yield _alarm(
                AlarmKind.IDENTITY_MISMATCH,
                f"{one.shipment_id}.{place}.{mark}",
                at,
                {"place": place.value, "mark": mark.value},
            )


def wrong_box_alarms(neighbours: Sequence[Neighbour], now: datetime) -> Iterator[DerivedAlarm]:
    """A lid opened while another box was under inspection there, and not its own shipment."""
    for one in neighbours:
        if any(touches(one.opening, session, now) for session in one.own):
            continue
        if any(touches(one.opening, session, now) for session in one.others):
            yield _alarm(
                AlarmKind.WRONG_BOX_OPENED,
                f"{one.shipment_id}.{one.opening.box_id}",
                one.opening.begin,
                {"box_id": one.opening.box_id, "bay_id": one.bay_id},
                returned_at=one.opening.end,
            )


def onward_alarms(shipments: Sequence[Onward], now: datetime) -> Iterator[DerivedAlarm]:
    """Not heard since its clearance; or to arrive later than it must."""
    for one in shipments:
        yield from _unwatched(one, now)
        yield from _late(one, now)


def _unwatched(one: Onward, now: datetime) -> Iterator[DerivedAlarm]:
    heard_since = one.heard_at is not None and one.heard_at >= one.cleared_at
    if not heard_since and now - one.cleared_at >= UNWATCHED_AFTER:
        heard = None if one.heard_at is None else one.heard_at.isoformat()
        told = {"last_received_at": heard}
        yield _alarm(AlarmKind.RELEASE_UNWATCHED, f"{one.shipment_id}", one.cleared_at, told)


def _late(one: Onward, now: datetime) -> Iterator[DerivedAlarm]:
    """A quarter of an hour more spare ends it, so that a forecast that trembles rings once."""
    if one.deliver_by is None or one.arrives_at is None:
        return
    spare = one.deliver_by - max(now, one.arrives_at)
    if spare >= 2 * LATE_MARGIN:
        return
    began_at = min(now, max(one.cleared_at, one.deliver_by - LATE_MARGIN))
    told = {"until": one.deliver_by.isoformat(), "step": int(spare < timedelta(0))}
    alarm = _alarm(AlarmKind.DELIVERY_NEAR, f"{one.shipment_id}", began_at, told)
    yield DerivedAlarm(
        kind=alarm.kind,
        began_at=alarm.began_at,
        subject=alarm.subject,
        facts=alarm.facts,
        raises=spare < LATE_MARGIN,
    )


def _alarm(
    kind: AlarmKind,
    subject: str,
    began_at: datetime,
    facts: dict[str, Any],
    *,
    returned_at: datetime | None = None,
) -> DerivedAlarm:
    return DerivedAlarm(
        kind=kind,
        subject=subject,
        began_at=began_at,
        returned_at=returned_at,
        facts={**facts, "since": began_at.isoformat()},
    )

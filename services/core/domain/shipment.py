"""The journey of a shipment: legs, milestones, when it arrives, and when silence is expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.geodesy import Place
from services.core.domain.identifiers import ShipmentId, SiteId

LANDING_ALLOWANCE = timedelta(minutes=45)
"""From touchdown to the first message: taxiing, unloading, a network. Own choice, grade O."""


RADIO_OFF_GRACE = timedelta(minutes=15)
"""How much later than its own "radio off" a box may still be heard. Own choice, grade O."""


NEWS_ALLOWANCE = timedelta(minutes=10)
"""How long after something was entered what followed may still be entered: carriers and handlers
report late, and a bunch at a time. Own choice, grade O."""


class ShipmentState(StrEnum):
    """The life of a shipment."""

    DRAFT = "draft"
    PACKED = "packed"
    MOVING = "moving"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    DESTROYED = "destroyed"


JUDGED_STATES = frozenset({ShipmentState.PACKED, ShipmentState.MOVING})
"""On the way: verdicts move, alarms sound, a place in the queue is held."""


class LegMode(StrEnum):
    ROAD = "road"
    AIR = "air"
    RAIL = "rail"
    SEA = "sea"
    HANDOVER = "handover"


class LegStatus(StrEnum):
    PLANNED = "planned"
    DEPARTED = "departed"
    LANDED = "landed"
    OFFLOADED = "offloaded"
    DIVERTED = "diverted"
    CANCELLED = "cancelled"


class MilestoneKind(StrEnum):
    """What can be reported about a journey."""

    PACKED = "packed"
    DEPARTED = "departed"
    LANDED = "landed"
    OFFLOADED = "offloaded"
    DIVERTED = "diverted"
    LEG_CANCELLED = "leg_cancelled"
    PICKED = "picked"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentLeg:
    """One move from a place to the next: planned, estimated and actual instants.

    `arrival_told_at`: when the actual arrival was first entered, by the server's clock.
    """

    ordinal: int
    mode: LegMode
    from_code: str
    to_code: str
    planned_departure: datetime
    planned_arrival: datetime
    estimated_departure: datetime | None = None
    actual_departure: datetime | None = None
    estimated_arrival: datetime | None = None
    actual_arrival: datetime | None = None
    arrival_told_at: datetime | None = None
    radio_off: bool = False
    status: LegStatus = LegStatus.PLANNED
    from_place: Place | None = None
    to_place: Place | None = None

    @property
    def departure(self) -> datetime:
        """The best known instant of leaving."""
        return self.actual_departure or self.estimated_departure or self.planned_departure

    @property
    def arrival(self) -> datetime:
        """The best known instant of arriving."""
        return self.actual_arrival or self.estimated_arrival or self.planned_arrival

    @property
    def runs(self) -> bool:
        """Whether the goods are, or will be, on it."""
        return self.status not in (LegStatus.OFFLOADED, LegStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something that happened, as reported."""

    kind: MilestoneKind
    occurred_at: datetime
    recorded_at: datetime
    leg_ordinal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What the judgement needs to know of a shipment."""

    shipment_id: ShipmentId
    state: ShipmentState
    legs: tuple[ShipmentLeg, ...] = ()
    site_id: SiteId | None = None
    needed_by: datetime | None = None
    cut_off: datetime | None = None
    received_at: datetime | None = None

    @property
    def judged(self) -> bool:
        return self.state in JUDGED_STATES


def inspection_arrival(legs: Sequence[ShipmentLeg], site_id: str | None) -> datetime | None:
    """When the goods reach the place of inspection (the ETA), from the best known arrivals.

    The first leg that ends at the site decides; else the last flight, else the last leg. None
    when they start there, or when no leg is known: they count as standing there already.
    """
    running = [leg for leg in legs if leg.runs]
    if not running or running[0].from_code == site_id:
        return None
    for leg in running:
        if leg.to_code == site_id:
            return leg.arrival
    flights = [leg for leg in running if leg.mode is LegMode.AIR]
    return (flights or running)[-1].arrival


class SilenceKind(StrEnum):
    """What a box's silence means."""

    NONE = "none"
    PLANNED = "planned"
    UNCONFIRMED = "unconfirmed"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSilence:
    """A silence and until when it may last."""

    kind: SilenceKind
    since: datetime | None = None
    expected_until: datetime | None = None


NO_SILENCE = ExpectedSilence(kind=SilenceKind.NONE)


def judge_silence(
    legs: Sequence[ShipmentLeg],
    since: datetime,
    radio_off_at: datetime | None,
    now: datetime,
) -> ExpectedSilence:
    """Tell what the silence of a box that was last heard at `since` means at `now`.

    Planned only on evidence of departure: a leg with its radio off has departed, or the box said
    itself that it was going silent. It ends with the landing plus an allowance. When only the
    timetable says so, it is unconfirmed. Everything else is overdue.
    """
    for kind in (SilenceKind.PLANNED, SilenceKind.UNCONFIRMED):
        for leg in legs:
            until = leg.arrival + LANDING_ALLOWANCE
            if not (leg.runs and leg.radio_off and now < until):
                continue
            evident = _has_left(leg, now) or _said_so(leg, since, radio_off_at)
            if evident if kind is SilenceKind.PLANNED else leg.departure <= now:
                return ExpectedSilence(kind=kind, since=since, expected_until=until)
    return ExpectedSilence(kind=SilenceKind.OVERDUE, since=since)


def _has_left(leg: ShipmentLeg, now: datetime) -> bool:
    return leg.actual_departure is not None and leg.actual_departure <= now


def _said_so(leg: ShipmentLeg, since: datetime, radio_off_at: datetime | None) -> bool:
    return (
        radio_off_at is not None
        and radio_off_at >= leg.departure - LANDING_ALLOWANCE
        and since <= radio_off_at + RADIO_OFF_GRACE
    )

"""What a slot plan is made from and what it says: shipments, slots, rules, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.clearance.loss import ViabilityEnd
from services.core.domain.identifiers import BayId, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """The numbers of the plan; own choices (grade O) from practice elsewhere; a site sets its own.

    Penalties are in lost shipments: 0.02 means a booking moves only where the risks of all
    together fall by more than two in a hundred of one shipment.
    """

    slot: timedelta = timedelta(minutes=15)
    freeze: timedelta = timedelta(minutes=60)
    bump_keeps: timedelta = timedelta(hours=4)
    reserve_until: timedelta = timedelta(hours=3)
    reserve_below: timedelta = timedelta(hours=6)
    grace: timedelta = timedelta(minutes=30)
    move_penalty: float = 0.02
    change_of_mind: float = 0.002
    waiting_per_minute: float = 1e-7
    unplaced: float = 1.1


def times_of(site_id: str, bay_id: str, *, own: bool) -> str:
    """The name of a site's times, or of those that one of its bays has for itself."""
    return f"{site_id}/{bay_id}" if own else site_id


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PlanSlot:
    """One cell of a site's published grid: a place in a bay for one slot length.

    Cells that are closed, unfit or held by somebody outside the plan are not given; cells held
    by a shipment of the plan are.
    """

    start: datetime
    site_id: SiteId
    bay_id: BayId
    place: int
    bay_class: str = field(compare=False)
    equipment: frozenset[str] = field(default=frozenset(), compare=False)
    reserved: bool = field(default=False, compare=False)
    own_times: bool = field(default=False, compare=False)

    @property
    def times(self) -> str:
        """Under which name a shipment's times are those of this cell."""
        return times_of(self.site_id, self.bay_id, own=self.own_times)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSite:
    """What one site, or a bay of it with times of its own, means for one shipment: ready there,
    inspected so long, so long to its use."""

    ready: datetime
    inspection: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The appointment a shipment has: its first cell, and what binds it.

    `begun`: checked in or under inspection. `bumped`: it once gave way for others already.
    """

    site_id: SiteId
    bay_id: BayId
    place: int
    start: datetime
    begun: bool = False
    bumped: bool = False
    own_times: bool = False

    @property
    def times(self) -> str:
        """Under which name a shipment's times are those of this bay."""
        return times_of(self.site_id, self.bay_id, own=self.own_times)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShipment:
    """A shipment that wants a slot. Nothing here says who it belongs to.

    `fixed_deadline` is the earlier of needed-by and cut-off; `sites` are those it may go to, and
    the bays there that have times of their own, under the names that `times_of` gives them.
    `quota`: it may use reserved slots while it is urgent.
    """

    key: str
    sites: Mapping[str, AtSite]
    bay_classes: frozenset[str]
    equipment: frozenset[str] = frozenset()
    viability: ViabilityEnd | None = None
    fixed_deadline: datetime | None = None
    quota: bool = True
    booking: Booking | None = None


class ProposalKind(StrEnum):
    """What the plan proposes for a shipment; an officer confirms, moves or overrides it."""

    KEEP = "KEEP"
    BOOK = "BOOK"
    ADVANCE = "ADVANCE"
    BUMP = "BUMP"
    RELOCATE = "RELOCATE"
    TO_PEOPLE = "TO_PEOPLE"


class ReasonCode(StrEnum):
    """The rule behind a proposal. Its minutes stand beside it, never another shipment or firm."""

    FITS_IN_TIME = "FITS_IN_TIME"
    FITS_RESERVED = "FITS_RESERVED"
    LEAST_RISK = "LEAST_RISK"
    KEEPS_BOOKING = "KEEPS_BOOKING"
    BEGUN = "BEGUN"
    FROZEN = "FROZEN"
    MOVED_EARLIER = "MOVED_EARLIER"
    LATER_KEEPS_SPARE = "LATER_KEEPS_SPARE"
    READY_AFTER_SLOT = "READY_AFTER_SLOT"
    SLOT_UNUSABLE = "SLOT_UNUSABLE"
    NOT_SHOWN = "NOT_SHOWN"
    NO_SLOT_IN_TIME = "NO_SLOT_IN_TIME"
    NO_FREE_SLOT = "NO_FREE_SLOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The rule by its code, and the minutes that made it apply."""

    code: ReasonCode
    minutes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One shipment's place in the plan; `slot` is its first cell, none when people must decide."""

    shipment: str
    kind: ProposalKind
    slot: PlanSlot | Booking | None
    end: datetime | None
    loss: float
    spare: timedelta | None
    reason: Reason

"""Everything a verdict depends on beside the readings: clocks, window, legs and contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.core.domain.grade import Grade
from services.core.domain.shipment import ShipmentLeg
from services.core.domain.units import hours
from services.core.domain.viability.calibration import Calibration, Seat
from services.core.domain.viability.profile import ClockStart, MaterialProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The instants people entered for a payload, and when it was first put into a box."""

    collection_end: datetime | None = None
    pack_closed_at: datetime | None = None
    container_charged_at: datetime | None = None
    first_assigned_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """When the payload's box was last heard, and how long it may be silent.

    Silence is not counted while we were not listening ourselves: `listening_since`.
    `known_since`: when the shipment was entered; its departures may have been told since then only.
    """

    last_heard_at: datetime | None = None
    listening_since: datetime | None = None
    known_since: datetime | None = None
    overdue_after: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One payload as it is judged. `judged` is False for a draft: nothing counts yet.

    `grade` is the least safe way in which its boxes' readings came. `calibrations` are those of
    the probes that sit, or sat, in its boxes; `seats` says where those in the product sit.
    `joined`: when other payloads were put beside it, into a box that it did not leave.
    """

    profile: MaterialProfile
    clocks: Clocks
    judged: bool = True
    legs: tuple[ShipmentLeg, ...] = ()
    contact: Contact = field(default_factory=Contact)
    grade: Grade = Grade.RECEIPTED
    calibrations: tuple[Calibration, ...] = ()
    seats: tuple[Seat, ...] = ()
    joined: tuple[datetime, ...] = ()

    @property
    def judged_from(self) -> datetime | None:
        """Packing closed, else the first instant in a box; None when it has not begun."""
        if not self.judged:
            return None
        return self.clocks.pack_closed_at or self.clocks.first_assigned_at

    @property
    def hold_from(self) -> datetime | None:
        """Where the hold time counts from; when it was not entered, the earliest possible."""
        clocks = self.clocks
        packed = clocks.pack_closed_at or clocks.first_assigned_at
        if self.profile.clock_start is ClockStart.COLLECTION_END:
            if clocks.collection_end is not None:
                return clocks.collection_end
            before = hours(self.profile.value("assumed_before_packing_h"))
            return None if packed is None else packed - before
        return packed

    @property
    def clocks_trusted(self) -> bool:
        """Whether the instants that count were entered, not assumed."""
        entered = self.clocks.pack_closed_at is not None
        if self.profile.clock_start is ClockStart.COLLECTION_END:
            entered = entered and self.clocks.collection_end is not None
        return entered

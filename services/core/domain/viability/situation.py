"""What alarms need beside the verdict: the plan, the box and what was noted of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.units import Microseconds, from_us, optional_from_us
from services.core.domain.viability.state import JourneyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A position, how far it may be off, and when it was taken."""

    lat: float
    lon: float
    error_m: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInspection:
    """The inspection that is open, or was; `is_open` while nobody has ended it.

    `early`: so long before `since` it may have begun. `earlier` are those before it: what they
    used of an allowance is used. `settled`: it needs no further one.
    """

    since: datetime
    until: datetime
    is_open: bool
    early: timedelta = timedelta(minutes=30)
    earlier: tuple[tuple[datetime, datetime], ...] = ()
    settled: bool = True
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What alarms need beside the verdict.

    `needs_slot`: it is to be inspected at a site in time and has no appointment yet. `slot_from`:
    when the slot begins that it holds, while it has not been shown for it. `conflicts`: how many
    readings were sent again with other content, and when last. `picking_due_at`: it has landed and
    was not picked at the terminal, which should be done by then. `overtaken_at`: when QA decided
    what late data has since overtaken.
    """

    plan: InspectionPlan
    needs_slot: bool
    slot_from: datetime | None = None
    box_id: str | None = None
    site_id: str | None = None
    inspection: OpenInspection | None = None
    conflicts: tuple[int, datetime] | None = None
    overtaken_at: datetime | None = None
    picking_due_at: datetime | None = None
    state: JourneyState = field(default_factory=JourneyState)

    @property
    def inspected(self) -> bool:
        return self.inspection is not None and not self.inspection.is_open

    @property
    def temp_c(self) -> float | None:
        return None if self.state.last is None else self.state.last.temp_c

    @property
    def last_placed_at(self) -> datetime | None:
        """The last reading that counts."""
        return optional_from_us(self.state.at_us)

    @property
    def measured_at(self) -> datetime | None:
        """The last reading with a temperature, counted or not."""
        return None if self.state.last is None else from_us(self.state.last.placed_us)

    @property
    def heard_at(self) -> datetime | None:
        """The last word of the box, as it is placed in time."""
        return optional_from_us(self.state.heard_us)

    @property
    def battery_pct(self) -> float | None:
        return self.state.battery_pct

    @property
    def clock_suspect(self) -> bool:
        return self.state.clock_suspect

    @property
    def run_out(self) -> Mapping[str, Microseconds]:
        return self.state.run_out

    @property
    def lids(self) -> Sequence[tuple[Microseconds, Microseconds]]:
        return self.state.lids

    @property
    def lid_since(self) -> datetime | None:
        return optional_from_us(self.state.lid_since_us)

    @property
    def shocks(self) -> Sequence[Microseconds]:
        return self.state.shocks

    @property
    def preview(self) -> Sequence[tuple[Microseconds, float]]:
        return self.state.preview

    @property
    def fix(self) -> Fix | None:
        """The last position; a coarse one without an error of its own is none."""
        fix = self.state.fix
        if fix is None or fix.lat is None or fix.lon is None:
            return None
        return Fix(lat=fix.lat, lon=fix.lon, error_m=fix.acc_m or 0.0, at=from_us(fix.placed_us))

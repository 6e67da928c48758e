"""What a scenario file may hold: its tables, with the bounds of every field."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from simulators.faults.kinds import FaultKind
from simulators.lanes import LANES, Lane
from simulators.stories import Story, lane_told

Hours = tuple[float, float]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
BayClass = Literal["cold_2_8", "cryogenic", "ambient", "apron", "remote"]
FailureKind = Literal["vacuum_lost"]
ProbePlace = Literal["buffered", "air"]
Container = Literal["passive_short", "passive_long", "dry_shipper", "room"]


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: unknown keys are typing errors, not extensions."""


class SamplingTable(_Table, frozen=True):
    """Seconds between readings: made up for, live, and out of limits."""

    history_s: Annotated[int, Meta(ge=10, le=300)]
    live_s: Annotated[int, Meta(ge=10, le=300)]
    alert_s: Annotated[int, Meta(ge=10, le=120)]


class BayTable(_Table, frozen=True):
    bay_id: str
    name_en: str
    name_zh: str
    bay_class: BayClass
    places: Annotated[int, Meta(ge=1, le=64)] = 1


class SiteTable(_Table, frozen=True):
    """An inspection site with its usual minutes."""

    site_id: str
    name_en: str
    name_zh: str
    zone: str
    picking_min: int
    inspection_min: int
    receiving_min: int
    onward_min: int
    bays: Annotated[list[BayTable], Meta(min_length=1)]


class ProfileTable(_Table, frozen=True):
    """What the device is set to for a profile; the judging numbers stay in the service."""

    probe_noise_c: Annotated[float, Meta(ge=0, le=1)]
    low_c: float | None = None
    high_c: float | None = None


class FailureTable(_Table, frozen=True):
    """Vacuum lost so long ago that the probe crosses `crosses_c` at this many seconds from now."""

    kind: FailureKind
    crosses_c: float
    crosses_in_s: float


class FaultTable(_Table, frozen=True):
    """A fault of some boxes of a group, from–to in seconds after `since`, or by chance in it."""

    kind: FaultKind
    since: str = "now"
    from_s: float = 0.0
    to_s: float | None = None
    rate: Annotated[float, Meta(gt=0, le=1)] | None = None
    value: float | None = None
    which: list[Annotated[int, Meta(ge=1)]] | None = None


class GroupTable(_Table, frozen=True):
    """Boxes that do the same: where on their lane they are now, and their clocks."""

    count: Annotated[int, Meta(ge=1, le=100_000)]
    lane: str
    profile: str
    product: str
    shipper: str
    consignee: str
    container: Container
    step: str
    site: str = "PVG"
    share: tuple[float, float] = (0.1, 0.9)
    charge: Annotated[float, Meta(gt=0, le=1)] = 1.0
    unit_factor: Annotated[float, Meta(gt=0, le=3)] | None = None
    collected_h_ago: Hours | None = None
    charged_h_before_packing: Hours = (1.0, 2.0)
    needed_in_h: Hours | None = None
    cut_off_h_before_flight: float | None = None
    probe: ProbePlace = "buffered"
    failure: FailureTable | None = None
    faults: list[FaultTable] = []
    story: Story | None = None
    story_s: float = 45.0
    former_lane: str | None = None

    @property
    def way(self) -> Lane:
        """Its lane as its story makes it; raises KeyError for one that does not exist."""
        return lane_told(LANES[self.lane], self.story)


class PowerCutTable(_Table, frozen=True):
    """A cold store without power, in seconds from now; what stands in it warms."""

    site: str
    from_s: float
    to_s: float | None = None
    warms_k_per_h: Annotated[float, Meta(gt=0, le=30)] = 6.0


class BoundsTable(_Table, frozen=True):
    """How loud a run may be; `coldlane verify` holds the service to it."""

    alarms_per_h: Annotated[float, Meta(ge=0)]
    priority_1: Annotated[int, Meta(ge=0)] = 0


class Scenario(_Table, frozen=True):
    """A whole file. `elapsed_h`: how long before the present the earliest journey may begin;
    `duration_s`: how long it goes on once its past is told; `papers`: its shipments are declared
    and have an approval; `officers`: the people at its sites are played too."""

    name: Name
    title: str
    elapsed_h: Annotated[float, Meta(gt=0, le=240)]
    step_s: Annotated[int, Meta(ge=1, le=60)]
    resume_within_h: Annotated[float, Meta(ge=0, le=240)]
    sampling: SamplingTable
    profiles: dict[str, ProfileTable]
    sites: Annotated[list[SiteTable], Meta(min_length=1)]
    groups: Annotated[list[GroupTable], Meta(min_length=1)]
    papers: bool = False
    officers: bool = False
    seed: Annotated[int, Meta(ge=0)] = 7
    duration_s: Annotated[float, Meta(gt=0)] | None = None
    power_cuts: list[PowerCutTable] = []
    bounds: BoundsTable | None = None

    @property
    def boxes(self) -> int:
        """How many boxes it describes."""
        return sum(group.count for group in self.groups)

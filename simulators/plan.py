"""Scenario, seed and start become boxes: who travels where, in what, with which clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, cycle, islice, zip_longest
from random import Random

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, parse_box_id
from simulators.faults.fault import Fault
from simulators.faults.planning import faults_of
from simulators.lanes import LANES
from simulators.references import RunName, bag_name, box_name, reference_for
from simulators.route import Journey, draw_journey
from simulators.scenario import GroupTable, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the bytes of a run depend on."""

    scenario: Scenario
    seed: int
    start: datetime

    @property
    def present(self) -> datetime:
        """The instant the scenario calls now: live time begins there."""
        return self.start + timedelta(hours=self.scenario.elapsed_h)

    @property
    def name(self) -> RunName:
        """What the names of its boxes, bags and shipments are made from."""
        return RunName(self.scenario.name, self.seed, self.start)

    def lots(self, *about: object) -> Random:
        """A source of chance of its own for one thing, the same in every run of the seed."""
        return Random(":".join(map(str, (self.scenario.name, self.seed, *about))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The instants and deadlines that people enter for a shipment."""

    collection_end: datetime | None
    container_charged_at: datetime
    pack_closed_at: datetime
    needed_by: datetime | None
    cut_off: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlan:
    """One box with its journey; nothing of it has happened yet."""

    index: int
    box_id: BoxId
    probe: str
    reference: str
    bag: str
    group: GroupTable
    journey: Journey
    clocks: Clocks
    faults: tuple[Fault, ...] = ()


def plan_boxes(run: Run, count: int) -> list[BoxPlan]:
    """The first `count` boxes of the scenario; past its own number, healthy ones again."""
    groups = _in_order(run.scenario.groups, count)
    seen: dict[int, int] = {}
    plans = []
    for index, group in enumerate(groups):
        nth = seen.get(id(group), 0)
        seen[id(group)] = nth + 1
        plans.append(_plan_box(run, index, group, nth))
    return plans


def _in_order(groups: Sequence[GroupTable], count: int) -> list[GroupTable]:
    """Failing ones first, then one of each group in turn, so that few boxes still cover lanes."""
    failing = [group for group in groups if group.failure for _ in range(group.count)]
    healthy = [[group] * group.count for group in groups if not group.failure]
    mixed = [group for group in chain.from_iterable(zip_longest(*healthy)) if group is not None]
    return list(islice(chain(failing, cycle(mixed or failing)), count))


def _plan_box(run: Run, index: int, group: GroupTable, nth: int) -> BoxPlan:
    lots = run.lots("journey", index)
    low, high = group.share
    spread = ((nth % group.count) + lots.random()) / group.count
    journey = draw_journey(
        LANES[group.lane].inspected_at(group.site),
        lots,
        present=run.present,
        step_name=group.step,
        share=low + (high - low) * spread,
    )
    if journey.begins < run.start:
        age_h = (run.present - journey.begins) / timedelta(hours=1)
        raise Invalid(
            f"box {index}: its journey began before the scenario does",
            field="elapsed_h",
            remedy=f"raise elapsed_h above {age_h:.1f}",
        )
    box_id = parse_box_id(box_name(run.name, index + 1))
    return BoxPlan(
        index=index,
        box_id=box_id,
        probe=f"{box_id}.P1",
        reference=reference_for(run.name, index + 1),
        bag=bag_name(run.name, index + 1),
        group=group,
        journey=journey,
        clocks=_clocks(run, group, journey, lots),
        faults=faults_of(
            group.faults, nth % group.count, journey, run.present, f"{run.name.mark}:{index}"
        ),
    )


def _clocks(run: Run, group: GroupTable, journey: Journey, lots: Random) -> Clocks:
    packed = journey.segments[0].ends
    charged = packed - _hours(group.charged_h_before_packing, lots)
    collected = needed_by = cut_off = None
    if group.collected_h_ago:
        collected = min(run.present - _hours(group.collected_h_ago, lots), charged)
    if group.needed_in_h:
        needed_by = _on_the_hour(run.present + _hours(group.needed_in_h, lots))
    if group.cut_off_h_before_flight is not None:
        flight = journey.step("flight")
        cut_off = flight.planned_begin - timedelta(hours=group.cut_off_h_before_flight)
    return Clocks(
        collection_end=collected,
        container_charged_at=charged,
        pack_closed_at=packed,
        needed_by=needed_by,
        cut_off=cut_off,
    )


def _hours(bounds: tuple[float, float], lots: Random) -> timedelta:
    return timedelta(minutes=round(60 * lots.uniform(*bounds)))


def _on_the_hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

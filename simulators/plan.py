"""Scenario, seed and start become boxes: who travels where, in what, with which clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, cycle, islice, zip_longest
from random import Random

import msgspec

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, parse_box_id
from simulators.faultplan import faults_of
from simulators.faults.fault import Fault
from simulators.lanes import LANES
from simulators.references import RunName, bag_name, box_name, reference_for
from simulators.route import Journey, draw_journey
from simulators.stories import IN_PAIRS, TURNAROUND, joined, lane_told, timetable_told
from simulators.tables import GroupTable, Scenario


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
    story_at: datetime | None = None
    former: BoxPlan | None = None
    partner: BoxPlan | None = None  # the other box of a story in pairs
    leads: bool = True  # of the two, the one whose papers tell the story

    @property
    def carries(self) -> bool:
        """Is a bag packed into it? Not into a room, nor into one that waits for another's."""
        waits = self.group.story == "repacked" and not self.leads
        return self.group.container != "room" and not waits

    @property
    def ships(self) -> bool:
        """Is it entered as a shipment of its own?"""
        second_half = self.group.story == "split" and not self.leads
        return self.carries and not second_half

    @property
    def life(self) -> Journey:
        """Everything that the box goes through, its former journey too."""
        return joined(self.former.journey, self.journey) if self.former else self.journey


def plan_boxes(run: Run, count: int) -> list[BoxPlan]:
    """The first `count` boxes of the scenario; past its own number, healthy ones again."""
    groups = _in_order(run.scenario.groups, count)
    seen: dict[int, int] = {}
    plans = []
    for index, group in enumerate(groups):
        nth = seen.get(id(group), 0)
        seen[id(group)] = nth + 1
        plans.append(_plan_box(run, index, group, nth))
    return _in_pairs(plans)


def _in_pairs(plans: Sequence[BoxPlan]) -> list[BoxPlan]:
    """Two boxes of one story travel together, on the first one's papers when it was split."""
    found = list(plans)
    waiting: dict[int, int] = {}
    for index, plan in enumerate(plans):
        if plan.group.story not in IN_PAIRS:
            continue
        first = waiting.pop(id(plan.group), None)
        if first is None:
            waiting[id(plan.group)] = index
            continue
        lead = plans[first]
        follower = replace(plan, journey=lead.journey, clocks=lead.clocks, leads=False)
        if plan.group.story == "split":
            follower = replace(follower, reference=lead.reference)
        found[first] = replace(lead, partner=follower)
        found[index] = replace(follower, partner=lead)
    return found


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
        lane_told(LANES[group.lane].inspected_at(group.site), group.story),
        lots,
        present=run.present,
        step_name=group.step,
        share=low + (high - low) * spread,
    )
    journey = timetable_told(journey, group.story)
    former = _former(run, index, group, journey)
    begins = former.journey.begins if former else journey.begins
    if begins < run.start:
        age_h = (run.present - begins) / timedelta(hours=1)
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
        story_at=run.present + timedelta(seconds=group.story_s) if group.story else None,
        former=former,
    )


def _former(run: Run, index: int, group: GroupTable, journey: Journey) -> BoxPlan | None:
    """The shipment that the same box carried before this one."""
    if group.former_lane is None:
        return None
    lots = run.lots("former", index)
    lane = LANES[group.former_lane]
    before = draw_journey(
        lane, lots, present=journey.begins - TURNAROUND, step_name=lane.steps[-1].name, share=1.0
    )
    box_id = parse_box_id(box_name(run.name, index + 1))
    own = msgspec.structs.replace(
        group, lane=group.former_lane, story=None, former_lane=None, faults=[]
    )
    return BoxPlan(
        index=index,
        box_id=box_id,
        probe=f"{box_id}.P1",
        reference=reference_for(run.name, index + 1) + "B",
        bag=bag_name(run.name, index + 1, "B"),
        group=own,
        journey=before,
        clocks=_clocks(run, own, before, lots),
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

"""The plan's rules written a second time, plainly, and the best plan found by trying all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf, log
from statistics import NormalDist

from services.core.domain.clearance.plan_parts import PlanRules, PlanShipment, PlanSlot

RULES = PlanRules()
MINUTE = timedelta(minutes=1)

Cell = tuple[str, int, datetime]
Option = tuple[float, frozenset[Cell]]


def cell_of(slot: PlanSlot) -> Cell:
    return slot.bay_id, slot.place, slot.start


def run_of(shipment: PlanShipment, site: str, first: Cell) -> frozenset[Cell]:
    bay, place, start = first
    needed = max(1, -(-shipment.sites[site].inspection // RULES.slot))
    return frozenset((bay, place, start + n * RULES.slot) for n in range(needed))


def deadline_of(shipment: PlanShipment) -> datetime | None:
    ends = [shipment.fixed_deadline]
    ends += [shipment.viability.p10] if shipment.viability else []
    return min((end for end in ends if end is not None), default=None)


def loss(shipment: PlanShipment, site: str, start: datetime) -> float:
    here = shipment.sites[site]
    done = start + here.inspection + here.after
    if shipment.fixed_deadline is not None and done > shipment.fixed_deadline:
        return 1.0
    end = shipment.viability
    if end is None:
        return 0.0
    if end.p10 == end.p50:
        return float(done > end.p50)
    median = log(max((end.p50 - end.as_of) / MINUTE, 1.0))
    tenth = log(max((end.p10 - end.as_of) / MINUTE, 1.0))
    left = (done - end.as_of) / MINUTE
    if left <= 0 or median == tenth:
        return float(median == tenth and done > end.p50)
    return NormalDist(median, (median - tenth) / -NormalDist().inv_cdf(0.1)).cdf(log(left))


def spare(shipment: PlanShipment, site: str, start: datetime) -> timedelta:
    deadline, here = deadline_of(shipment), shipment.sites[site]
    if deadline is None:
        return timedelta(days=10_000)
    return deadline - here.inspection - here.after - start


class Rulebook:
    """What each shipment may have, by its state at `now` on the cells of `grid`."""

    def __init__(self, grid: Sequence[PlanSlot], now: datetime) -> None:
        self.now = now
        self.grid = {cell_of(slot): slot for slot in grid}

    def best_slack(self, shipment: PlanShipment) -> timedelta:
        """Over the sites that have slots at all."""
        sites = {slot.times for slot in self.grid.values()}
        found = [
            spare(shipment, site, max(self.now, here.ready))
            for site, here in shipment.sites.items()
            if site in sites
        ]
        return max(found, default=timedelta(-1))

    def settled(self, shipment: PlanShipment) -> bool:
        """The plan may not touch it: begun, inside the freeze horizon, or not yet missed."""
        booking = shipment.booking
        if booking is None:
            return False
        return booking.begun or (self.usable(shipment) and booking.start - self.now < RULES.freeze)

    def usable(self, shipment: PlanShipment) -> bool:
        """Its booking still serves: ready within the grace, not missed, and the bay stands."""
        booking = shipment.booking
        if booking is None or booking.times not in shipment.sites:
            return False
        ready = shipment.sites[booking.times].ready
        missed = self.now > max(booking.start, ready) + RULES.grace
        if missed or ready > booking.start + RULES.grace:
            return False
        return booking.start < self.now or self.booked(shipment) <= self.grid.keys()

    def booked(self, shipment: PlanShipment) -> frozenset[Cell]:
        booking = shipment.booking
        if booking is None or booking.times not in shipment.sites:
            return frozenset()
        first = (booking.bay_id, booking.place, booking.start)
        return run_of(shipment, booking.times, first)

    def options(self, shipment: PlanShipment, closed: frozenset[Cell]) -> dict[Cell, Option]:
        """By first cell: the cost, and the cells it takes."""
        found = {}
        for first, slot in self.grid.items():
            if slot.times in shipment.sites:
                run = run_of(shipment, slot.times, first)
                cost = self.cost(shipment, slot, run, closed)
                if cost < RULES.unplaced:
                    found[first] = (cost, run)
        return found

    def cost(
        self, shipment: PlanShipment, slot: PlanSlot, run: frozenset[Cell], closed: frozenset[Cell]
    ) -> float:
        here = shipment.sites[slot.times]
        waited = max((slot.start - here.ready) / MINUTE, 0.0)
        risk = loss(shipment, slot.times, slot.start) + RULES.waiting_per_minute * waited
        keeps = self.usable(shipment)
        if keeps and run == self.booked(shipment):
            return risk - RULES.move_penalty
        if not self.open_to(shipment, slot, run) or run & closed:
            return inf
        return inf if keeps and not self.may_move(shipment, slot) else risk

    def open_to(self, shipment: PlanShipment, slot: PlanSlot, run: frozenset[Cell]) -> bool:
        if not run <= self.grid.keys() or slot.start < self.now:
            return False
        if slot.start < shipment.sites[slot.times].ready:
            return False
        if slot.bay_class not in shipment.bay_classes or not shipment.equipment <= slot.equipment:
            return False
        urgent = shipment.quota and self.best_slack(shipment) < RULES.reserve_below
        return urgent or not any(self.kept_back(cell) for cell in run)

    def kept_back(self, cell: Cell) -> bool:
        return self.grid[cell].reserved and cell[2] >= self.now + RULES.reserve_until

    def may_move(self, shipment: PlanShipment, slot: PlanSlot) -> bool:
        booking = shipment.booking
        if booking is None or slot.start < self.now + RULES.freeze:
            return False
        keeps = spare(shipment, slot.times, slot.start) >= RULES.bump_keeps
        return slot.start < booking.start or (keeps and not booking.bumped)


def least_cost(options: Sequence[dict[Cell, Option]]) -> float:
    """The least total, by trying everything; going without is always open."""
    best = [inf]
    by_cost = [sorted(found.values(), key=lambda option: option[0]) for found in options]
    cheapest = [min([RULES.unplaced, *(cost for cost, _ in found)]) for found in by_cost]
    floor = [sum(cheapest[row:]) for row in range(len(options) + 1)]

    def descend(row: int, total: float, taken: frozenset[Cell]) -> None:
        if total + floor[row] >= best[0]:
            return
        if row == len(options):
            best[0] = total
            return
        for cost, run in by_cost[row]:
            if not run & taken:
                descend(row + 1, total + cost, taken | run)
        descend(row + 1, total + RULES.unplaced, taken)

    descend(0, 0.0, frozenset())
    return best[0]

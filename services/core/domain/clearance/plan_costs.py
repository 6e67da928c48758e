"""The costs of a plan at its hour: risks and waiting, what is held, and what the rules forbid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.core.domain.clearance.loss import Floats
from services.core.domain.clearance.plan_parts import PlanRules, PlanShipment
from services.core.domain.clearance.plan_table import Bools, Grid, Ints, Risks, runs
from services.core.domain.units import MINUTE_US, duration_us, to_us


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """Where each shipment of a round stands, by row.

    `held`: the cell of a booking it may keep, −1 without one. `pending`: the cell last proposed,
    −1 without one. `seen`: it was in the last plan and has not changed. `urgent`: it may use
    reserved cells. `free`: cells this round may hand out.
    """

    shipments: Sequence[PlanShipment]
    risks: Risks
    held: Ints
    pending: Ints
    seen: Bools
    urgent: Bools
    free: Bools


def costs(standing: Standing, cells: Grid, now: datetime, rules: PlanRules) -> Floats:
    """One row a shipment, one column a first cell. The table in `standing` is used up.

    Keeping a booking, or a proposal not yet answered, is priced below its risk by what a move,
    or a change of mind, has to be worth.
    """
    table = standing.risks.table
    for rows, closed in _closed(standing, cells, now, rules):
        table[np.ix_(rows, closed)] = np.inf
    booked = np.nonzero(standing.held >= 0)[0]
    if len(booked):
        table[booked] = _moves(table[booked], booked, standing, cells, (now, rules))
    pending = np.nonzero((standing.held < 0) & (standing.pending >= 0))[0]
    table[pending, standing.pending[pending]] -= rules.change_of_mind
    return table


def _closed(
    standing: Standing, cells: Grid, now: datetime, rules: PlanRules
) -> Iterator[tuple[Ints, Ints]]:
    """Rows that are alike, and the cells from which no run is long enough for them."""
    kept_back = cells.reserved & (cells.start >= to_us(now) + duration_us(rules.reserve_until))
    lengths = (runs(cells, standing.free & ~kept_back), runs(cells, standing.free))
    site_of = cells.moment_site[cells.moment]
    for site in range(len(cells.sites)):
        needed = standing.risks.needed[:, site]
        for count in np.unique(needed):
            for urgent in (False, True):
                rows = np.nonzero((needed == count) & (standing.urgent == urgent))[0]
                closed = np.nonzero((site_of == site) & (lengths[urgent] < count))[0]
                yield rows, closed


def _moves(
    table: Floats, booked: Ints, standing: Standing, cells: Grid, at: tuple[datetime, PlanRules]
) -> Floats:
    """A booking moves to before its start, or gives way once if it keeps its spare; never into
    the freeze horizon. Keeping it is open whatever else is forbidden."""
    now, rules = at
    held = standing.held[booked]
    bumped = np.array([_bumped(standing.shipments[row]) for row in booked], dtype=np.bool_)
    begin = cells.moment_start[None, :]
    spare = standing.risks.latest[booked][:, cells.moment_site] - begin
    gives_way = (spare >= duration_us(rules.bump_keeps)) & ~bumped[:, None]
    open_still = begin >= to_us(now) + duration_us(rules.freeze)
    may = open_still & ((begin < cells.start[held][:, None]) | gives_way)
    moved: Floats = np.where(np.take(may, cells.moment, axis=1), table, np.inf)
    moved[np.arange(len(booked)), held] = _kept(booked, held, standing, cells, rules)
    return moved


def _kept(booked: Ints, held: Ints, standing: Standing, cells: Grid, rules: PlanRules) -> Floats:
    moment = cells.moment[held]
    ready = standing.risks.ready[booked, cells.moment_site[moment]]
    waited = np.maximum(cells.start[held] - ready, 0) / MINUTE_US
    loss = standing.risks.loss[booked, moment]
    price: Floats = loss + rules.waiting_per_minute * waited - rules.move_penalty
    return price


def _bumped(shipment: PlanShipment) -> bool:
    return shipment.booking is not None and shipment.booking.bumped

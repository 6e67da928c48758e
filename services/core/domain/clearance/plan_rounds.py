"""The two rounds of a plan: those whom a slot can save, then the others on what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from services.core.domain.clearance.loss import Floats
from services.core.domain.clearance.plan_costs import Standing, costs
from services.core.domain.clearance.plan_parts import PlanRules, PlanShipment, PlanSlot
from services.core.domain.clearance.plan_proposals import Outcome
from services.core.domain.clearance.plan_solvers import Choice, assigned, cost_of, packed
from services.core.domain.clearance.plan_standing import Hold, held_cells
from services.core.domain.clearance.plan_table import (
    NEVER_US,
    Bools,
    Grid,
    Ints,
    Risks,
    grid,
    risks,
)
from services.core.domain.units import duration_us, to_us


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worked:
    """What the next plan can take over where nothing changed: the grid and the rows of risks."""

    given: tuple[PlanSlot, ...]
    rules: PlanRules
    cells: Grid
    shipments: tuple[PlanShipment, ...]
    risks: Risks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """One of the two rounds: its rows, and the first cells found for them."""

    rows: Ints
    chosen: Ints
    cost: float
    exact: bool


def work_out(
    ordered: tuple[PlanShipment, ...],
    given: tuple[PlanSlot, ...],
    rules: PlanRules,
    old: Worked | None,
) -> Worked:
    """The grid and the risks, taken over from the last plan where they did not change."""
    if old is None or old.given != given or old.rules != rules:
        cells = grid(given, rules)
        found = risks(ordered, cells, rules)
    else:
        cells = old.cells
        found = _taken_over(ordered, old)
    return Worked(given=given, rules=rules, cells=cells, shipments=ordered, risks=found)


def _taken_over(ordered: tuple[PlanShipment, ...], old: Worked) -> Risks:
    """The old rows of those who did not change, and new ones for the others."""
    known = {shipment.key: row for row, shipment in enumerate(old.shipments)}
    source = np.array([known.get(shipment.key, -1) for shipment in ordered], dtype=np.int64)
    changed = [
        row
        for row, shipment in enumerate(ordered)
        if source[row] < 0 or old.shipments[source[row]] != shipment
    ]
    if not old.shipments or len(changed) == len(ordered):
        return risks(ordered, old.cells, old.rules)
    found = old.risks.of(np.maximum(source, 0))
    fresh = risks([ordered[row] for row in changed], old.cells, old.rules)
    found.put(np.array(changed, dtype=np.int64), fresh)
    return found


def two_rounds(
    worked: Worked, holds: Sequence[Hold], recalled: tuple[Ints, Bools], now: datetime
) -> tuple[Round, Round]:
    """First those whom a slot can save, then the others on what is left."""
    cells, rules = worked.cells, worked.rules
    slack = _best_slack(worked.risks, now)
    quota = np.array([shipment.quota for shipment in worked.shipments], dtype=np.bool_)
    urgent = quota & (slack < duration_us(rules.reserve_below))
    movable = np.array([found.settled is None for found in holds], dtype=np.bool_)
    savable = np.nonzero(movable & (slack >= 0))[0]
    savable = savable[np.argsort(slack[savable], kind="stable")]
    hopeless = np.nonzero(movable & (slack < 0))[0]
    free: Bools = cells.start >= to_us(now)
    _set(free, worked, np.nonzero(~movable)[0], False)
    keeping = np.array([row for row in hopeless.tolist() if holds[row].cell >= 0], dtype=np.int64)
    _set(free, worked, keeping, False)
    first = _round(worked, holds, (savable, urgent, recalled, free), now)
    _take(free, worked, first)
    _set(free, worked, keeping, True)
    return first, _round(worked, holds, (hopeless, urgent, recalled, free), now)


def _best_slack(found: Risks, now: datetime) -> Ints:
    """The most spare time any of its sites leaves each shipment, µs."""
    slack = found.latest - np.maximum(found.ready, to_us(now))
    best: Ints = slack.max(axis=1, initial=-NEVER_US)
    return best


def _set(free: Bools, worked: Worked, rows: Ints, value: bool) -> None:
    """Open or close the cells that these shipments' bookings hold."""
    for row in rows.tolist():
        free[held_cells(worked.shipments[row], worked.cells, worked.rules)] = value


def _round(
    worked: Worked,
    holds: Sequence[Hold],
    given: tuple[Ints, Bools, tuple[Ints, Bools], Bools],
    now: datetime,
) -> Round:
    rows, urgent, (pending, seen), free = given
    if not len(rows) or not len(worked.cells.slots):
        nothing = np.full(len(rows), -1, dtype=np.int64)
        return Round(rows=rows, chosen=nothing, cost=worked.rules.unplaced * len(rows), exact=True)
    standing = Standing(
        shipments=[worked.shipments[row] for row in rows],
        risks=worked.risks.of(rows),
        held=np.array([holds[row].cell for row in rows.tolist()], dtype=np.int64),
        pending=pending[rows],
        seen=seen[rows],
        urgent=urgent[rows],
        free=free,
    )
    return _chosen(worked, rows, standing, costs(standing, worked.cells, now, worked.rules))


def _chosen(worked: Worked, rows: Ints, standing: Standing, table: Floats) -> Round:
    site_of = worked.cells.moment_site[worked.cells.moment]
    choice = Choice(
        costs=table,
        needed=standing.risks.needed,
        site=site_of,
        following=worked.cells.following,
        unplaced=worked.rules.unplaced,
        held=standing.held,
        hint=standing.pending,
        seen=standing.seen,
    )
    one_cell_each = bool((choice.needed == 1).all())
    chosen, exact = (assigned(choice), True) if one_cell_each else packed(choice)
    return Round(rows=rows, chosen=chosen, cost=float(cost_of(choice, chosen).sum()), exact=exact)


def _take(free: Bools, worked: Worked, done: Round) -> None:
    """Close the cells that a round has given."""
    for row, first in zip(done.rows.tolist(), done.chosen.tolist(), strict=True):
        cell = first
        for _ in range(_cells_of(worked, row, first)):
            free[cell] = False
            cell = int(worked.cells.following[cell])


def _cells_of(worked: Worked, row: int, first: int) -> int:
    site = worked.cells.moment_site[worked.cells.moment[first]]
    return int(worked.risks.needed[row, site]) if first >= 0 else 0


def outcomes(worked: Worked, chosen: Ints) -> list[Outcome]:
    """Loss and spare at the chosen cells; of no meaning where none was chosen."""
    if not len(worked.cells.slots):
        return [Outcome(1.0, None)] * len(chosen)
    every = np.arange(len(chosen))
    moment = worked.cells.moment[chosen]
    latest = worked.risks.latest[every, worked.cells.moment_site[moment]]
    spare = (latest - worked.cells.start[chosen]).tolist()
    known = (latest < NEVER_US // 2).tolist()
    loss = worked.risks.loss[every, moment].tolist()
    return [
        Outcome(loss[row], timedelta(microseconds=spare[row]) if known[row] else None)
        for row in range(len(chosen))
    ]

"""Choosing cells at the least cost: exactly where each inspection fits one cell, by a kept solver
where some need several in a row.

Both take a table of costs, one row a shipment and one column a first cell, infinite where it may
not begin; they give each row its first cell, or −1 where going without is cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from services.core.domain.clearance.loss import Floats
from services.core.domain.clearance.plan_table import Ints
from services.core.domain.errors import Unavailable

WHOLE_COLUMNS = 4_000
"""Up to so many (shipment, first cell) pairs the several-cell problem is solved as one, exactly."""

NEIGHBOURS = 14
"""Shipments that one improvement step may move together."""

CHOICES = 40
"""First cells that an improvement step considers for each of them."""

STEPS = 24
"""Improvement steps of one plan; counted, not timed, so that a plan is repeatable."""

FEW = 0.1
"""Up to this share of newcomers only they are improved: a plan after one change stays quick."""

_WORTH = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """What may be chosen: costs, cells needed at each site, and of each cell its site and the next.

    `unplaced` is the cost of going without. `held`: the cell each row has, `hint`: the one it was
    last to have (−1: none).
    """

    costs: Floats
    needed: Ints
    site: Ints
    following: Ints
    unplaced: float
    held: Ints
    hint: Ints
    seen: NDArray[np.bool_]


def assigned(choice: Choice) -> Ints:
    """The optimum where every inspection fits one cell. Caps the costs at going without."""
    rows, columns = choice.costs.shape
    costs = np.minimum(choice.costs, choice.unplaced, out=choice.costs)
    if rows > columns:
        # A row without a cell takes a column of its own; with enough columns one is left over.
        without = np.full((rows, rows - columns), choice.unplaced)
        costs = np.hstack([costs, without])
    row, column = linear_sum_assignment(costs)
    chosen = np.full(rows, -1, dtype=np.int64)
    placed = costs[row, column] < choice.unplaced
    chosen[row[placed]] = column[placed]
    return chosen


def packed(choice: Choice, whole: int = WHOLE_COLUMNS) -> tuple[Ints, bool]:
    """Cells for inspections of several cells, and whether they are proven to be the optimum.

    Up to `whole` pairs of shipment and first cell are solved as one.
    """
    everybody = np.arange(len(choice.held))
    row, first = np.nonzero(choice.costs < choice.unplaced)
    if len(row) <= whole:
        return _solved(choice, everybody, row, first), True
    chosen, new = _greedy(choice)
    few = len(new) <= FEW * len(chosen)
    return _improved(choice, chosen, new if few else everybody), False


def cost_of(choice: Choice, chosen: Ints) -> Floats:
    """What each row pays."""
    paid = choice.costs[np.arange(len(chosen)), np.maximum(chosen, 0)]
    return np.where(chosen < 0, choice.unplaced, paid)


def _solved(choice: Choice, rows: Ints, row: Ints, first: Ints) -> Ints:
    """The optimum for `rows`, beginning at one of the pairs (row, first); −1 for the others."""
    chosen = np.full(len(choice.held), -1, dtype=np.int64)
    if not len(row):
        return chosen
    saved = choice.costs[row, first] - choice.unplaced
    once = csr_array(
        (np.ones(len(row)), (np.searchsorted(rows, row), np.arange(len(row)))),
        shape=(len(rows), len(row)),
    )
    pair, cell = _covered(choice, row, first)
    apart = csr_array((np.ones(len(pair)), (cell, pair)), shape=(len(choice.following), len(row)))
    found = milp(
        saved,
        integrality=np.ones(len(row), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(once, -np.inf, 1),
            LinearConstraint(apart[np.unique(cell)], -np.inf, 1),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise Unavailable("the solver found no plan", remedy="plan again; keep the bookings as is")
    picked = np.nonzero(np.asarray(found.x) > 0.5)[0]
    chosen[row[picked]] = first[picked]
    return chosen


def _covered(choice: Choice, row: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Which pair covers which cell, as two arrays."""
    pairs, cells = [], []
    needed, cell, pair = choice.needed[row, choice.site[first]], first, np.arange(len(row))
    while len(pair):
        pairs.append(pair)
        cells.append(cell)
        more = needed[pair] > len(pairs)
        pair, cell = pair[more], choice.following[cell[more]]
    return np.concatenate(pairs), np.concatenate(cells)


def _greedy(choice: Choice) -> tuple[Ints, Ints]:
    """Who has a cell keeps it; then who had one proposed; the others, in their order, take their
    cheapest free one. Also which of these others are new, or lost what was proposed."""
    free = np.ones(len(choice.following) + 1, dtype=np.bool_)
    chosen = np.full(len(choice.held), -1, dtype=np.int64)
    for wanted in (choice.held, np.where(choice.held < 0, choice.hint, -1)):
        for row in np.nonzero(wanted >= 0)[0].tolist():
            first = int(wanted[row])
            if choice.costs[row, first] < choice.unplaced and free[_run(choice, row, first)].all():
                chosen[row] = first
                free[_run(choice, row, first)] = False
    new = np.nonzero(chosen < 0)[0]
    for row in new.tolist():
        chosen[row] = _cheapest_free(choice, row, free)
        if chosen[row] >= 0:
            free[_run(choice, row, chosen[row])] = False
    return chosen, new[~choice.seen[new] | (choice.hint[new] >= 0)]


def _cheapest_free(choice: Choice, row: int, free: NDArray[np.bool_]) -> int:
    """The first cell of the cheapest run that is free, −1 when none beats going without."""
    cell = np.nonzero(choice.costs[row] < choice.unplaced)[0]
    reached = cell
    for step in range(int(choice.needed[row, choice.site[cell]].max(initial=0))):
        open_still = (choice.needed[row, choice.site[cell]] <= step) | free[reached]
        cell, reached = cell[open_still], reached[open_still]
        reached = choice.following[reached]
    return int(cell[np.argmin(choice.costs[row, cell])]) if len(cell) else -1


def _run(choice: Choice, row: int, first: int) -> list[int]:
    cells = [int(first)]
    while len(cells) < choice.needed[row, choice.site[first]]:
        cells.append(int(choice.following[cells[-1]]))
    return cells


def _improved(choice: Choice, chosen: Ints, rows: Ints) -> Ints:
    """Solve the neighbourhoods of those of `rows` who pay most above their own best."""
    best = np.minimum(choice.costs[rows].min(axis=1, initial=np.inf), choice.unplaced)
    looked_at = np.zeros(len(rows), dtype=np.bool_)
    for _ in range(min(STEPS, len(rows))):
        regret = np.where(looked_at, 0.0, cost_of(choice, chosen)[rows] - best)
        worst = int(np.argmax(regret))
        if regret[worst] < _WORTH:
            break
        looked_at[worst] = True
        chosen = _step(choice, chosen, int(rows[worst]))
    return chosen


def _step(choice: Choice, chosen: Ints, worst: int) -> Ints:
    """Move `worst` and those who stand where it would like to begin, if all together gain."""
    held = np.full(len(choice.following) + 1, -1, dtype=np.int64)
    for row in np.nonzero(chosen >= 0)[0].tolist():
        held[_run(choice, row, chosen[row])] = row
    group = _group(choice, chosen, worst, held)
    blocked = ~np.isin(held[:-1], [-1, *group])
    rows, firsts = _options(choice, group, chosen, blocked)
    found = _solved(choice, group, rows, firsts)
    moved = chosen.copy()
    moved[group] = found[group]
    gained = cost_of(choice, chosen)[group].sum() - cost_of(choice, moved)[group].sum()
    return moved if gained > 1e-12 else chosen


def _group(choice: Choice, chosen: Ints, worst: int, held: Ints) -> Ints:
    paid = cost_of(choice, chosen)[worst]
    wanted = np.nonzero(choice.costs[worst] < paid - _WORTH / 2)[0]
    by_cost = wanted[np.argsort(choice.costs[worst, wanted], kind="stable")]
    group = dict.fromkeys([worst])
    for first in by_cost.tolist():
        for cell in _run(choice, worst, first):
            if held[cell] >= 0:
                group.setdefault(int(held[cell]))
        if len(group) >= NEIGHBOURS:
            break
    return np.array(sorted(group), dtype=np.int64)


def _options(
    choice: Choice, group: Ints, chosen: Ints, blocked: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """For each of the group the cheapest runs that touch nobody outside it, its own included."""
    rows, firsts = [], []
    for row in group.tolist():
        cell = np.nonzero((choice.costs[row] < choice.unplaced) & ~blocked)[0]
        cell = cell[np.argsort(choice.costs[row, cell], kind="stable")]
        clear = [n for n in cell.tolist() if not blocked[_run(choice, row, n)].any()][:CHOICES]
        own = [int(chosen[row])] if chosen[row] >= 0 and chosen[row] not in clear else []
        firsts += [*clear, *own]
        rows += [row] * (len(clear) + len(own))
    return np.array(rows, dtype=np.int64), np.array(firsts, dtype=np.int64)

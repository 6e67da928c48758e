"""The two solvers on bare tables: what is proven is the optimum, what is not is legal and near."""

from __future__ import annotations

import numpy as np
import pytest

from services.core.domain.clearance.plan_solvers import Choice, assigned, cost_of, packed

UNPLACED = 1.1
PLACES = 3


def a_choice(seed: int, rows: int, starts: int, longest: int) -> Choice:
    """Cells place by place; costs that rise with the hour, more steeply for some."""
    lots = np.random.default_rng(seed)
    cells = PLACES * starts
    needed = lots.integers(1, longest + 1, size=(rows, 1))
    hour = np.tile(np.arange(starts), PLACES)
    ready = lots.integers(0, starts, size=(rows, 1))
    steep = lots.choice([0.001, 0.03, 0.2], size=(rows, 1))
    costs = np.minimum(steep * (hour - ready) + 1e-4 * lots.random((rows, cells)), 1.0)
    costs[(hour < ready) | (hour + needed > starts)] = np.inf
    following = np.arange(1, cells + 1)
    following[starts - 1 :: starts] = -1
    nobody = np.full(rows, -1, dtype=np.int64)
    return Choice(
        costs=costs,
        needed=needed.astype(np.int64),
        site=np.zeros(cells, dtype=np.int64),
        following=following.astype(np.int64),
        unplaced=UNPLACED,
        held=nobody,
        hint=nobody,
        seen=np.zeros(rows, dtype=np.bool_),
    )


def cells_taken(choice: Choice, chosen: np.ndarray) -> list[int]:
    taken = []
    for row, first in enumerate(chosen.tolist()):
        cell = first
        for _ in range(int(choice.needed[row, 0]) if first >= 0 else 0):
            taken.append(cell)
            cell = int(choice.following[cell])
    return taken


@pytest.mark.parametrize("seed", range(6))
def test_by_neighbourhoods_is_legal_and_near_the_optimum(seed: int) -> None:
    choice = a_choice(seed, rows=18, starts=14, longest=3)
    best, proven = packed(choice, whole=10**6)
    near, claimed = packed(choice, whole=0)
    taken = cells_taken(choice, near)
    assert proven
    assert not claimed
    assert len(taken) == len(set(taken))
    gap = cost_of(choice, near).sum() - cost_of(choice, best).sum()
    assert -1e-9 <= gap <= 0.5


@pytest.mark.parametrize("seed", range(6))
def test_both_solvers_agree_where_each_inspection_fits_one_cell(seed: int) -> None:
    choice = a_choice(seed, rows=25, starts=10, longest=1)
    by_packing, _ = packed(choice, whole=10**6)
    packing_cost = cost_of(choice, by_packing).sum()
    by_assignment = assigned(choice)
    assert cost_of(choice, by_assignment).sum() == pytest.approx(packing_cost)


def test_with_more_shipments_than_cells_the_costliest_goes_without() -> None:
    choice = a_choice(1, rows=40, starts=4, longest=1)
    chosen = assigned(choice)
    assert (chosen >= 0).sum() <= PLACES * 4
    assert len(set(chosen[chosen >= 0].tolist())) == (chosen >= 0).sum()

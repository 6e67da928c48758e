"""The plan against brute force on small random cases, and against rules written a second time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.core.domain.clearance.plan import Plan, plan
from services.core.domain.clearance.plan_parts import PlanShipment, PlanSlot, ProposalKind
from tests.unit.domain.clearance.brute_force import (
    RULES,
    Cell,
    Rulebook,
    cell_of,
    least_cost,
)
from tests.unit.domain.clearance.plan_builders import NOW, a_random_case

CASES = {"one cell each": (800, 1), "up to three cells": (250, 3)}


@pytest.mark.parametrize("kind", CASES)
def test_no_other_plan_within_the_rules_costs_less(kind: str) -> None:
    count, longest = CASES[kind]
    for seed in range(count):
        shipments, grid = a_random_case(seed, longest=longest)
        made = plan(shipments, grid, NOW)
        assert made.exact
        assert_best(made, shipments, grid, seed)


def assert_best(
    made: Plan, shipments: Sequence[PlanShipment], grid: Sequence[PlanSlot], seed: int
) -> None:
    """Both rounds: first who can be saved, then, on what they leave, the others."""
    book = Rulebook(grid, NOW)
    chosen = {
        p.shipment: cell_of(p.slot)
        for p in made.proposals
        if p.kind is not ProposalKind.TO_PEOPLE and isinstance(p.slot, PlanSlot)
    }
    movable = [s for s in shipments if not book.settled(s)]
    hopeless = [s for s in movable if book.best_slack(s).total_seconds() < 0]
    savable = [s for s in movable if s not in hopeless]
    fixed = frozenset[Cell]().union(*(book.booked(s) for s in shipments if book.settled(s)))
    kept = frozenset[Cell]().union(*(book.booked(s) for s in hopeless if book.usable(s)))
    taken = assert_round(book, savable, chosen, fixed | kept, seed)
    assert_round(book, hopeless, chosen, fixed | taken, seed)


def assert_round(
    book: Rulebook,
    shipments: Sequence[PlanShipment],
    chosen: dict[str, Cell],
    closed: frozenset[Cell],
    seed: int,
) -> frozenset[Cell]:
    options = [book.options(shipment, closed) for shipment in shipments]
    taken: frozenset[Cell] = frozenset()
    total = 0.0
    for shipment, open_to_it in zip(shipments, options, strict=True):
        first = chosen.get(shipment.key)
        if first is None:
            total += RULES.unplaced
            continue
        assert first in open_to_it, (seed, shipment.key, "is given a cell the rules forbid")
        cost, run = open_to_it[first]
        assert not run & taken, (seed, shipment.key, "is given a cell twice")
        total, taken = total + cost, taken | run
    assert total == pytest.approx(least_cost(options), abs=1e-7), seed
    return taken

"""Runs the cases over many seeds and sums up: every order meets the same arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import fmean, stdev

from simulators.study.arrivals import Job, Material, draw
from simulators.study.bays import worked_off
from simulators.study.cases import Case
from simulators.study.figures import Figures, figures
from simulators.study.hindsight import MOST_JOBS, fewest_losses
from simulators.study.orders import ORDERS

SMALL_INSTANCES = 200
SMALL_BAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One order in one case, over all seeds; `margin_pct` is half the 95 % interval of the loss."""

    loss_pct: float
    margin_pct: float
    waiting_min: float
    gini: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """Losses per small instance, beside the fewest possible."""

    instances: int
    fewest: float
    by_order: dict[str, float]


def run_case(case: Case, seeds: Sequence[int], names: Sequence[str]) -> dict[str, Summary]:
    """Every order named, on the same arrivals."""
    return {name: summary(runs(case, seeds, name)) for name in names}


def runs(case: Case, seeds: Sequence[int], name: str) -> list[Figures]:
    """One order in one case, seed by seed."""
    found = []
    for seed in seeds:
        jobs = draw(case.season, seed)
        found.append(figures(jobs, worked_off(jobs, ORDERS[name](), case.season.bays)))
    return found


def summary(found: Sequence[Figures]) -> Summary:
    """Means over the seeds, each seed with the same weight."""
    losses = [100.0 * one.lost / one.jobs for one in found]
    spread = stdev(losses) if len(losses) > 1 else 0.0
    return Summary(
        loss_pct=fmean(losses),
        margin_pct=1.96 * spread / sqrt(len(losses)),
        waiting_min=fmean(one.waiting_min for one in found),
        gini=fmean(one.gini for one in found),
    )


def hindsight(instances: int = SMALL_INSTANCES) -> Hindsight:
    """Rush hours of at most 12 shipments, each worked off by every order and by the optimum."""
    fewest = 0
    lost = dict.fromkeys(ORDERS, 0)
    for seed in range(instances):
        jobs = rush_hour(seed)
        fewest += fewest_losses(jobs, SMALL_BAYS)
        for name, order in ORDERS.items():
            lost[name] += figures(jobs, worked_off(jobs, order(), SMALL_BAYS)).lost
    return Hindsight(
        instances=instances,
        fewest=fewest / instances,
        by_order={name: count / instances for name, count in lost.items()},
    )


def rush_hour(seed: int) -> list[Job]:
    """8 to 12 shipments within an hour, with 10 to 150 minutes left each: not all can be saved."""
    lots = Random(seed)
    count = lots.randint(8, MOST_JOBS)
    arrivals = sorted(lots.uniform(0.0, 60.0) for _ in range(count))
    return [_pressed(lots, number, arrival) for number, arrival in enumerate(arrivals)]


def _pressed(lots: Random, number: int, arrival: float) -> Job:
    latest = arrival + lots.uniform(10.0, 150.0)
    return Job(
        number=number,
        arrival=arrival,
        inspection=lots.uniform(8.0, 50.0),
        latest=latest,
        believed=latest,
        hoped=latest,
        material=Material.FRESH,
        applicant=number % 3,
    )

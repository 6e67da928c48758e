"""Benchmarks of the inspection queue and plan: losses under load, and how long a plan takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.benchmark import Benchmark
from services.core.domain.clearance.loss import ViabilityEnd
from services.core.domain.clearance.plan import plan
from services.core.domain.clearance.plan_parts import AtSite, PlanShipment, PlanSlot
from services.core.domain.clearance.priority import rank
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.reserve import reserved
from services.core.domain.identifiers import BayId, SiteId
from simulators.study.arrivals import Season
from simulators.study.cases import DEADLINE_ERROR, EXACT, SAFE, Case
from simulators.study.study import runs, summary
from simulators.study.table import OURS, YARDSTICK

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SITE = SiteId("PVG")
SEEDS = range(30)
MANY_SEEDS = range(120)
_MS = 1000.0


def loss_095() -> float:
    """Share begun too late at a load of 0.95, in %: deadlines known exactly, or ±40 %.

    The worse of the two. Of a season in a hundred a long queue makes most of the losses: with the
    error, thirty seasons are too few to tell 0.05 from 0.2.
    """
    return max(_loss(EXACT, 0.95, SEEDS), _loss(SAFE, 0.95, MANY_SEEDS))


def over_optimum() -> float:
    """Losses over those of online Moore–Hodgson that knows the same: the worst of the loads 1.05
    and 1.20, with deadlines known exactly and ±40 %."""
    return max(_over(group, load) for group in (EXACT, SAFE) for load in (1.05, 1.20))


def plan_1000() -> float:
    """Seconds for 1,000 shipments over 1,500 slots, each inspection in one slot, from nothing."""
    ours, slots = shipments(1000, one_slot=True), grid()
    return _median_s(lambda: plan(ours, slots, NOW), 7)


def replan() -> float:
    """Milliseconds for the same plan after one deadline moved and a minute passed."""
    ours, slots = shipments(1000, one_slot=True), grid()
    made = plan(ours, slots, NOW)
    changed = [*ours[:-1], shipment(ours[-1].key, Random(99), one_slot=True)]
    later = NOW + timedelta(minutes=1)
    return _MS * _median_s(lambda: plan(changed, slots, later, previous=made), 7)


def queue_10k() -> float:
    """Milliseconds to put 10,000 shipments in order."""
    entries = queue(10_000)
    return _MS * _median_s(lambda: rank(entries, NOW), 3)


def grid(starts: int = 300) -> list[PlanSlot]:
    """One site: four cold places and one cryogenic, 15-minute cells, three in ten reserved."""
    places = [("PVG-C1", 1), ("PVG-C1", 2), ("PVG-C2", 1), ("PVG-C2", 2), ("PVG-N1", 1)]
    return reserved(
        PlanSlot(
            start=NOW + n * timedelta(minutes=15),
            site_id=SITE,
            bay_id=BayId(bay),
            place=place,
            bay_class="cryogenic" if bay == "PVG-N1" else "cold_2_8",
        )
        for n in range(starts)
        for bay, place in places
    )


def shipments(count: int, *, one_slot: bool) -> list[PlanShipment]:
    """Ready over the first 70 hours: half fresh, three in ten with a day, two in ten frozen."""
    lots = Random(7)
    return [shipment(f"S{n:05}", lots, one_slot=one_slot) for n in range(count)]


def shipment(key: str, lots: Random, *, one_slot: bool) -> PlanShipment:
    """One of the mix; `one_slot`: inspected within 15 minutes, else within 15 to 45."""
    frozen = lots.random() < 0.2
    slack_h = lots.uniform(24, 120) if frozen else lots.choice((0.5, 4)) * lots.uniform(1, 6)
    ready = NOW + timedelta(hours=lots.uniform(0, 70))
    lead = timedelta(minutes=105)
    left = ready - NOW + timedelta(hours=slack_h) + lead
    inspection = timedelta(minutes=15 if one_slot else lots.choice((15, 25, 30, 45)))
    return PlanShipment(
        key=key,
        sites={SITE: AtSite(ready=ready, inspection=inspection, after=timedelta(minutes=90))},
        bay_classes=frozenset({"cryogenic" if frozen else "cold_2_8"}),
        viability=ViabilityEnd(as_of=NOW, p10=NOW + left, p50=NOW + 1.3 * left),
    )


def queue(count: int) -> list[RankEntry]:
    """An open list with latest starts over five days, a few already past."""
    lots = Random(11)
    return [
        RankEntry(
            key=f"S{n:05}",
            latest_start=NOW + timedelta(hours=lots.uniform(-1, 120)),
            inspection=timedelta(minutes=lots.randint(8, 50)),
            ready=NOW + timedelta(hours=lots.uniform(-2, 2)),
        )
        for n in range(count)
    ]


def _over(group: str, load: float) -> float:
    return _loss(group, load, SEEDS) / _loss(group, load, SEEDS, YARDSTICK)


def _loss(group: str, load: float, seeds: range, order: str = OURS) -> float:
    season = Season(load=load)
    if group == SAFE:
        season = Season(load=load, error=DEADLINE_ERROR, cautious=True)
    case = Case(group=group, label=f"{load:.2f}", season=season)
    return summary(runs(case, seeds, order)).loss_pct


def _median_s(work: Callable[[], object], times: int) -> float:
    return median(_timed(work) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _benchmark(
    name: str, unit: str, bar: float, aim: float, measure: Callable[[], float]
) -> Benchmark:
    return Benchmark(id=name, unit=unit, better="lower", bar=bar, aim=aim, measure=measure)


BENCHMARKS = [
    _benchmark("customs.loss_095", "%", 0.1, 0.05, loss_095),
    _benchmark("customs.over_optimum", "×", 1.15, 1.05, over_optimum),
    _benchmark("customs.plan_1000", "s", 1.0, 0.1, plan_1000),
    _benchmark("customs.replan", "ms", 100.0, 30.0, replan),
    _benchmark("customs.queue_10k", "ms", 50.0, 15.0, queue_10k),
]

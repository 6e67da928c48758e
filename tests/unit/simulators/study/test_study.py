"""The study of the queue: its arrivals, its orders, its exact hindsight and its figures."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from services.core.domain.clearance.priority import rank
from simulators.study.arrivals import INSPECTION_MEAN_MIN, Job, Material, Season, draw
from simulators.study.bays import worked_off
from simulators.study.figures import figures, gini
from simulators.study.hindsight import fewest_losses
from simulators.study.orders import ORDERS, Bucketed, ByKey, MooreHodgson, entry
from simulators.study.study import rush_hour


def a_job(
    number: int, arrival: float, inspection: float, latest: float, believed: float | None = None
) -> Job:
    known = latest if believed is None else believed
    return Job(
        number=number,
        arrival=arrival,
        inspection=inspection,
        latest=latest,
        believed=known,
        hoped=known,
        material=Material.FRESH,
        applicant=0,
    )


def lost(jobs: list[Job], name: str, bays: int = 1) -> int:
    return figures(jobs, worked_off(jobs, ORDERS[name](), bays)).lost


def test_the_same_seed_draws_the_same_season_whatever_the_error() -> None:
    exact, wrong = draw(Season(load=0.9), 3), draw(Season(load=0.9, error=0.4), 3)
    assert [job.latest for job in exact] == [job.latest for job in wrong]
    assert any(job.believed != job.latest for job in wrong)


def test_the_load_is_the_share_of_the_bays_time_that_is_asked_for() -> None:
    jobs = [job for seed in range(4) for job in draw(Season(load=1.05), seed)]
    asked = sum(job.inspection for job in jobs) / (4 * 2 * 20 * 1440)
    assert asked == pytest.approx(1.05, rel=0.05)
    mean = sum(job.inspection for job in jobs) / len(jobs)
    assert mean == pytest.approx(INSPECTION_MEAN_MIN, rel=0.03)


def test_everybody_is_served_once_and_no_bay_serves_two() -> None:
    jobs = draw(Season(load=1.2, days=1.0), 5)
    for order in ORDERS.values():
        begins = worked_off(jobs, order(), 1)
        spans = sorted(zip(begins, (job.inspection for job in jobs), strict=True))
        ends = [begin + length for begin, length in spans]
        assert all(begin >= job.arrival for job, begin in zip(jobs, begins, strict=True))
        assert all(end <= after + 1e-9 for end, (after, _) in zip(ends, spans[1:], strict=False))


def test_who_is_believed_too_late_is_served_after_all_others() -> None:
    jobs = [a_job(0, 0, 30, 100), a_job(1, 1, 10, 20), a_job(2, 2, 10, 100)]
    begins = worked_off(jobs, ByKey(lambda job: (job.arrival,)), 1)
    assert begins == [0, 40, 30]


def test_by_the_bucketed_rule_the_shorter_goes_first_when_nobody_becomes_late() -> None:
    jobs = [a_job(0, 0, 5, 100), a_job(1, 1, 40, 60), a_job(2, 2, 10, 80)]
    assert worked_off(jobs, Bucketed(), 1)[1] == 15
    tight = [a_job(0, 0, 5, 100), a_job(1, 1, 40, 6), a_job(2, 2, 10, 30)]
    assert worked_off(tight, Bucketed(), 1)[1] == 5


def test_the_first_bucket_alone_gives_the_first_of_the_whole_rank() -> None:
    for seed in range(60):
        lots = Random(seed)
        order = Bucketed()
        jobs = [a_job(n, 0, lots.uniform(5, 50), lots.uniform(1, 300)) for n in range(20)]
        for job in jobs:
            order.put(job)
        taken = order.take(0.0, [0.0])
        now = entry(a_job(99, 0, 5, 0)).latest_start
        assert taken is not None
        assert entry(taken).key == rank([entry(job) for job in jobs], now)[0].entry.key


def test_moore_hodgson_gives_up_the_long_one_that_would_cost_two() -> None:
    jobs = [a_job(0, 0, 5, 0), a_job(1, 1, 60, 10), a_job(2, 1, 10, 20), a_job(3, 1, 10, 25)]
    assert lost(jobs, "latest start (STE)") == 2
    assert figures(jobs, worked_off(jobs, MooreHodgson(), 1)).lost == 1


def test_hindsight_is_what_trying_all_orders_finds() -> None:
    for seed in range(25):
        jobs = rush_hour(seed)[:6]
        least = min(_lost_in(order, bays=2) for order in permutations(jobs))
        assert fewest_losses(jobs, 2) == least


def _lost_in(order: tuple[Job, ...], bays: int) -> int:
    free, too_late = [0.0] * bays, 0
    for job in order:
        begin = max(job.arrival, min(free))
        if begin > job.latest:
            too_late += 1
            continue
        free[free.index(min(free))] = begin + job.inspection
    return too_late


def test_no_order_loses_less_than_hindsight() -> None:
    for seed in range(20):
        jobs = rush_hour(seed)
        best = fewest_losses(jobs, 2)
        assert all(lost(jobs, name, bays=2) >= best for name in ORDERS)


def test_hindsight_refuses_what_it_cannot_finish() -> None:
    with pytest.raises(ValueError, match="12"):
        fewest_losses([a_job(n, 0, 5, 50) for n in range(13)], 2)


def test_admission_loses_less_than_the_rule_alone_under_overload() -> None:
    jobs = draw(Season(load=1.2, days=6.0), 1)
    by_rule, admitted = lost(jobs, "ours: bucketed rule", 2), lost(jobs, "ours with admission", 2)
    assert admitted < 0.9 * by_rule


def test_where_nobody_heeds_it_admission_changes_nothing() -> None:
    jobs = draw(Season(load=1.2, days=3.0, heeded=0.0), 1)
    by_rule, admitted = lost(jobs, "ours: bucketed rule", 2), lost(jobs, "ours with admission", 2)
    assert admitted == by_rule


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0, 3.0, 3.0], 0.0), ([0.0, 0.0, 9.0], 2 / 3), ([0.0], 0.0)]
)
def test_gini(values: list[float], expected: float) -> None:
    assert gini(values) == pytest.approx(expected)

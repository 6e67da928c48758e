"""How fast ingest takes in what waited at the broker, against a consumer that only acknowledges.

The backlog lies in persistent sessions, as after an outage; broker, database and ingest share the
machine. The database is as durable as it is shipped. Rates begin with the first committed reading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import median

from benchmarks.backlog import (
    Bare,
    batch,
    between,
    drain,
    make_session,
    publish,
    register,
    single,
)
from benchmarks.benchmark import Benchmark
from benchmarks.fleet import box_ids
from benchmarks.system import System, running_system

BOXES = 40
ROUNDS = 3
MESSAGES = 15_000
BATCHES, IN_BATCH = 2_000, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One round, a second: messages for the first three, readings for the last."""

    fresh: float
    bare: float
    replayed: float
    batched: float


@cache
def rounds() -> tuple[Rates, ...]:
    """All rates in each round, one after the other, so that the shares are of the same minute."""
    with running_system() as system:
        boxes = box_ids(BOXES)
        register(system, boxes)
        bare = Bare(system)
        make_session(system, boxes[0])
        bare.subscribe()
        return tuple(_round(system, bare, boxes, number) for number in range(ROUNDS))


def _round(system: System, bare: Bare, boxes: list[str], number: int) -> Rates:
    """Both sessions hold the same messages; whether ours or the bare one is first alternates."""
    one_by_one = [
        (boxes[n % BOXES], single(f"be0cbe{number:02x}", n // BOXES)) for n in range(MESSAGES)
    ]
    in_batches = [
        (boxes[n % BOXES], batch(f"ba7cba{number:02x}", IN_BATCH * (n // BOXES), IN_BATCH))
        for n in range(BATCHES)
    ]
    publish(system, between(one_by_one, boxes[0], f"aaaaaa{number:02x}"))
    first = bare.drain(MESSAGES + 2) if number % 2 else 0.0
    fresh = drain(system, MESSAGES)
    alone = first or bare.drain(MESSAGES + 2)
    publish(system, between(one_by_one, boxes[0], f"bbbbbb{number:02x}"))
    replayed = drain(system, MESSAGES, fresh=False)
    bare.drain(MESSAGES + 2)
    publish(system, between(in_batches, boxes[0], f"cccccc{number:02x}"))
    batched = drain(system, BATCHES * IN_BATCH, IN_BATCH)
    bare.drain(BATCHES + 2)
    return Rates(fresh=fresh, bare=alone, replayed=replayed, batched=batched)


def drain_rate() -> float:
    """Messages a second, one reading each."""
    return median(each.fresh for each in rounds())


def drain_share() -> float:
    """The same as a share of a consumer that only acknowledges."""
    return median(each.fresh / each.bare for each in rounds())


def replay_share() -> float:
    """Messages a second that are stored already, as a share of new ones."""
    return median(each.replayed / each.fresh for each in rounds())


def batch_rate() -> float:
    """Readings a second, 20 a message."""
    return median(each.batched for each in rounds())


def _benchmark(
    name: str, unit: str, bar: float | None, aim: float, measure: Callable[[], float]
) -> Benchmark:
    return Benchmark(
        id=f"ingest.{name}", unit=unit, better="higher", bar=bar, aim=aim, measure=measure
    )


BENCHMARKS = [
    _benchmark("drain_share", "share", 0.4, 0.7, drain_share),
    _benchmark("drain_rate", "messages/s", None, 15_000, drain_rate),
    _benchmark("replay_share", "share", 0.5, 0.8, replay_share),
    _benchmark("batch_rate", "readings/s", 30_000, 60_000, batch_rate),
]

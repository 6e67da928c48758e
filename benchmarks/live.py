"""Readings published at a steady pace, and how long each takes to become a durable row."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from benchmarks.backlog import LIMIT_S, single
from benchmarks.fleet import Publisher
from benchmarks.system import System
from services.core.storage.database import Channel

_TICK_S = 0.004
_NEWS = f"LISTEN {Channel.WORK.value}"
_STORED = "SELECT boot, upper(stored) FROM watermark WHERE boot = ANY (%s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Boxes that publish in turn, so many messages a second together."""

    boxes: Sequence[str]
    boot: str
    """A prefix: each box has a boot of its own."""
    rate: float


@dataclass(slots=True, kw_only=True)
class Clocked:
    """When each reading was published, and when it was first seen committed."""

    sent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def delays_ms(self, boot: str) -> list[float]:
        """Milliseconds from publish to row, of the boots that begin so."""
        return [
            1000 * (seen - sent)
            for name in self.sent
            if name.startswith(boot)
            for sent, seen in zip(self.sent[name], self.seen[name], strict=False)
        ]

    def complete(self) -> bool:
        """Whether everything that was published has been seen."""
        return all(len(self.seen[name]) == len(times) for name, times in list(self.sent.items()))


def run(system: System, streams: Sequence[Stream], seconds: float) -> Clocked:
    """Publish at this pace for so long, and wait until all of it is stored."""
    clocked = Clocked()
    with _watching(system, clocked):
        publisher = Publisher(system.mqtt_port)
        began = time.monotonic()
        counts = [0] * len(streams)
        while (passed := time.monotonic() - began) < seconds:
            for n, stream in enumerate(streams):
                while counts[n] < stream.rate * passed:
                    _publish(publisher, clocked, stream, counts[n])
                    counts[n] += 1
            time.sleep(_TICK_S)
        ends = time.monotonic() + LIMIT_S
        while not clocked.complete():
            if time.monotonic() > ends:
                raise TimeoutError("not everything that was published became a row")
            time.sleep(0.05)
        publisher.close()
    return clocked


def _publish(publisher: Publisher, clocked: Clocked, stream: Stream, number: int) -> None:
    place = number % len(stream.boxes)
    boot = f"{stream.boot}{place:04x}"
    times = clocked.sent[boot]
    times.append(time.monotonic())
    publisher.send(stream.boxes[place], single(boot, len(times) - 1))


@contextmanager
def _watching(system: System, clocked: Clocked) -> Iterator[None]:
    """Look at the watermarks each time that ingest rings its bell."""
    over = threading.Event()

    def watch() -> None:
        with psycopg.connect(system.database_url, autocommit=True) as bell:
            bell.execute(_NEWS)
            with psycopg.connect(system.database_url, autocommit=True) as connection:
                while not over.is_set():
                    for _ in bell.notifies(timeout=0.1, stop_after=1):
                        pass
                    rows = connection.execute(_STORED, (list(clocked.sent),)).fetchall()
                    now = time.monotonic()
                    for boot, upper in rows:
                        times = clocked.seen[boot]
                        times += [now] * ((upper or 0) - len(times))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

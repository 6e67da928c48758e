"""What a load run is asked to do, and the work of each connection made from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from simulators.clock import FleetClock
from simulators.load.boxes import LoadBox, Report

BACKLOG_PACE = timedelta(minutes=1)
LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOrder:
    """`connections` 0 gives every box its own. With `rate_per_s` reports come at that pace for
    `for_s` seconds; without, every box hands over `readings_per_box` as fast as it can."""

    boxes: int
    connections: int
    readings_per_box: int
    batch: int
    rate_per_s: float | None
    for_s: float
    wait_s: float
    clock: FleetClock


class Work(Protocol):
    """Where a connection gets its next report from."""

    @property
    def planned(self) -> int:
        """How many reports there will be when bytes do not split them further."""
        ...

    def take(self) -> Report | None:
        """The next report, or None when none is due."""
        ...

    @property
    def pause_s(self) -> float:
        """How long until the next one is due."""
        ...

    @property
    def is_over(self) -> bool:
        """Will there never be another one?"""
        ...


class Backlog:
    """Every box tells its past, one report of each in turn."""

    def __init__(self, boxes: Sequence[LoadBox], order: LoadOrder) -> None:
        self._planned = len(boxes) * ceil(order.readings_per_box / order.batch)
        self._reports = self._made(boxes, order)
        self._is_over = False

    @property
    def planned(self) -> int:
        return self._planned

    def take(self) -> Report | None:
        report = next(self._reports, None)
        self._is_over = report is None
        return report

    @property
    def pause_s(self) -> float:
        return LONGEST_PAUSE_S

    @property
    def is_over(self) -> bool:
        return self._is_over

    @staticmethod
    def _made(boxes: Sequence[LoadBox], order: LoadOrder) -> Iterator[Report]:
        for told in range(0, order.readings_per_box, order.batch):
            count = min(order.batch, order.readings_per_box - told)
            for box in boxes:
                since = box.begins + told * BACKLOG_PACE
                yield from box.reports(count, since, since + count * BACKLOG_PACE)


class Stream:
    """Every box in turn at a steady pace; what is late is made up for, and said by the counts."""

    def __init__(
        self, boxes: Sequence[LoadBox], order: LoadOrder, phase: float, started_s: float
    ) -> None:
        """`phase`, 0 … 1, keeps connections from sending all at once."""
        self._boxes, self._order, self._started_s = boxes, order, started_s
        self._rate = (order.rate_per_s or 0.0) * len(boxes) / order.boxes
        self._planned = int(self._rate * order.for_s + phase)
        self._phase = phase
        self._issued = 0
        self._told = dict[int, datetime]()
        self._split: list[Report] = []

    @property
    def planned(self) -> int:
        return self._planned

    @property
    def is_over(self) -> bool:
        return not self._split and self._issued >= self._planned

    @property
    def pause_s(self) -> float:
        if self.is_over:
            return LONGEST_PAUSE_S
        due_s = (self._issued + 1 - self._phase) / self._rate
        elapsed_s = asyncio.get_running_loop().time() - self._started_s
        return min(LONGEST_PAUSE_S, max(0.001, due_s - elapsed_s))

    def take(self) -> Report | None:
        if self._split:
            return self._split.pop(0)
        elapsed_s = asyncio.get_running_loop().time() - self._started_s
        due = min(self._planned, int(self._rate * elapsed_s + self._phase))
        if self._issued >= due:
            return None
        box = self._boxes[self._issued % len(self._boxes)]
        self._issued += 1
        return self._report(box)

    def _report(self, box: LoadBox) -> Report:
        now = self._order.clock.now()
        since = self._told.get(box.number, now - timedelta(seconds=self._order.batch))
        self._told[box.number] = now
        self._split = box.reports(self._order.batch, since, now)
        return self._split.pop(0)

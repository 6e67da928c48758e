"""Keeps the parts of a system running: starts again what dies, ends everything in order."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.core.runtime.clock import Clock
from services.local.children import trim_log
from services.local.errors import LocalFailure

_STABLE_AFTER_S = 20.0
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 15.0
_TRIM_EVERY_S = 30.0

logger = logging.getLogger(__name__)


class Part(Protocol):
    """A child process and what belongs to it."""

    name: str
    log: Path

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        ...

    def prepare(self) -> None:
        """Make what a start needs."""
        ...

    def launch(self) -> None:
        """Start it and return at once."""
        ...

    def ask_to_end(self) -> None:
        """Begin its end without waiting."""
        ...

    def stop(self) -> None:
        """End it and wait."""
        ...


@dataclass(slots=True)
class _Watch:
    part: Part
    started_s: float
    deaths: int = 0
    """Deaths in a row, each soon after its start."""
    again_at_s: float | None = None


class Supervisor:
    """Parts in the order in which they need each other: the first ends last."""

    def __init__(self, clock: Clock, on_change: Callable[[], None]) -> None:
        self._clock = clock
        self._on_change = on_change
        self._watches: list[_Watch] = []
        self._trimmed_s = clock.monotonic_s()

    @property
    def parts(self) -> list[Part]:
        """Every part, in the order of their starts."""
        return [watch.part for watch in self._watches]

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the parts that run."""
        return {watch.part.name: watch.part.pid for watch in self._watches if watch.part.pid}

    def add(self, part: Part) -> None:
        """Start a part and watch over it from now on; raises what its first start raises."""
        watch = _Watch(part, self._clock.monotonic_s())
        self._watches.append(watch)
        part.prepare()
        part.launch()
        watch.started_s = self._clock.monotonic_s()
        self._on_change()

    def tend(self) -> None:
        """Look after every part once; call it a few times a second."""
        now_s = self._clock.monotonic_s()
        for watch in self._watches:
            if watch.part.pid is None:
                self._revive(watch, now_s)
        if now_s - self._trimmed_s > _TRIM_EVERY_S:
            self._trimmed_s = now_s
            for watch in self._watches:
                trim_log(watch.part.log)

    def deaths(self, name: str) -> int:
        """How often the part has died in a row."""
        return max((watch.deaths for watch in self._watches if watch.part.name == name), default=0)

    def stop(self) -> None:
        """End all parts, those that depend on others first; each group of programs at once."""
        for watch in self._watches:
            watch.part.ask_to_end()
        while self._watches:
            self._watches.pop().part.stop()

    def _revive(self, watch: _Watch, now_s: float) -> None:
        if watch.again_at_s is None:
            lasted_s = now_s - watch.started_s
            watch.deaths = 1 if lasted_s > _STABLE_AFTER_S else watch.deaths + 1
            pause_s = min(_FIRST_PAUSE_S * 2 ** (watch.deaths - 1), _LONGEST_PAUSE_S)
            watch.again_at_s = now_s + pause_s
            logger.warning(
                "A part has ended by itself and is started again.",
                extra={"event": "part_died", "part": watch.part.name, "pause_s": pause_s},
            )
        if now_s >= watch.again_at_s:
            self._start_again(watch, now_s)

    def _start_again(self, watch: _Watch, now_s: float) -> None:
        watch.again_at_s = None
        watch.started_s = now_s
        try:
            watch.part.prepare()
            watch.part.launch()
        except LocalFailure as failure:
            logger.error(
                "A part cannot be started again.",
                extra={"event": "part_stays_down", "part": watch.part.name, "why": str(failure)},
            )
        self._on_change()

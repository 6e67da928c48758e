"""One fault of one box: a kind, a window of true time, and chance that depends on the seed alone.

Chance is drawn from what is struck (a record, or a stretch of time), not from a running generator:
the same record is struck however often the box is asked and however the network behaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from simulators.faults.kinds import NATURES, FaultKind, Nature

_WHOLE = 2.0**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Acts from `begins` until before `ends`; without a rate always, else by chance."""

    kind: FaultKind
    begins: datetime
    ends: datetime | None = None
    rate: float | None = None
    value: float = 0.0
    salt: str = ""

    @property
    def nature(self) -> Nature:
        return NATURES[self.kind]

    def covers(self, at: datetime) -> bool:
        """Is `at` in the window, chance aside?"""
        return self.begins <= at and (self.ends is None or at < self.ends)

    def strikes(self, at: datetime) -> bool:
        """Does it act on what happens at this true instant?"""
        if not self.covers(at):
            return False
        return self.rate is None or self.chance(self._grain(at), "strikes") < self.rate

    def chance(self, *about: object) -> float:
        """A number from 0 to 1, the same for the same thing in every run of the seed."""
        text = ":".join(map(str, (self.salt, self.kind, *about)))
        digest = blake2b(text.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / _WHOLE

    def strokes(self, until: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """The stretches in which it acts: its window, or the grains of it that chance picks."""
        if self.rate is None:
            yield self.begins, self.ends
            return
        grain = timedelta(seconds=self.nature.grain_s or 60.0)
        begins, last = self.begins, min(self.ends or until, until)
        while begins < last:
            if self.strikes(begins):
                yield begins, min(begins + grain, last)
            begins += grain

    def _grain(self, at: datetime) -> object:
        grain_s = self.nature.grain_s
        return int((at - self.begins).total_seconds() // grain_s) if grain_s else at.timestamp()

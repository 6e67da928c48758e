"""The gates that a writer remembers: boots as they will be once its batches are committed.

Nothing stands on this memory but speed. What was sorted by it is stored only where each row still
is as remembered; and it is emptied by whatever goes wrong and by each new session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from services.core.storage.watermarks import Boot, BootKey

MOST_BOOTS = 16_384
"""About 10 MiB."""


@dataclass(slots=True)
class Gates:
    """`age` tells what was sorted by this memory from what was sorted before it was emptied."""

    age: int = 0
    _boots: dict[BootKey, Boot] = field(default_factory=dict)

    def find(self, keys: Collection[BootKey]) -> dict[BootKey, Boot] | None:
        """The boots, to be changed by who sorts by them; None when one is not known."""
        known = self._boots
        return {key: known[key] for key in keys} if known.keys() >= set(keys) else None

    def remember(self, boots: Iterable[Boot]) -> None:
        """These rows were committed by this writer."""
        known = self._boots
        for boot in boots:
            known[boot.box_no, boot.boot] = boot
        while len(known) > MOST_BOOTS:
            del known[next(iter(known))]

    def drop(self, keys: Iterable[BootKey]) -> None:
        """These are about to be changed in another way, or may already be wrong."""
        for key in keys:
            self._boots.pop(key, None)

    def forget(self) -> None:
        """Nothing is known any more, nor is anything true that was sorted by it."""
        self.age += 1
        self._boots.clear()

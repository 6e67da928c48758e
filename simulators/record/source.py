"""From a file to the messages of a replay: read, checked to its end, moved in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from services.core.domain.errors import ColdlaneError, Invalid
from services.core.domain.identifiers import BoxId
from services.core.wire.topics import parse_topic
from simulators.record.export import read_export
from simulators.record.mapping import load_mapping
from simulators.record.shifting import Shift
from simulators.record.tape import Message, read_tape


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was read once to its end, so that nothing wrong is found half-way."""

    count: int
    first_at: datetime
    last_at: datetime
    boxes: tuple[BoxId, ...]
    read: Callable[[], Iterator[Message]]

    def shift_to(self, instant: datetime | None, *, begins: bool) -> Shift:
        """The step that puts the first arrival there, or the last when it is not to begin there.

        A replay at most as fast as life begins there; a faster one would run into the future, so
        it ends there.
        """
        if instant is None:
            return Shift(timedelta())
        return Shift(instant - (self.first_at if begins else self.last_at))


def open_source(file: Path, mapping: Path | None) -> Source:
    """A recording, or with a mapping a logger's CSV export; raises NotFound or Invalid."""
    if mapping is None:
        return _surveyed(file, partial(read_tape, file))
    messages = read_export(file, load_mapping(mapping))
    return _surveyed(file, lambda: iter(messages))


def _surveyed(file: Path, read: Callable[[], Iterator[Message]]) -> Source:
    count, first_at, last_at = 0, None, None
    boxes: dict[BoxId, None] = {}
    for message in read():
        count += 1
        first_at = first_at or message.at
        last_at = message.at
        try:
            boxes[parse_topic(message.topic).box_id] = None
        except ColdlaneError:
            continue  # a strange topic is part of what was recorded
    if first_at is None or last_at is None:
        raise Invalid(f"{file}: there is no message in it", field="file", remedy="record longer")
    return Source(
        count=count, first_at=first_at, last_at=last_at, boxes=tuple(sorted(boxes)), read=read
    )

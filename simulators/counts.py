"""What the fleet has done so far, for the table, the progress bar and `--json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from simulators.simulated import SimulatedBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Numbers of records (readings and events), boxes and messages."""

    boxes: int
    connected: int
    handed_over: int
    logged: int
    sent: int
    acknowledged: int
    receipted: int
    resent: int
    pending: int
    unreceipted: int
    refused: int
    reconnects: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Counts:
    """Counters that the publishers add to."""

    def __init__(self) -> None:
        self._counter: Counter[str] = Counter()
        self.connected: set[str] = set()
        self.handed_over: set[str] = set()
        self.heard: set[str] = set()  # and the service has receipted all of that

    def add(self, name: str, number: int = 1) -> None:
        self._counter[name] += number

    def totals(self, boxes: Sequence[SimulatedBox]) -> Totals:
        logs = [log for box in boxes for log in box.logs]
        return Totals(
            boxes=len(boxes),
            connected=len(self.connected),
            handed_over=len(self.handed_over),
            logged=sum(log.next_seq for log in logs),
            sent=self._counter["sent"],
            acknowledged=self._counter["acknowledged"],
            receipted=sum(log.receipted for log in logs),
            resent=sum(log.resent for log in logs),
            pending=sum(log.pending for log in logs),
            unreceipted=sum(log.held for log in logs),
            refused=self._counter["refused"],
            reconnects=self._counter["reconnects"],
        )

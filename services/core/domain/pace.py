"""Whether the readings of a boot come at the pace at which they are taken, and so come live."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from statistics import median

from services.core.domain.telemetry import TOLERATED

JITTER = timedelta(seconds=10)
IN_A_ROW = 5
SPAN = timedelta(minutes=2)
MOST_BOOTS = 4096

_Pair = tuple[datetime, datetime]
"""Device time and time of receipt of one reading."""


class PaceTracker:
    """Remembers the last few live-looking readings of boots whose clock seems to be behind.

    It is memory, not truth: after a restart the evidence is gathered again.
    """

    def __init__(self) -> None:
        self._runs: OrderedDict[int, deque[_Pair]] = OrderedDict()

    def behind(self, boot_no: int, device_at: datetime, received_at: datetime) -> timedelta | None:
        """Take in the newest reading of a boot; how far its clock is behind, if that is shown."""
        if received_at - device_at <= TOLERATED:
            self._runs.pop(boot_no, None)
            return None
        run = self._runs.setdefault(boot_no, deque(maxlen=2 * IN_A_ROW))
        self._runs.move_to_end(boot_no)
        if len(self._runs) > MOST_BOOTS:
            self._runs.popitem(last=False)
        if run and not _at_pace(run[-1], (device_at, received_at)):
            run.clear()
        run.append((device_at, received_at))
        if len(run) < IN_A_ROW or run[-1][0] - run[0][0] < SPAN:
            return None
        return timedelta(seconds=median((to - at).total_seconds() for at, to in run))


def _at_pace(earlier: _Pair, later: _Pair) -> bool:
    device, received = later[0] - earlier[0], later[1] - earlier[1]
    return device > timedelta(0) and abs(received - device) <= JITTER

"""What a box remembers: every record it made, until a receipt says that it is stored.

A PUBACK moves nothing out of the log: only an application receipt does (`contiguous`), and what a
receipt calls missing is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from services.core.wire.payload import BootReceipt, EventMessage, TelemetryReading


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A reading whose number no service can take: NaN, or beyond what any sensor can mean.

    It has its place in the sequence, goes out as firmware would print it, and is given up after
    a few tries.
    """

    seq: int
    t: datetime
    temp_c: float
    mono_ms: int

    def raw(self, boot: str) -> bytes:
        """The message as printed: JSON has no NaN, firmware does not care."""
        number = "NaN" if self.temp_c != self.temp_c else repr(round(self.temp_c, 2))
        t = self.t.astimezone(UTC).isoformat().replace("+00:00", "Z")
        text = f'{{"v":1,"boot":"{boot}","seq":{self.seq},"t":"{t}","temp_c":{number}'
        return f'{text},"mono_ms":{self.mono_ms}}}'.encode()


Record = TelemetryReading | EventMessage | Unreadable

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

RESEND_AFTER_S = 30.0  # sent, but no receipt covers it: once more
GIVES_UP_AFTER = 3  # tries of a record that is refused each time
_IN_THE_PIPE_S = 5.0  # a missing record sent this recently is on its way


class DeviceLog:
    """A bounded log of one boot, oldest first; times are any monotonic seconds."""

    def __init__(
        self, boot: str, *, capacity: int = 200_000, booted_at: datetime = _NO_TIME
    ) -> None:
        self.boot = boot
        self.booted_at = booted_at  # true time, for the physics of faults; the box cannot know it
        self.start_seq = 0
        self.horizon: int | None = None  # records above it wait: the radio is off
        self._capacity = capacity
        self._next_seq = 0
        self._held: dict[int, Record] = {}
        self._pending: set[int] = set()
        self._sent_at: dict[int, float] = {}
        self._once_sent: set[int] = set()
        self._acknowledged: set[int] = set()
        self._tries: dict[int, int] = {}  # of unreadable ones
        self.overwritten: list[int] = []  # gone, and nobody has them
        self.resent = 0
        self.receipted = 0

    @property
    def next_seq(self) -> int:
        return self._next_seq

    @property
    def held(self) -> int:
        """Records that no receipt covers yet."""
        return len(self._held)

    @property
    def sendable_to(self) -> int:
        """The last number that may be sent."""
        return self._next_seq - 1 if self.horizon is None else self.horizon

    @property
    def oldest_held(self) -> int:
        """Receipts cover every number below it."""
        return next(iter(self._held), self._next_seq)

    @property
    def pending(self) -> int:
        """Records that may be sent and wait for it, for the first time or again."""
        if self.horizon is None:
            return len(self._pending)
        return sum(seq <= self.horizon for seq in self._pending)

    @property
    def awaited(self) -> bool:
        """Is there a record that might have been sent and that no receipt covers?"""
        oldest = next(iter(self._held), None)
        return oldest is not None and (self.horizon is None or oldest <= self.horizon)

    @property
    def unacknowledged(self) -> frozenset[int]:
        """Records that neither the broker nor the service has answered for."""
        return frozenset(self._held.keys() - self._acknowledged)

    def since(self, seq: int) -> list[Record]:
        """The records held from this number on."""
        return [self._held[n] for n in range(seq, self._next_seq) if n in self._held]

    def append(self, record: Record) -> int:
        """Keep a record under the next number; returns how many old ones had to go for it."""
        if record.seq != self._next_seq:
            raise ValueError(f"record {record.seq} where {self._next_seq} is due")
        self._held[record.seq] = record
        self._pending.add(record.seq)
        self._next_seq += 1
        lost = 0
        while len(self._held) > self._capacity:
            oldest = next(iter(self._held))
            if oldest not in self._acknowledged:
                self.overwritten.append(oldest)
            self._forget(oldest)
            self.start_seq = oldest + 1
            lost += 1
        return lost

    def take(self, now_s: float, limit: int) -> list[Record]:
        """The oldest records that are due, now counted as sent."""
        due = sorted(seq for seq in self._pending if seq <= self.sendable_to)[:limit]
        for seq in due:
            self._pending.discard(seq)
            self._sent_at[seq] = now_s
            self.resent += seq in self._once_sent
            self._once_sent.add(seq)
            if isinstance(self._held[seq], Unreadable):
                self._tries[seq] = self._tries.get(seq, 0) + 1
        return [self._held[seq] for seq in due]

    def not_delivered(self, seqs: Iterable[int]) -> None:
        """The broker refused these, or the connection broke before it answered."""
        for seq in seqs:
            if seq in self._held:
                self._sent_at.pop(seq, None)
                self._pending.add(seq)

    def acknowledge(self, seqs: Iterable[int]) -> None:
        """The broker has these; that moves nothing out of the log."""
        self._acknowledged.update(seq for seq in seqs if seq in self._held)

    def apply(self, receipt: BootReceipt, now_s: float) -> int:
        """Drop what is stored, queue what is missing; returns how many records were dropped."""
        if receipt.boot != self.boot:
            return 0
        stored = []
        for seq in self._held:  # in order of seq, so the first one above ends the search
            if seq > receipt.contiguous:
                break
            stored.append(seq)
        for seq in stored:
            self._forget(seq)
        self.receipted += len(stored)
        for first, last in receipt.missing:
            self._queue_missing(first, last, now_s)
        self._give_up()
        return len(stored)

    def requeue_overdue(self, now_s: float) -> int:
        """Queue what was sent long ago and is not receipted; returns how many."""
        overdue = [seq for seq, at in self._sent_at.items() if now_s - at >= RESEND_AFTER_S]
        self.not_delivered(overdue)
        return len(overdue)

    def requeue_range(self, first: int, last: int) -> tuple[int, int]:
        """Queue a range for a backfill; returns how many are queued and how many are gone."""
        asked = range(max(first, 0), min(last, self._next_seq - 1) + 1)
        found = [seq for seq in asked if seq in self._held]
        self.not_delivered(found)
        return len(found), len(asked) - len(found)

    def _give_up(self) -> None:
        """Let go of unreadable records at the log's beginning: they would block it for ever."""
        for seq in list(self._held):
            if self._tries.get(seq, 0) < GIVES_UP_AFTER:
                return
            self._forget(seq)
            self.start_seq = seq + 1

    def _queue_missing(self, first: int, last: int, now_s: float) -> None:
        wanted = range(first, min(last, self._next_seq - 1) + 1)
        for seq in wanted:
            if now_s - self._sent_at.get(seq, now_s) >= _IN_THE_PIPE_S:
                self.not_delivered((seq,))

    def _forget(self, seq: int) -> None:
        self._held.pop(seq, None)
        self._pending.discard(seq)
        self._sent_at.pop(seq, None)
        self._once_sent.discard(seq)
        self._tries.pop(seq, None)
        self._acknowledged.discard(seq)

"""Tells boxes what is durably stored: after the commit, retained, at most so often per box."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Protocol

from services.core.domain.errors import Unavailable
from services.core.domain.identifiers import SHARDS, BoxId
from services.core.runtime.clock import Clock
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.watermarks import BootProgress, Watermarks
from services.core.wire.payload import (
    MAX_SEQ,
    Backfill,
    BootReceipt,
    Receipt,
    encode_command,
    encode_receipt,
)
from services.core.wire.topics import command_topic, receipt_topic
from services.ingest.counters import Counters

TICK = timedelta(milliseconds=100)
UNTOLD_AT_MOST = timedelta(minutes=1)
HOLES_IN_RECEIPT = 64
BOXES_AT_ONCE = 500
"""So many are asked for what is missing in one round; the client's queue is not endless."""

logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """What receipts go out by."""

    @property
    def connected(self) -> bool: ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool: ...


class ReceiptBook:
    """Boxes that are owed a receipt. A receipt is read from committed rows, never from memory."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        clock: Clock,
        counters: Counters,
        interval_s: float,
        shards: Collection[int] = range(SHARDS),
    ):
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._counters = counters
        self._interval_s = interval_s
        self._owed: set[int] = set()
        self._sent_at: dict[int, float] = {}
        self._shards = list(shards)
        self._ask_all = False
        self._to_ask: set[int] = set()

    def owe(self, box_nos: Iterable[int]) -> None:
        """Something of these boxes was committed."""
        self._owed.update(box_nos)

    def ask_all_boxes(self) -> None:
        """The broker lost our session: messages may be gone. Ask every box for what is missing."""
        self._ask_all = True

    async def run(self) -> None:
        """Send what is due, for ever."""
        knows_debts = False
        while True:
            try:
                with translated():
                    if not knows_debts:
                        await self._owe_last()
                    knows_debts = True
                    await self.send_due()
            except Unavailable as error:
                logger.warning(
                    "Receipts could not be read; trying again.",
                    extra={"event": "receipts_delayed", "detail": error.detail},
                )
                await self._clock.sleep(10 * TICK)
            await self._clock.sleep(TICK)

    async def send_due(self) -> None:
        """One round: receipts of boxes whose last one is old enough; requests after a loss."""
        if not self._publisher.connected:
            return
        if self._ask_all or self._to_ask:
            await self._ask_some()
        now = self._clock.monotonic_s()
        self._sent_at = {
            box_no: at for box_no, at in self._sent_at.items() if now - at < self._interval_s
        }
        due = self._owed - self._sent_at.keys()
        if due:
            await self._send_owed(due)
            self._sent_at |= dict.fromkeys(due, now)

    async def _owe_last(self) -> None:
        """What the process before this one had committed and perhaps not told yet."""
        async with self._database.unit_of_work() as uow:
            self.owe(await Watermarks(uow).last_heard(self._shards, UNTOLD_AT_MOST))

    async def _ask_some(self) -> None:
        """After a loss: tell boxes what is stored, and ask for the rest, some boxes a round."""
        if self._ask_all:
            async with self._database.unit_of_work() as uow:
                self._to_ask |= await Watermarks(uow).boxes(self._shards)
            self._ask_all = False
        asked = sorted(self._to_ask)[:BOXES_AT_ONCE]
        refused = await self._send(asked, _requests)
        self._to_ask -= set(asked) - refused

    async def _send_owed(self, due: set[int]) -> None:
        """Settled before it is read: what is committed meanwhile is owed anew, not forgotten."""
        self._owed -= due
        try:
            refused = await self._send(sorted(due), lambda _: iter(()))
        except BaseException:
            self._owed |= due
            raise
        self._owed |= refused

    async def _send(
        self, box_nos: list[int], commands: Callable[[list[BootProgress]], Iterator[bytes]]
    ) -> set[int]:
        """Send receipts; the boxes for which there was no room are given back."""
        async with self._database.unit_of_work() as uow:
            progress = await Watermarks(uow).progress(box_nos)
        refused: set[int] = set()
        server_time = self._clock.now()
        for box_no, boots in groupby(progress, key=lambda one: one.box_no):
            found = list(boots)
            box_id = BoxId(found[0].box_id)
            receipt = Receipt(boots=tuple(map(_receipt, found)), server_time=server_time)
            topic = receipt_topic(box_id)
            taken = self._publisher.publish(topic, encode_receipt(receipt), retain=True)
            for command in commands(found):
                taken = taken and self._publisher.publish(command_topic(box_id), command)
            if taken:
                self._counters.receipts += 1
            else:
                refused.add(box_no)
        return refused


def _receipt(progress: BootProgress) -> BootReceipt:
    return BootReceipt(
        boot=progress.boot,
        contiguous=progress.stored.contiguous(progress.start_seq),
        missing=tuple(progress.stored.missing(progress.start_seq, HOLES_IN_RECEIPT)),
    )


def _requests(progress: list[BootProgress]) -> Iterator[bytes]:
    """Ask for everything after what is contiguous, of each boot that is known."""
    for boot in progress:
        first = boot.stored.contiguous(boot.start_seq) + 1
        yield encode_command(
            Backfill(id=f"backfill-{boot.boot}", boot=boot.boot, from_seq=first, to_seq=MAX_SEQ)
        )

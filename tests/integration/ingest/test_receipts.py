"""Receipts follow what is committed, also what is committed while one is being made."""

import asyncio

from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.ingest.counters import Counters
from services.ingest.receipts import ReceiptBook
from tests.support.ingesting import BOOT, a_box, a_reading, eventually, register, running_ingest

NAME = "CB-0007"


class Publisher:
    """Stands in for the broker; another commit happens before the first receipt has left."""

    connected = True

    def __init__(self, box_no: int) -> None:
        self.book: ReceiptBook | None = None
        self.sent = 0
        self._box_no = box_no

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        assert BOOT.encode() in payload
        self.sent += 1
        if self.sent == 1 and self.book is not None:
            self.book.owe([self._box_no])
        return True


async def test_commit_during_a_receipt_is_receipted_too(
    database: Database, broker_url: str
) -> None:
    box_no = (await register(database, NAME))[NAME]
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the first row")
    publisher = Publisher(box_no)
    book = ReceiptBook(database, publisher, SystemClock(), Counters(), interval_s=0.0)
    publisher.book = book

    book.owe([box_no])
    await book.send_due()
    await book.send_due()
    await book.send_due()

    assert publisher.sent == 2


async def test_receipt_that_the_last_process_did_not_tell_is_told_by_the_next(
    database: Database, broker_url: str
) -> None:
    box_no = (await register(database, NAME))[NAME]
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the first row")
    publisher = Publisher(box_no)
    book = ReceiptBook(database, publisher, SystemClock(), Counters(), interval_s=60.0)
    running = asyncio.create_task(book.run())
    await eventually(lambda: publisher.sent == 1, what="the receipt")
    running.cancel()

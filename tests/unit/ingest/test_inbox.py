"""The inbox holds only so much, and a full one holds the network thread back."""

import asyncio
from datetime import UTC, datetime

from services.ingest.inbox import Arrived, Inbox

AT = datetime(2026, 11, 22, tzinfo=UTC)


def arrived(number: int, size: int = 1) -> Arrived:
    """A message of so many bytes."""
    return Arrived(1, number, 1, "topic", b"x" * size, AT)


async def test_messages_come_out_in_order_of_arrival() -> None:
    inbox = Inbox(asyncio.get_running_loop())
    for number in range(5):
        inbox.put([arrived(number)])
    await inbox.wait()
    assert [one.mid for one in inbox.take(3)] == [0, 1, 2]
    assert [one.mid for one in inbox.take(3)] == [3, 4]


async def test_full_inbox_makes_the_thread_wait_until_there_is_room() -> None:
    inbox = Inbox(asyncio.get_running_loop(), most_messages=1)
    inbox.put([arrived(0)])
    waiting = asyncio.create_task(asyncio.to_thread(inbox.put, [arrived(1)]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    inbox.take(1)
    assert await waiting
    assert [one.mid for one in inbox.take(1)] == [1]


async def test_bytes_are_bounded_as_well_as_messages() -> None:
    inbox = Inbox(asyncio.get_running_loop(), most_bytes=100)
    inbox.put([arrived(0, size=200)])
    waiting = asyncio.create_task(asyncio.to_thread(inbox.put, [arrived(1)]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    inbox.close()
    assert not await waiting


async def test_one_batch_is_bounded_in_bytes() -> None:
    inbox = Inbox(asyncio.get_running_loop())
    for number in range(4):
        inbox.put([arrived(number, size=1024 * 1024)])
    assert len(inbox.take(1000)) == 1

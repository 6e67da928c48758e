"""How far one browser may lag behind the board before it is shown the whole of it again."""

from datetime import UTC, datetime

from services.api.board import Board, Entry
from services.api.broadcaster import QUEUE_MOST, Subscription
from services.api.schemas.stream import Gone
from services.core.runtime.clock import FixedClock

EVENT = b"event: shipment\ndata: {}\n\n"


def board_of(count: int) -> Board:
    board = Board(FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), "test")
    shipments = {str(n): Entry(key=n, make=lambda: Gone(type="one", id="1")) for n in range(count)}
    board.replace({"site": {}, "appointment": {}, "alarm": {}, "shipment": shipments})
    return board


async def next_after(board: Board, lag: int) -> bytes:
    subscription = Subscription(board)
    events = subscription.events()
    assert (await anext(events)).startswith(b"event: snapshot")
    subscription.offer([EVENT] * lag)
    return await anext(events)


async def test_a_small_board_is_sent_again_to_who_lags_far_behind() -> None:
    assert await next_after(board_of(300), QUEUE_MOST) == EVENT
    assert (await next_after(board_of(300), QUEUE_MOST + 1)).startswith(b"event: snapshot")


async def test_of_a_large_board_an_eighth_may_wait() -> None:
    assert await next_after(board_of(8_000), 1_000) == EVENT
    assert (await next_after(board_of(8_000), 1_001)).startswith(b"event: snapshot")

"""The live board: read once when something changes, written out once, sent to every browser."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from services.api.board import Board, Event, read_board
from services.api.pulse import read_pulse
from services.api.sight import EVERYTHING, Sight, sight_of_holder
from services.core.domain.errors import Unavailable
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import Clock
from services.core.storage.constraints import reachable
from services.core.storage.database import Channel, Database
from services.core.storage.keys import KeyRepository
from services.core.storage.notifications import listen
from services.core.storage.sessions import SessionRepository

QUEUE_MOST = 256
"""Events a browser may lag behind before it is given a new snapshot instead; of a large board
an eighth of it, for a snapshot of ten thousand is dearer than a thousand events."""

DEBOUNCE_S = 0.25
POLL_S = 5.0
HEARTBEAT_S = 5.0
LINGER_S = 30.0
"""So long a board is kept up after its last browser: who loads a page anew has it at once."""
LIFE = timedelta(minutes=15)
"""A stream ends itself after this real time, so that rights are looked at again."""

logger = logging.getLogger(__name__)


class Subscription:
    """One browser's end of a board; `proof` is the session or key that it lives no longer than."""

    def __init__(self, board: Board, proof: UUID | str | None = None) -> None:
        self.proof = proof
        self._board = board
        self._waiting: deque[Event] = deque()
        self._stirred = asyncio.Event()
        self._behind = True
        self._closed = False

    def offer(self, events: Iterable[Event]) -> None:
        """Hand on events; a browser that is too far behind gets a snapshot instead of them."""
        if not self._behind:
            self._waiting.extend(events)
            if len(self._waiting) > max(QUEUE_MOST, self._board.size // 8):
                self._waiting.clear()
                self._behind = True
        self._stirred.set()

    def close(self) -> None:
        """End the stream once what waits is sent."""
        self._closed = True
        self._stirred.set()

    async def events(self) -> AsyncIterator[Event]:
        """A snapshot, then what changes; the same bytes for every subscription."""
        while True:
            if self._behind:
                self._behind = False
                self._waiting.clear()
                yield self._board.snapshot()
            while self._waiting and not self._behind:
                yield self._waiting.popleft()
            if self._behind:
                continue
            if self._closed:
                return
            self._stirred.clear()
            if not self._waiting:
                await self._stirred.wait()


class _Audience:
    """Those who see the same: one board, read and written out once for all of them."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.subscriptions: set[Subscription] = set()
        self.fresh = asyncio.Event()
        self.left_at: float | None = None
        """When the last one went, on the clock of the loop."""

    def send(self, events: list[Event]) -> None:
        for subscription in self.subscriptions:
            subscription.offer(events)


class Broadcaster:
    """One listening connection; one reading and one serialisation for all who see the same."""

    def __init__(
        self, database: Database, clock: Clock, build: str, *, linger_s: float = LINGER_S
    ) -> None:
        self._database = database
        self._clock = clock
        self._build = build
        self._linger_s = linger_s
        self._audiences: dict[Sight, _Audience] = {}
        self._stirred = asyncio.Event()

    @property
    def clients(self) -> int:
        """Open streams."""
        return sum(len(one.subscriptions) for one in self._audiences.values())

    @property
    def boards(self) -> int:
        """Boards that are kept up, also for a while after their last browser."""
        return len(self._audiences)

    @contextlib.contextmanager
    def subscribe(
        self, sight: Sight = EVERYTHING, proof: UUID | str | None = None
    ) -> Iterator[Subscription]:
        """Take part; nothing of what this sight shows is missed from now on."""
        audience = self._audiences.get(sight)
        if audience is None:
            audience = _Audience(Board(self._clock, self._build, sight.view, abroad=sight.abroad))
            self._audiences[sight] = audience
        subscription = Subscription(audience.board, proof)
        audience.subscriptions.add(subscription)
        audience.left_at = None
        if not audience.fresh.is_set():
            self._stirred.set()
        try:
            yield subscription
        finally:
            audience.subscriptions.discard(subscription)
            if not audience.subscriptions:
                audience.left_at = asyncio.get_running_loop().time()

    async def ready(self, sight: Sight = EVERYTHING) -> None:
        """Wait until the board has been read for those who listen now with this sight."""
        audience = self._audiences.get(sight)
        if audience is not None:
            await audience.fresh.wait()

    def close(self) -> None:
        """End every stream: the process stops."""
        for audience in self._audiences.values():
            for subscription in audience.subscriptions:
                subscription.close()

    async def run(self) -> None:
        """Read, compare and send until cancelled; a database that is away is tried again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._follow())
            tasks.create_task(self._pulse())

    async def _listen(self) -> None:
        async for _ in listen(self._database.url, [Channel.CHANGED]):
            self._stirred.set()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), POLL_S)
            self._stirred.clear()
            self._forget_left()
            for sight, audience in list(self._audiences.items()):
                await self._refresh(sight, audience)
            await asyncio.sleep(DEBOUNCE_S)

    def _forget_left(self) -> None:
        """A board that nobody looks at is not read for ever: who comes later has it read anew."""
        since = asyncio.get_running_loop().time() - self._linger_s
        for sight, audience in list(self._audiences.items()):
            if audience.left_at is not None and audience.left_at < since:
                del self._audiences[sight]

    async def _refresh(self, sight: Sight, audience: _Audience) -> None:
        try:
            with reachable():
                found = await read_board(self._database, sight.reach(self._clock.now()))
        except Unavailable:
            audience.fresh.clear()  # who comes now is not shown an old board as if it were new
            logger.warning(
                "The board cannot be read; trying again.", extra={"event": "board_unread"}
            )
            return
        events = audience.board.replace(found)
        if events:
            audience.send(events)
        audience.fresh.set()

    async def _pulse(self) -> None:
        """A page that hears nothing goes grey: without the database there is no heartbeat."""
        while True:
            if self.clients:
                with contextlib.suppress(Unavailable):
                    with reachable():
                        await self._end_dead()
                        pulse = await read_pulse(self._database, self._clock, self._build)
                    for audience in list(self._audiences.values()):
                        audience.send([pulse])
            await asyncio.sleep(HEARTBEAT_S)

    async def _end_dead(self) -> None:
        """A stream does not outlive its session or key, nor what that one sees.

        Signed out, ended, revoked, shut out; or another role, or a firm that is elsewhere now:
        who connects again is shown what they see by then.
        """
        proven = [
            (one, one.proof, sight)
            for sight, audience in self._audiences.items()
            for one in audience.subscriptions
            if one.proof is not None
        ]
        sights = await self._sights({proof for _, proof, _ in proven}) if proven else {}
        for one, proof, sight in proven:
            if sights.get(proof) != sight:
                one.close()

    async def _sights(self, proofs: Collection[UUID | str]) -> Mapping[UUID | str, Sight]:
        """What the holders of these sessions and keys see by now; of those that still hold."""
        now = self._clock.now()
        async with self._database.unit_of_work(installation(now)) as unit:
            sessions = [one for one in proofs if isinstance(one, UUID)]
            living = await SessionRepository(unit).living(sessions, now)
            keys = [one for one in proofs if isinstance(one, str)]
            in_force = await KeyRepository(unit).in_force(keys, now)
        return {
            **{one.session_id: sight_of_holder(one, one.roles) for one in living},
            **{one.prefix: sight_of_holder(one, [one.role]) for one in in_force},
        }

"""Reads a stream over a socket as a page does, from its first event on."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_S = 120


@dataclass(slots=True)
class Follower:
    """What has come on one stream; `done` once the server has ended it."""

    reading: asyncio.Task[None] | None = None
    text: str = ""
    events: deque[tuple[str, Any]] = field(default_factory=deque)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def done(self) -> bool:
        return self.reading is not None and self.reading.done()

    def count(self, name: str) -> int:
        """How many events of this name have come so far."""
        return sum(1 for one, _ in self.events if one == name)

    def shown(self, name: str) -> list[dict[str, Any]]:
        """Each state of each object of this kind that was shown, in the snapshot or after it."""
        found = [data for one, data in self.events if one == name]
        for one, data in self.events:
            found += data[f"{name}s"] if one == "snapshot" else []
        return found

    async def until(self, name: str, count: int = 1) -> None:
        """Wait until so many events of this name have come."""
        async with asyncio.timeout(PATIENCE_S), self.came:
            await self.came.wait_for(lambda: self.count(name) >= count)

    async def ended(self) -> None:
        """Wait until the server has ended it."""
        assert self.reading is not None
        await asyncio.wait_for(asyncio.shield(self.reading), PATIENCE_S)

    async def read(self, answer: httpx.Response) -> None:
        """Take what comes, line by line."""
        name = ""
        async for line in answer.aiter_lines():
            self.text += line
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                async with self.came:
                    self.events.append((name, json.loads(line.removeprefix("data: "))))
                    self.came.notify_all()


@asynccontextmanager
async def following(address: str, headers: dict[str, str]) -> AsyncIterator[Follower]:
    """A stream that the server has answered, read in a task, behind its snapshot."""
    follower = Follower()
    url = f"{address}/api/v1/stream"
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        follower.reading = asyncio.create_task(follower.read(answer))
        try:
            await follower.until("snapshot")
            yield follower
        finally:
            follower.reading.cancel()
            with suppress(asyncio.CancelledError):
                await follower.reading

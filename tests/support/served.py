"""The API on a real socket of this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from fastapi import FastAPI

from services.api.serving import open_socket, serve
from services.core.runtime.clock import FixedClock


class StandingClock(FixedClock):
    """Stands still also while the server's own tasks sleep."""

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds()))


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address of the API while it is served."""
    listening = open_socket("127.0.0.1", 0)
    listening.listen()  # who connects before the server runs waits
    task = asyncio.create_task(serve(app, listening))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

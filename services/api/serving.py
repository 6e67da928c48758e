"""Serves the app until it is told to stop, with the broadcaster and the heartbeat beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

import uvicorn
from fastapi import FastAPI

from services.api.acts.factor_seals import keep_sealed
from services.api.anchoring import keep_anchoring
from services.api.clearance_watch import ClearanceWatch
from services.api.connections import HEAD_SECONDS, HeadInTime
from services.api.parts import Parts
from services.core.domain.errors import Unavailable
from services.core.domain.governance.reach import installation
from services.core.runtime.process import beat_every
from services.core.storage.attempts import AttemptRepository
from services.core.storage.constraints import reachable
from services.core.storage.heartbeats import beat
from services.core.storage.idempotency import IdempotencyRepository
from services.core.storage.oidc import OidcAttemptRepository

_BEAT_EVERY = timedelta(seconds=5)
_TIDY_EVERY_S = 3600.0
_ATTEMPTS_FORGOTTEN_AFTER = timedelta(hours=2)


class _Server(uvicorn.Server):
    """Leaves the signals to the process it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def open_socket(host: str, port: int) -> socket.socket:
    """Listen now, so that a port that is taken is known before anything else starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sends a small body at once behind its head (TCP_NODELAY).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


async def serve(
    app: FastAPI,
    listening: socket.socket,
    settings: Mapping[str, str] | None = None,
    *,
    anchor_every: timedelta = timedelta(minutes=5),
    head_every: timedelta = timedelta(0),
    head_seconds: float = HEAD_SECONDS,
) -> None:
    """Run until cancelled; open streams are ended, other requests have 2 s to finish.

    `settings` are told in the heartbeat, secrets masked.
    """
    parts: Parts = app.state.parts
    server = _Server(
        uvicorn.Config(
            app,
            http=partial(HeadInTime, head_seconds=head_seconds),  # type: ignore[arg-type] # makes one
            log_config=None,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            lifespan="off",
        )
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.broadcaster.run())
        tasks.create_task(_beat(parts, settings or {}))
        tasks.create_task(_tidy(parts))
        tasks.create_task(keep_sealed(parts))
        tasks.create_task(ClearanceWatch(parts.database, parts.clock).run())
        tasks.create_task(keep_anchoring(parts, anchor_every, head_every))
        await _serve_until_cancelled(server, listening, parts)


async def _serve_until_cancelled(server: _Server, listening: socket.socket, parts: Parts) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        parts.broadcaster.close()
        server.should_exit = True
        await serving


async def _beat(parts: Parts, settings: Mapping[str, str]) -> None:
    started_at = parts.clock.now()

    async def once() -> None:
        told = {"build": parts.build, "settings": dict(settings)}
        detail = {"streams": parts.broadcaster.clients, **told}
        with contextlib.suppress(Unavailable), reachable():
            async with parts.database.unit_of_work() as unit:
                now = parts.clock.now()
                await beat(unit, "api", f"api-{os.getpid()}", now, started_at, detail)

    await beat_every(once, _BEAT_EVERY, parts.clock)


async def _tidy(parts: Parts) -> None:
    """Kept answers are forgotten after their day, attempts to sign in after two hours."""
    while True:
        with contextlib.suppress(Unavailable), reachable():
            now = parts.clock.now()
            async with parts.database.unit_of_work(installation(now)) as unit:
                await IdempotencyRepository(unit).forget_old(now)
                await AttemptRepository(unit).forget_old(now - _ATTEMPTS_FORGOTTEN_AFTER)
                await OidcAttemptRepository(unit).forget_old(now)
        await asyncio.sleep(_TIDY_EVERY_S)

"""A TCP proxy that fails on request: between ingest, the boxes and their servers.

It has a thread and an event loop of its own, so that a test may block while bytes flow.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from services.local.ports import LOOPBACK, free_port

CHUNK = 65_536
LINGER_S = 0.3


@dataclass(slots=True, kw_only=True)
class Way:
    """How bytes go in one direction, on all connections and from now on."""

    is_open: bool = True
    """False: a black hole. Bytes are taken and go nowhere, and nobody is told."""

    delay_s: float = 0.0
    one_by_one: bool = False


@dataclass(slots=True, eq=False)
class _Connection:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    is_deaf: bool = False


@dataclass(slots=True, eq=False)
class Proxy:
    """Listens on `port`, and hands on to `target`."""

    target: int
    port: int = field(default_factory=free_port)
    to_server: Way = field(default_factory=Way)
    to_client: Way = field(default_factory=Way)
    swallowed: int = 0
    accepted: int = 0
    _marker: bytes | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event | None = None
    _connections: set[_Connection] = field(default_factory=set)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def set_hole(self, there: bool) -> None:
        """Let nothing through, in either direction, and tell nobody; or let it through again."""
        self.to_server.is_open = self.to_client.is_open = not there

    def swallow_answer_to(self, marker: bytes) -> None:
        """Once: hand on what contains the marker, drop every answer, and cut a moment later."""
        self._marker = marker

    def cut(self) -> None:
        """End every connection, as a reset."""
        self._call(self._cut(list(self._connections)))

    def half_close(self) -> None:
        """Tell the clients that the server has no more to say; their side stays open."""
        self._call(self._half_close())

    async def run(self, ready: Event) -> None:
        """Serve until `stop`."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        ready.set()
        await self._ended.wait()
        server.close()
        await self._cut(list(self._connections))

    def stop(self) -> None:
        """End `run`."""
        self._call(self._end())

    async def _end(self) -> None:
        if self._ended is not None:
            self._ended.set()

    def _call(self, work: "Coroutine[Any, Any, None]") -> None:
        assert self._loop is not None, "the proxy does not run"
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _half_close(self) -> None:
        for connection in self._connections:
            connection.client.write_eof()

    async def _cut(self, connections: list[_Connection]) -> None:
        for connection in connections:
            for side in (connection.client, connection.server):
                side.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            server_reader, server = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            client.transport.abort()
            return
        connection = _Connection(client, server)
        self._connections.add(connection)
        try:
            await asyncio.gather(
                self._pump(reader, server, self.to_server, connection),
                self._pump(server_reader, client, self.to_client, connection),
            )
        except OSError:
            await self._cut([connection])
        finally:
            self._connections.discard(connection)
            for side in (client, server):
                side.close()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: Way,
        connection: _Connection,
    ) -> None:
        while data := await reader.read(CHUNK):
            if way is self.to_server and self._marker is not None and self._marker in data:
                self._marker, connection.is_deaf = None, True
                self._later(connection)
            if not way.is_open or (way is self.to_client and connection.is_deaf):
                continue
            if way.delay_s:
                await asyncio.sleep(way.delay_s)
            for piece in [bytes([b]) for b in data] if way.one_by_one else [data]:
                writer.write(piece)
                await writer.drain()
        with suppress(OSError):
            writer.write_eof()

    def _later(self, connection: _Connection) -> None:
        async def cut() -> None:
            await asyncio.sleep(LINGER_S)
            await self._cut([connection])
            self.swallowed += 1

        task = asyncio.create_task(cut())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@contextmanager
def a_proxy(target: int, port: int | None = None) -> Iterator[Proxy]:
    """A proxy in front of a port of this machine, until the block ends."""
    proxy = Proxy(target, port or free_port())
    ready = Event()
    thread = Thread(target=lambda: asyncio.run(proxy.run(ready)), name="proxy")
    thread.start()
    assert ready.wait(60)
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()

"""The API on a real socket: the stream, headers, and an end in time."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.serving import open_socket
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from tests.support.api import NOW, at, made, rows, shipped, site
from tests.support.served import served


class _ClockFromNow(SystemClock):
    """Runs like the machine's clock, from the tests' now on."""

    def __init__(self) -> None:
        self._ahead = NOW - super().now()

    def now(self) -> datetime:
        return super().now() + self._ahead


@pytest.fixture
def app(database: Database) -> FastAPI:
    return create_app(_ClockFromNow(), database)


async def test_a_booking_arrives_on_an_open_stream_over_a_socket(app: FastAPI) -> None:
    async with (
        served(app) as address,
        httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60) as client,
    ):
        await made(client, "/sites", site())
        created = await shipped(client)
        seen: list[str] = []
        booked: dict[str, Any] = {}
        async with asyncio.timeout(60), client.stream("GET", "/stream") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-cache"
            async for line in stream.aiter_lines():
                if line == "event: snapshot":
                    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
                    booked = await made(client, "/appointments", wish)
                if seen and seen[-1] == "event: appointment":
                    assert json.loads(line.removeprefix("data: ")) == booked
                    return
                seen.append(line)


async def test_an_open_stream_does_not_delay_the_end(app: FastAPI) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        async with served(app) as address:
            request = client.build_request("GET", f"{address}/api/v1/stream")
            stream = await client.send(request, stream=True)
            await anext(stream.aiter_lines())
            began = time.monotonic()
        assert time.monotonic() - began < 60
        await stream.aclose()


POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
GUARDS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


async def test_every_answer_carries_the_security_headers_and_no_server_name(app: FastAPI) -> None:
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=60) as client:
        for path in ("/livez", "/api/v1/boxes", "/live", "/nowhere", "/api/v1/boxes/x"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert set(policy.split("; ")) == POLICY
            assert {name: headers[name] for name in GUARDS} == GUARDS
            assert "server" not in headers


async def test_the_process_says_that_it_lives(app: FastAPI, database: Database) -> None:
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=60) as client:
        await client.get("/readyz")
        async with asyncio.timeout(60):
            while not await rows(database, "SELECT FROM service_heartbeat WHERE service = 'api'"):
                await client.get("/livez")


async def test_a_body_without_end_is_cut_off(app: FastAPI) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"box_id": "'
        for _ in range(2000):
            yield b"x" * 1024

    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=60) as client:
        try:
            answer = await client.post(
                "/api/v1/boxes",
                content=endless(),
                headers={"content-type": "application/json"},
            )
            assert answer.status_code == 413
        except httpx.TransportError:
            pass  # the server hung up while we were still sending: as good a refusal
        assert (await client.get("/livez")).status_code == 200


async def test_a_small_answer_does_not_wait_for_the_next_one() -> None:
    """Held back until its head was acknowledged, every file of a page came 40 ms later."""
    held: list[int] = []

    async def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        held.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = open_socket("127.0.0.1", 0)
    async with await asyncio.start_server(look, sock=listening):
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        assert await reader.read() == b""
        writer.close()
    assert held == [1]


async def test_a_page_is_compressed_for_who_takes_it_and_the_same_for_who_does_not(
    app: FastAPI,
) -> None:
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=60) as client:
        packed = await client.get("/live?lang=en", headers={"accept-encoding": "gzip"})
        plain = await client.get("/live?lang=en", headers={"accept-encoding": "identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == (
        "gzip",
        False,
    )
    assert packed.text == plain.text
    assert 2 * int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert "Accept-Encoding" in packed.headers["vary"]

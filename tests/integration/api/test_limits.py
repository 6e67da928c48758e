"""What is slow or huge is let go of; every answer has a number, also that to a fault of ours."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.serving import open_socket, serve
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW

HEAD = b"POST /api/v1/boxes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture
def app(database: Database) -> FastAPI:
    return create_app(FixedClock(NOW), database, body_seconds=1)


@asynccontextmanager
async def served(app: FastAPI, head_seconds: float = 60) -> AsyncIterator[int]:
    """Its port, while it is served; a busy machine may take seconds for a head."""
    listening = open_socket("127.0.0.1", 0)
    task = asyncio.create_task(serve(app, listening, head_seconds=head_seconds))
    port = listening.getsockname()[1]
    try:
        await _answers(port)
        yield port
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _answers(port: int) -> int:
    """The socket is bound from the start, but listens only once the server runs."""
    async with asyncio.timeout(60), httpx.AsyncClient(timeout=60) as client:
        while True:
            with suppress(httpx.TransportError):
                return (await client.get(f"http://127.0.0.1:{port}/livez")).status_code
            await asyncio.sleep(0.05)


async def said_to(port: int, *pieces: bytes, pause_s: float = 0.3) -> bytes:
    """What comes back until the server hangs up, while the pieces go out one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    sending = asyncio.create_task(send())
    try:
        async with asyncio.timeout(60):
            return await reader.read()
    except ConnectionResetError:  # it hung up while a piece was on its way
        return b""
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await sending
        writer.close()


@pytest.mark.parametrize(
    "pieces",
    [(), (b"G",), (b"GET /livez HTT",), tuple(b"X-%d: y\r\n" % n for n in range(200))],
    ids=["silent", "one byte", "half a line", "headers without end"],
)
async def test_connection_without_a_whole_request_is_let_go(
    app: FastAPI, pieces: tuple[bytes, ...]
) -> None:
    first = (b"GET /livez HTTP/1.1\r\nHost: localhost\r\n",) if len(pieces) > 1 else ()
    async with served(app, head_seconds=1) as port:
        said = await said_to(port, *first, *pieces)
        assert said == b"" or b" 400 " in said.splitlines()[0]
        assert await _answers(port) == 200


async def test_body_that_comes_in_drops_is_refused_in_time(app: FastAPI) -> None:
    drops = (HEAD + b"Content-Length: 1000\r\n\r\n", *([b"x"] * 200))
    async with served(app) as port:
        said = await said_to(port, *drops)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in said
    assert b"connection: close" in said.lower()


async def test_stream_outlives_the_limit_of_a_body(app: FastAPI) -> None:
    async with served(app) as port, httpx.AsyncClient(timeout=60) as client:
        address = f"http://127.0.0.1:{port}/api/v1/stream"
        async with client.stream("GET", address) as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            ending = asyncio.create_task(_rest(lines))
            await asyncio.sleep(2)
            assert not ending.done()
            ending.cancel()


async def _rest(lines: AsyncIterator[str]) -> None:
    async for _ in lines:
        pass


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 0x10\r\n",
        b"Transfer-Encoding: gzip\r\n",
    ],
    ids=["two", "both", "negative", "hexadecimal", "another coding"],
)
async def test_case_133_request_whose_length_is_ambiguous_is_no_request(
    app: FastAPI, lengths: bytes
) -> None:
    """Two servers that read its end differently would see two requests."""
    async with served(app) as port:
        said = await said_to(port, HEAD + lengths + b"\r\n{}GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
    status = said.split(b" ", 2)[1]
    assert status in {b"400", b"413", b"422", b"501"}
    assert b" 200 " not in said


async def test_case_150_older_protocol_and_whole_addresses_are_answered(app: FastAPI) -> None:
    async with served(app) as port:
        old = await said_to(port, b"GET /livez HTTP/1.0\r\n\r\n")
        assert old.startswith(b"HTTP/1.1 200 ")
        whole = await said_to(
            port,
            b"GET http://evil.example/api/v1/boxes HTTP/1.1\r\nHost: localhost\r\n"
            b"Connection: close\r\n\r\n",
        )
        assert whole.split(b" ", 2)[1] in {b"400", b"404"}


async def test_requests_have_numbers_of_ours_in_the_answer_and_not_what_was_sent(
    app: FastAPI,
) -> None:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        secret = {"x-request-id": "mine\nforged"}
        first = await client.get("/api/v1/shipments/a-patients-name?b=c", headers=secret)
        second = await client.get("/api/v1/boxes?name of a patient=1")
    for answer in (first, second):
        number = answer.headers["x-request-id"]
        assert answer.json()["instance"] == f"urn:uuid:{UUID(number)}"
        assert "patient" not in answer.text
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_s27_s52_fault_of_ours_has_its_number_in_the_log_and_every_header(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(FixedClock(NOW), database)

    @app.get("/api/v1/defect")
    async def defect() -> None:
        raise RuntimeError("inside")

    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1), raise_app_exceptions=False)
    with caplog.at_level(logging.ERROR):
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get("/api/v1/defect")
            figures = (await client.get("/metrics")).text
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    (line,) = [one for one in caplog.records if vars(one).get("event") == "request_failed"]
    assert vars(line)["request_id"] == answer.headers["x-request-id"]
    assert 'route="/api/v1/defect",status="500"' in figures


async def test_two_hundred_megabytes_are_refused_before_they_are_read(app: FastAPI) -> None:
    head = HEAD + b"Content-Length: 209715200\r\n\r\n"
    async with served(app) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(head)
            said = await asyncio.to_thread(line.recv, 4096)
    assert said.startswith(b"HTTP/1.1 413 ")


@pytest.mark.timeout(300)
async def test_case_149_what_a_browser_saw_last_is_not_believed(app: FastAPI) -> None:
    head = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
    async with served(app) as port, asyncio.timeout(200):
        for last in (b"7", b"-1", b"x" * 10_000, b"7\r\n 8", b"\xff\xfe", b"../../etc/passwd"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head + last + b"\r\n\r\n")
            first = await reader.readline()
            assert b" 200 " in first or b" 400 " in first
            if b" 200 " in first:
                await reader.readuntil(b"event: snapshot")
            writer.close()

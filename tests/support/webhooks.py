"""A real HTTP server that is told by webhook: it keeps what comes, and misbehaves when asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, BrokenBarrierError, Event, Thread

from services.core.runtime.outside import place_of


class Receiver:
    """A receiver in a mode; `posts` are headers and bodies as they came over the wire."""

    def __init__(self) -> None:
        self.mode: int | str = 204
        self.location = "/elsewhere"
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.released = Event()
        self.company = Barrier(1)
        self.url = ""

    @property
    def place(self) -> str:
        """As it is named to be reached on this machine."""
        return place_of(self.url)


class Server(ThreadingHTTPServer):
    request_queue_size = 50  # of the five by default, a busy machine lets the sixth wait a second

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.receiver = receiver


class Handler(BaseHTTPRequestHandler):
    """Keeps what is posted and answers as the receiver's mode says; nobody may follow it."""

    server: Server

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["content-length"]))
        receiver.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
        if receiver.mode == "hang":
            receiver.released.wait(30)
        elif receiver.mode == "drip":
            self._drip(receiver.released)
        elif receiver.mode == "endless":
            self._pour(receiver.released)
        elif receiver.mode == "together":
            self._answer_in_company(receiver.company)
        elif receiver.mode != "close":
            self.send_response(int(receiver.mode))
            self.send_header("location", receiver.location)
            if receiver.mode == 429:
                self.send_header("retry-after", "90")
            self.send_header("content-length", "0")
            self.end_headers()

    def _answer_in_company(self, company: Barrier) -> None:
        """Taken once as many are being told as were asked for; until then nobody is answered."""
        with suppress(BrokenBarrierError):
            company.wait(60)
            self.send_response(204)
            self.end_headers()

    def _drip(self, released: Event) -> None:
        for letter in b"HTTP/1.1 200 OK\r\n" * 100:
            if released.wait(0.1):
                return
            self.wfile.write(bytes([letter]))

    def _pour(self, released: Event) -> None:
        """It was taken; what else it says has no end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n")
        with suppress(ConnectionError):
            while not released.is_set():
                self.wfile.write(bytes(65536))

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@contextmanager
def a_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()
    server = Server(receiver)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def is_signed(headers: dict[str, str], body: bytes, key: bytes) -> bool:
    """Checked as a receiver would, by the standard's own rule."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{wanted}"

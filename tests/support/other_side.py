"""The customs platform, played: it sends twice, late, out of order, half, and fails when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from services.core.domain.clearance.exchange import FORM

Message = dict[str, Any]


def document(*messages: Message) -> dict[str, Any]:
    """Messages as a request or a file carries them."""
    return {"form": FORM, "messages": list(messages)}


def approval(message_id: str = "A-1", **changes: Any) -> Message:
    """An approval that is valid."""
    return {
        "message": "approval",
        "message_id": message_id,
        "state": "valid",
        "kind": "special_item_approval",
        "number": "SI-2026-000417",
        "holder": "Acme",
        "risk_class": "B1",
        "valid_from": "2026-09-01",
        "valid_until": "2027-02-28",
        **changes,
    }


def booking(message_id: str = "B-1", **changes: Any) -> Message:
    """A booking of the first shipment, two hours from the tests' now."""
    return {
        "message": "booking",
        "message_id": message_id,
        "booking": "KC-77",
        "version": 1,
        "state": "held",
        "shipment_reference": "CT-0001",
        "bay_id": "PVG-C1",
        "start": "2026-11-22T14:00:00Z",
        **changes,
    }


def shaken(messages: list[Message], seed: int) -> list[list[Message]]:
    """The messages in any order, some of them twice, in a few deliveries."""
    random = Random(seed)
    sent = messages + random.choices(messages, k=len(messages) // 2)
    random.shuffle(sent)
    cuts = sorted(random.sample(range(1, len(sent)), k=2))
    return [sent[: cuts[0]], sent[cuts[0] : cuts[1]], sent[cuts[1] :]]


def spoil_folder(folder: Path, good: dict[str, Any]) -> None:
    """A folder as it looks on a bad day: whole, half, in GB 18030, and still being written."""
    text = json.dumps(good, ensure_ascii=False)
    (folder / "1-whole.json").write_text(text, encoding="utf-8")
    (folder / "2-half.json").write_text(text[: len(text) // 2], encoding="utf-8")
    chinese = document(approval("A-9", number="SI-2026-000900", holder="张江某公司"))
    (folder / "3-gb.json").write_bytes(json.dumps(chinese, ensure_ascii=False).encode("gb18030"))
    (folder / "4.json.part").write_text("{", encoding="utf-8")
    head = "message,message_id,booking,version,state,shipment_reference,bay_id,start\r\n"
    row = "booking,B-5,KC-78,1,held,CT-0002,PVG-C1,2026-11-22T15:00:00Z\r\n"
    (folder / "5-rows.csv").write_text(head + row, encoding="utf-8-sig")
    (folder / "6-half.csv").write_text(head + row[:30], encoding="utf-8")


class FlakyPlatform:
    """A server that fails, takes without answering, and then takes again."""

    def __init__(self) -> None:
        self.asked = 0
        self.taken: list[Message] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """500 the first time; the second time it takes them and hangs up; then it works."""
        self.asked += 1
        body = handler.rfile.read(int(handler.headers["content-length"]))
        if self.asked == 1:
            handler.send_error(500)
            return
        self.taken += json.loads(body)["messages"]
        if self.asked == 2:
            handler.close_connection = True
            return
        handler.send_response(204)
        handler.end_headers()


@contextmanager
def flaky_platform() -> Iterator[tuple[FlakyPlatform, str]]:
    """The server and its address, until the block ends."""
    platform = FlakyPlatform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            platform.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield platform, f"http://127.0.0.1:{server.server_port}/messages"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

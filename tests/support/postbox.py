"""A real mail server that keeps what it is given, and misbehaves when asked."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.local.ports import free_port


class Postbox:
    """What a mail server took; `refuses` is what it says instead."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.refuses: str | None = None
        self.hangs = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.hangs:
            await asyncio.sleep(30)
        if self.refuses:
            return self.refuses
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.mails.append(mail)
        return "250 taken"


@contextmanager
def post_office() -> Iterator[tuple[Postbox, str]]:
    """The server while it runs, and the address that leads to it."""
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    query = "from=alarms@coldlane.example&to=ops@hospital.example"
    try:
        yield postbox, f"mailto://127.0.0.1:{controller.port}/?{query}"
    finally:
        controller.stop()

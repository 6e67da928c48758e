"""Mail and chat through apprise, which knows the forms of more than a hundred services."""

from __future__ import annotations

import asyncio
import logging

from apprise import Apprise

from services.alerts.channels.words import Message
from services.core.domain.errors import Invalid, Unavailable

TIMEOUT_S = 20.0
"""For the whole of it; a receiver that hangs keeps its thread, and nobody else, for longer."""

# It writes what a server answered to its log, which may hold addresses; we say that it failed.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class AppriseSender:
    """Sends to one address in apprise's form, such as mailtos:// or slack://.

    Raises Invalid when apprise cannot read the address.
    """

    def __init__(self, address: str, timeout_s: float = TIMEOUT_S):
        self._apprise = Apprise()
        self._timeout_s = timeout_s
        if not self._apprise.add(address):
            raise Invalid("apprise cannot read this address", field="address")

    async def send(self, message: Message, notice_id: str) -> None:
        """Send it; raises Unavailable when it has to be tried again."""
        sending = asyncio.to_thread(
            self._apprise.notify,
            title=message.subject,
            body=f"{message.text}\n\n{notice_id}",
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                taken = await sending
        except TimeoutError:
            raise Unavailable(f"no answer within {self._timeout_s:g} s") from None
        if not taken:
            raise Unavailable("the receiver did not take it, or cannot be reached")

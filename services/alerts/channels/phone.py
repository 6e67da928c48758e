"""Text messages and calls through a provider's gateway: one signed HTTP request per person.

Every provider has an interface of its own. This is the form that ours speaks; a small gateway of
the operator's, or one more class with the same two methods, turns it into the provider's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

import httpx
import msgspec

from services.alerts.channels.refusing import check_status
from services.alerts.channels.words import Message
from services.core.domain.errors import Unavailable

TIMEOUT_S = 10.0


class PhoneSender:
    """Posts {"id", "way", "to", "text"} for each number; `way` is `sms` or `voice`."""

    def __init__(
        self,
        address: str,
        token: str,
        numbers: Sequence[str],
        way: Literal["sms", "voice"],
        timeout_s: float = TIMEOUT_S,
    ):
        self._address, self._way, self._timeout_s = address, way, timeout_s
        self._numbers = tuple(numbers)
        self._client = httpx.AsyncClient(
            timeout=timeout_s,
            follow_redirects=False,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        )

    async def send(self, message: Message, notice_id: str) -> None:
        """All numbers, or Unavailable; whoever had it already is not called twice.

        The gateway knows a message by its id, which holds the place of the number.
        """
        for place, number in enumerate(self._numbers):
            body = {
                "id": f"{notice_id}:{place}",
                "way": self._way,
                "to": number,
                "text": message.short,
            }
            await self._post(msgspec.json.encode(body))

    async def _post(self, body: bytes) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                request = self._client.stream("POST", self._address, content=body)
                async with request as answer:
                    check_status("the gateway", answer.status_code, answer.headers)
        except TimeoutError:
            raise Unavailable(f"the gateway did not answer within {self._timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"the gateway cannot be reached: {type(error).__name__}") from error

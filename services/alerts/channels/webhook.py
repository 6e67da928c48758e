"""Tells another system of alarms: one signed HTTP request per notice.

The form is that of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), so
receivers can check it with a library they have. The id is the notice's own: told twice, it is the
same message.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Collection

import httpx
import msgspec

from services.alerts.channels.outside import OutsideOnly
from services.alerts.channels.refusing import check_status
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.deliveries import LeasedNotice

TIMEOUT_S = 10.0
"""For the whole request: a receiver that drips or hangs holds nobody else up for longer."""

USER_AGENT = "coldlane-webhook/1"


def sign(key: bytes, notice_id: str, timestamp_s: int, body: bytes) -> str:
    """The header `webhook-signature`: version 1, HMAC-SHA256 over id, time and body."""
    signed = f"{notice_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class WebhookNotifier:
    """Posts notices to one address; delivered means that the receiver answered with 2xx."""

    def __init__(
        self,
        url: str,
        key: bytes,
        clock: Clock,
        *,
        inside: Collection[str] = (),
        timeout_s: float = TIMEOUT_S,
    ):
        self._url, self._key, self._clock = url, key, clock
        self._timeout_s = timeout_s
        # A redirect is not followed: it would carry the notice to a place nobody approved.
        self._client = httpx.AsyncClient(
            transport=OutsideOnly(inside), timeout=timeout_s, follow_redirects=False
        )

    async def send(self, notice: LeasedNotice) -> None:
        """Post it; raises Unavailable with what went wrong when it has to be tried again."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._post(notice)
        except TimeoutError:
            raise Unavailable(f"the webhook did not answer within {self._timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"the webhook cannot be reached: {type(error).__name__}") from error

    async def _post(self, notice: LeasedNotice) -> None:
        """Only the status is read: what else the receiver says may be long and is not ours."""
        now = self._clock.now()
        body = msgspec.json.encode(
            {"type": f"{notice.kind}.{notice.body.get('move')}", "timestamp": now}
            | {"data": {**notice.body, "audience": notice.audience, "level": notice.level}}
        )
        timestamp_s = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "webhook-id": str(notice.id),
            "webhook-timestamp": str(timestamp_s),
            "webhook-signature": sign(self._key, str(notice.id), timestamp_s, body),
        }
        request = self._client.stream("POST", self._url, content=body, headers=headers)
        async with request as answer:
            check_status("the webhook", answer.status_code, answer.headers)

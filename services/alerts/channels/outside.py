"""Lets a webhook reach the outside and nothing else: no address of this machine or its network.

The name is looked up once, every address that it has is judged, and the connection goes to one of
those that were judged: a name that changes between the look and the connection leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection

import httpx

from services.core.domain.errors import Unavailable
from services.core.runtime.outside import check_webhook_address, is_outside, place_of


class OutsideOnly(httpx.AsyncBaseTransport):
    """Connects to what was judged; `inside` are places that were named as allowed."""

    def __init__(self, inside: Collection[str] = ()) -> None:
        self._inside = frozenset(inside)
        self._wire = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            check_webhook_address(str(request.url), self._inside)
        except ValueError as error:
            raise Unavailable(str(error)) from None
        if place_of(str(request.url)) not in self._inside:
            _pin(request, await _judged(request.url.host, request.url.port or 443))
        return await self._wire.handle_async_request(request)

    async def aclose(self) -> None:
        await self._wire.aclose()


async def _judged(host: str, port: int) -> str:
    """One address of the name, when all of them are outside."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"the webhook's name is not known: {type(error).__name__}") from None
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(is_outside, addresses)):
        raise Unavailable("the webhook's name leads into this network, and was not asked")
    return addresses[0]


def _pin(request: httpx.Request, address: str) -> None:
    """The certificate must still be that of the name, and the receiver still reads the name."""
    request.extensions = {**request.extensions, "sni_hostname": request.url.host}
    request.url = request.url.copy_with(host=address)

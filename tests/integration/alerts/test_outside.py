"""A webhook connects to what was judged to be outside, and to nobody on this machine."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from services.alerts.channels.webhook import WebhookNotifier
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import FixedClock
from services.core.storage.deliveries import LeasedNotice
from tests.support.api import NOW

NOTICE = LeasedNotice(
    id=UUID(int=7),
    channel="webhook",
    kind="alarm",
    subject_key="p:excursion",
    body={"move": "raised"},
    audience="operator",
    level=0,
    attempts=1,
    created_at=NOW,
)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost.", "ip6-localhost"]
)
async def test_s26_case_144_name_that_leads_inside_is_not_asked(
    host: str, loopback_listener: tuple[int, Callable[[], int]]
) -> None:
    """Whatever the name service of this machine makes of it: nobody here is connected to."""
    _, connections = loopback_listener
    notifier = WebhookNotifier(f"https://{host}:8443/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Unavailable, match="webhook"):
        await notifier.send(NOTICE)
    assert connections() == 0


@pytest.fixture
def loopback_listener() -> Iterator[tuple[int, Callable[[], int]]]:
    """A port of this machine that counts who comes; 8443 where it is free."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", 8443))
    except OSError:
        listening.bind(("127.0.0.1", 0))
    listening.listen()
    listening.setblocking(False)

    def connections() -> int:
        try:
            line, _ = listening.accept()
        except BlockingIOError:
            return 0
        line.close()
        return 1

    yield listening.getsockname()[1], connections
    listening.close()


async def test_s26_name_that_changes_after_it_was_judged_is_not_looked_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the second answer would lead inside; the connection goes to the first."""
    answers = iter([["1.1.1.1"], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []
    connected: list[str] = []
    loop = asyncio.get_running_loop()

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)

    async def connect_tcp(self: Any, host: str, *args: Any, **kwargs: Any) -> Any:
        connected.append(host)
        raise OSError("nobody there")

    monkeypatch.setattr("httpcore._backends.auto.AutoBackend.connect_tcp", connect_tcp)
    notifier = WebhookNotifier("https://rebinding.example/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Exception, match=r"nobody there|webhook"):
        await notifier.send(NOTICE)
    assert asked == ["rebinding.example"]
    assert connected == ["1.1.1.1"]

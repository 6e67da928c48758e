"""A webhook connects to what was judged to be outside, and to nobody on this machine."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from services.alerts.channels.webhook import WebhookNotifier
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import FixedClock
from services.core.storage.deliveries import LeasedNotice
from tests.support.api import NOW
from tests.support.webhooks import a_receiver

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
    host: str, loopback_listener: Callable[[], int]
) -> None:
    """Whatever the name service of this machine makes of it: nobody here is connected to."""
    notifier = WebhookNotifier(f"https://{host}:8443/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Unavailable, match=r"into this network|is not known|InvalidURL"):
        await notifier.send(NOTICE)
    assert loopback_listener() == 0


@pytest.fixture
def loopback_listener() -> Iterator[Callable[[], int]]:
    """Counts who comes to port 8443 of this machine; where that is taken, the refusal must do."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", 8443))
        except OSError:
            listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield partial(_came, listening)


def _came(listening: socket.socket) -> int:
    """How many have connected since it was last asked."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            count += 1
    return count


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_s26_case_144_redirect_to_another_place_inside_is_not_followed(status: int) -> None:
    """Also where the first place is allowed: the second was named by nobody."""
    with a_receiver() as receiver, a_receiver() as elsewhere:
        receiver.mode, receiver.location = status, elsewhere.url
        notifier = WebhookNotifier(
            receiver.url, bytes(32), FixedClock(NOW), inside=[receiver.place]
        )
        with pytest.raises(Unavailable, match="webhook"):
            await notifier.send(NOTICE)
        assert (len(receiver.posts), elsewhere.posts) == (1, [])


async def test_s26_place_inside_is_that_port_alone() -> None:
    with a_receiver() as receiver, a_receiver() as elsewhere:
        notifier = WebhookNotifier(
            elsewhere.url, bytes(32), FixedClock(NOW), inside=[receiver.place]
        )
        with pytest.raises(Unavailable, match="only https leaves the house"):
            await notifier.send(NOTICE)
        assert elsewhere.posts == []


async def test_s26_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, loopback_listener: Callable[[], int]
) -> None:
    """It would look the name up itself, and reach what it likes."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:8443")
    answers = _names(monkeypatch, ["127.0.0.1"])
    notifier = WebhookNotifier("https://inner.example/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Unavailable, match="leads into this network"):
        await notifier.send(NOTICE)
    assert (answers, loopback_listener()) == (["inner.example"], 0)


@pytest.mark.parametrize(
    "addresses", [["1.1.1.1", "127.0.0.1"], ["2606:4700::1111", "fe80::1%1"], ["::ffff:10.0.0.1"]]
)
async def test_s26_name_with_one_address_inside_is_not_asked_at_any(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    connected = _connections(monkeypatch)
    _names(monkeypatch, addresses)
    notifier = WebhookNotifier("https://mixed.example/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Unavailable, match="leads into this network"):
        await notifier.send(NOTICE)
    assert connected == []


async def test_s26_name_that_changes_after_it_was_judged_is_not_looked_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the second answer would lead inside; the connection goes to the first."""
    asked = _names(monkeypatch, ["1.1.1.1"], ["127.0.0.1"], ["127.0.0.1"])
    connected = _connections(monkeypatch)
    notifier = WebhookNotifier("https://rebinding.example/x", bytes(32), FixedClock(NOW))
    with pytest.raises(Exception, match=r"nobody there|webhook"):
        await notifier.send(NOTICE)
    assert (asked, connected) == (["rebinding.example"], ["1.1.1.1"])


def _names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name service that answers so, one time after the other; whom it was asked for."""
    left, asked = iter(answers), list[str]()

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(left)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked


def _connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a connection is asked for; nobody is there."""
    connected: list[str] = []

    async def connect_tcp(self: Any, host: str, *args: Any, **kwargs: Any) -> Any:
        connected.append(host)
        raise OSError("nobody there")

    monkeypatch.setattr("httpcore._backends.auto.AutoBackend.connect_tcp", connect_tcp)
    return connected

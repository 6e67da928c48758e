"""How people get in here: whether they must sign in, under which address, and for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def host_name(address: str) -> str | None:
    """The host in an address, without its port."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


def is_local_host(header: str) -> bool:
    """Whether the header Host means this machine: a name and a port, and nothing beside them."""
    return _LOCAL_HOST.fullmatch(header) is not None


def is_local_name(name: str | None) -> bool:
    """Whether a host name means this machine."""
    return name in _LOCAL_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`public_url` is the address in people's browsers; without one it is this machine's `port`."""

    demanded: bool = False
    public_url: str | None = None
    port: int | None = None
    idle: timedelta = timedelta(minutes=60)
    lasts: timedelta = timedelta(hours=12)
    pending: timedelta = timedelta(minutes=10)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the pages over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Browsers send a `__Host-` cookie to this host alone, and some take it over TLS only.

        On this machine there is no TLS and nobody on the line; the name says which it is, with
        the port, since browsers give one host's cookies to all of its ports.
        """
        if self.secure:
            return "__Host-coldlane"
        return "coldlane-local" if self.port is None else f"coldlane-local-{self.port}"

    @property
    def token_cookie(self) -> str:
        """The token that a page of ours can read and a page of others cannot."""
        return f"{self.cookie}-token"

    @property
    def state_cookie(self) -> str:
        """What a browser brings back that was sent to another sign-in service."""
        return f"{self.cookie}-state"

    def address(self, host: str) -> str:
        """The pages' address for people, asked under this Host: one name for one machine."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        port = host.rpartition("]")[2].partition(":")[2]
        return f"http://localhost:{port}" if port else "http://localhost"

    def origin(self, host: str) -> str | None:
        """The origin of our own pages, asked under this Host; None when it is not one of ours.

        Without TLS it is this machine only: a password does not go over a line in clear.
        """
        if self.public_url is not None and urlsplit(self.public_url).netloc == host and self.secure:
            return self.public_url.rstrip("/")
        return f"http://{host}" if is_local_host(host) else None

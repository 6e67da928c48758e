"""How people get in here: whether they must sign in, under which address, and for how long."""

from __future__ import annotations

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


def is_local_name(name: str | None) -> bool:
    """Whether a host name means this machine."""
    return name in _LOCAL_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`public_url` is the address in people's browsers; without one it is this machine's."""

    demanded: bool = False
    public_url: str | None = None
    idle: timedelta = timedelta(minutes=60)
    lasts: timedelta = timedelta(hours=12)
    pending: timedelta = timedelta(minutes=10)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the pages over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Browsers take a `__Host-` cookie over TLS only, and send it to this host alone.

        On this machine there is no TLS and nobody on the line; the name says which it is.
        """
        return "__Host-coldlane" if self.secure else "coldlane-local"

    @property
    def token_cookie(self) -> str:
        """The token that a page of ours can read and a page of others cannot."""
        return f"{self.cookie}-token"

    @property
    def state_cookie(self) -> str:
        """What a browser brings back that was sent to another sign-in service."""
        return f"{self.cookie}-state"

    def origin(self, host: str) -> str | None:
        """The origin of our own pages, asked under this Host; None when it is not one of ours.

        Without TLS it is this machine only: a password does not go over a line in clear.
        """
        if self.public_url is not None and urlsplit(self.public_url).netloc == host and self.secure:
            return self.public_url.rstrip("/")
        return f"http://{host}" if is_local_name(host_name(f"//{host}")) else None

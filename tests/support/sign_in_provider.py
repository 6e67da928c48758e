"""Runs a real OpenID Connect provider under Node, for the tests of signing in through one."""

import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.local.children import end
from services.local.ports import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProvider:
    """Where it is, and what the two sides agreed on."""

    issuer: str
    secret: str
    back: str


@contextmanager
def running_provider(home: Path) -> Iterator[RunningProvider]:
    """A provider that knows one client; it signs in whoever gives a name."""
    port, secret = free_port(), secrets.token_urlsafe(24)
    back = f"http://localhost:{free_port()}/sign-in/provider/back"
    process = subprocess.Popen(
        ["node", "server.mjs", str(port), back, secret],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == b"ready":
                break
        else:
            raise RuntimeError("the provider ended before it was ready")
        yield RunningProvider(issuer=f"http://localhost:{port}", secret=secret, back=back)
    finally:
        end(process, signal.SIGTERM, 10)
        if process.stdout is not None:
            process.stdout.close()

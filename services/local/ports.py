"""Ports on the loopback address: which is free, and which answers."""

import secrets
import socket

from services.core.domain.errors import Unavailable

LOOPBACK = "127.0.0.1"
# Linux gives outgoing connections ports from 32768 on: below it none can take a port away between
# the moment it was found free and the moment a server listens on it.
LISTENING_PORTS = range(15_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on at this moment. Raises Unavailable when none is found."""
    for _ in range(100):
        port = LISTENING_PORTS[secrets.randbelow(len(LISTENING_PORTS))]
        if is_free(port):
            return port
    raise Unavailable("no free port was found on the loopback address")


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, *, host: str = LOOPBACK, timeout_s: float = 0.2) -> bool:
    """Whether somebody accepts connections on the port."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s):
            return True
    except OSError:
        return False

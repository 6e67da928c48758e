"""Connecting to the broker for a moment under a name: to see whether it lets it in, or to put out
whoever is connected under it.

A broker ends a session when the same client id connects anew, and with
`use_username_as_clientid` the client id is the certificate's name.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

from services.core.runtime.certificates import client_context
from services.core.runtime.written import TlsFiles
from services.local.errors import Unreachable
from services.local.trust.files import Key, put, write_key

_PATIENCE_S = 10.0
_CONNACK, _ACCEPTED = 0x20, 0
_DISCONNECT = b"\xe0\x00"
_CLEAN = 0x02


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where the broker is, and whose certificates it may show."""

    host: str
    port: int
    trusted: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A name with what proves it."""

    name: str
    key: Key
    certificate: bytes


def knock(door: Door, caller: Caller, *, forget: bool = True) -> bool:
    """Connect and go; whether the broker let this name in. Raises Unreachable.

    `forget`: the broker throws away what it had kept for this name.
    """
    with TemporaryDirectory(prefix="coldlane-") as folder:
        context = _context(door, caller, Path(folder))
    try:
        plain = socket.create_connection((door.host, door.port), timeout=_PATIENCE_S)
    except OSError as error:
        raise Unreachable(f"the broker at {door.host}:{door.port} does not answer") from error
    with plain:
        try:
            with context.wrap_socket(plain, server_hostname=door.host) as wrapped:
                return _is_let_in(wrapped, caller.name, forget=forget)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"the broker's certificate does not hold: {error.reason}") from error
        except (ssl.SSLError, ConnectionError, TimeoutError):
            return False


def _is_let_in(wrapped: ssl.SSLSocket, name: str, *, forget: bool) -> bool:
    wrapped.sendall(connect_packet(name, clean=forget))
    answer = _read(wrapped, 4)
    if len(answer) < 4 or answer[0] != _CONNACK or answer[3] != _ACCEPTED:
        return False
    with suppress(OSError):
        wrapped.sendall(_DISCONNECT)
    return True


def connect_packet(name: str, *, clean: bool) -> bytes:
    """A CONNECT of MQTT 3.1.1 under this name, with a keepalive of 10 s."""
    named = name.encode()
    head = pack("!H4sBBH", 4, b"MQTT", 4, _CLEAN if clean else 0, 10)
    body = head + pack("!H", len(named)) + named
    return bytes([0x10, len(body)]) + body


def _read(wrapped: ssl.SSLSocket, count: int) -> bytes:
    found = b""
    while len(found) < count and (piece := wrapped.recv(count - len(found))):
        found += piece
    return found


def _context(door: Door, caller: Caller, folder: Path) -> ssl.SSLContext:
    """TLS as a client; OpenSSL reads keys from files only."""
    key, certificate = folder / "caller.key", folder / "caller.crt"
    write_key(key, caller.key)
    put(certificate, caller.certificate)
    return client_context(TlsFiles(authorities=door.trusted, certificate=certificate, key=key))

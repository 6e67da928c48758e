"""Seals what must not be read from the database alone; its keys are in a file beside it."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.core.domain.errors import Invalid, Unavailable

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = "one line a key: a name, a space, and the base64 of 32 random bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Bytes that only the holder of the key reads; which key, and the nonce."""

    key_id: str
    nonce: bytes
    content: bytes


class SealKeys:
    """The first key seals; all of them open, so that a new one may be put before the others."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = next(iter(keys))

    @property
    def newest(self) -> str:
        """Name of the key that seals."""
        return self._newest

    def seal(self, content: bytes, about: bytes) -> Sealed:
        """Seal content; `about` is bound to it: with another one it does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self._newest].encrypt(nonce, content, about)
        return Sealed(key_id=self._newest, nonce=nonce, content=sealed)

    def open(self, sealed: Sealed, about: bytes) -> bytes:
        """The content; raises Unavailable without its key, or when it was tampered with."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise Unavailable(f"the key {sealed.key_id} is not in the file of keys")
        try:
            return key.decrypt(sealed.nonce, sealed.content, about)
        except InvalidTag as error:
            raise Unavailable("what is stored does not open: it is not what was sealed") from error


def read_seal_keys(path: Path) -> SealKeys:
    """Read the file; raises Invalid when others may read it, or a line is no key."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise Invalid(f"the file of keys {path} cannot be read: {error}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Invalid(f"others may read {path}", remedy=f"chmod 600 {path}")
    keys: dict[str, bytes] = {}
    for line in text.splitlines():
        if line.strip():
            name, key = _read_line(line, path)
            if name in keys:
                raise Invalid(f"the key {name} stands twice in {path}", remedy=_FORM)
            keys[name] = key
    if not keys:
        raise Invalid(f"{path} holds no key", remedy=_FORM)
    return SealKeys(keys)


def new_key_line(name: str) -> str:
    """A line with a fresh key."""
    return f"{name} {base64.b64encode(os.urandom(_KEY_BYTES)).decode()}\n"


def _read_line(line: str, path: Path) -> tuple[str, bytes]:
    name, _, text = line.strip().partition(" ")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise Invalid(f"a line of {path} is no key", remedy=_FORM)  # its text may be a secret
    return name, key

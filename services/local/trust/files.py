"""Keys and certificates as files: a key is readable by its owner alone, from its first byte on."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.local.errors import LocalFailure

Key = ec.EllipticCurvePrivateKey

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def new_key() -> Key:
    """A key on the curve P-256, which boxes' hardware knows."""
    return ec.generate_private_key(ec.SECP256R1())


def make_folder(folder: Path) -> None:
    """A folder that only its owner may enter; one that is there is left as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_key(file: Path, key: Key) -> None:
    """Write a new file; a key that is there is never written over."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise LocalFailure(f"{file} is there already; it is not written over") from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(pem)


def read_key(file: Path) -> Key:
    """Read a key; raises LocalFailure when others could read it too."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        raise LocalFailure(f"there is no key at {file}") from None
    if mode & _OTHERS:
        raise LocalFailure(f"{file} can be read by others: chmod 600 it, or make a new one")
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise LocalFailure(f"{file} holds a key of another kind than ours")
    return key


def put(file: Path, content: bytes) -> None:
    """Write a file that others may read, whole or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.chmod(0o644)
    fresh.replace(file)

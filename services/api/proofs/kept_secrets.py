"""The secret of an authenticator app as it is kept: sealed with a key that is in no database."""

from __future__ import annotations

from uuid import UUID

from services.core.domain.errors import Unavailable
from services.core.runtime.sealing import Sealed, SealKeys

_MARK = b"\x01"
"""In front of what is sealed; a secret itself is letters and digits."""
_NONCE_BYTES = 12


def keep(secret: bytes, factor_id: UUID, keys: SealKeys | None) -> bytes:
    """What is stored of a secret, bound to its factor; without keys the secret itself."""
    if keys is None:
        return secret
    sealed = keys.seal(secret, factor_id.bytes)
    name = sealed.key_id.encode()
    return _MARK + bytes([len(name)]) + name + sealed.nonce + sealed.content


def secret_of(kept: bytes, factor_id: UUID, keys: SealKeys | None) -> bytes:
    """The secret; raises Unavailable without its key, or when it was tampered with."""
    sealed = _sealed(kept)
    if sealed is None:
        return kept
    if keys is None:
        raise Unavailable("second factors are sealed, and COLDLANE_FACTOR_KEY_FILE is not set")
    return keys.open(sealed, factor_id.bytes)


def is_newest(kept: bytes, keys: SealKeys) -> bool:
    """Whether it is sealed with the key that seals now."""
    sealed = _sealed(kept)
    return sealed is not None and sealed.key_id == keys.newest


def _sealed(kept: bytes) -> Sealed | None:
    if not kept.startswith(_MARK):
        return None
    begins = 2 + kept[1]
    return Sealed(
        key_id=kept[2:begins].decode(),
        nonce=kept[begins : begins + _NONCE_BYTES],
        content=kept[begins + _NONCE_BYTES :],
    )

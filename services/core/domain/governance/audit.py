"""The bytes of an audit entry, its digest, and the chain that binds each entry to the one before.

docs/reference/audit.md states the bytes, so that anybody can compute them again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.core.domain.errors import Invalid

GENESIS = bytes(32)
"""What the first entry of a chain has before it."""

DATABASE = "database"
"""Who acts when the holder of the database does, by its address alone and without a key."""

KEY_LENGTH = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHOWN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `before` and `after` hold only what the act touched, as JSON values."""

    at: datetime
    principal_id: str
    source: str
    action: str
    entity: str
    entity_id: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AuditKey:
    """A secret that lies outside the database; whoever lacks it makes no entry that holds."""

    secret: bytes

    @property
    def key_id(self) -> str:
        """Its name, which may be shown."""
        return hashlib.sha256(b"coldlane audit key\n" + self.secret).hexdigest()[:_SHOWN]

    def mac(self, content: bytes) -> bytes:
        """HMAC-SHA-256."""
        return hmac.digest(self.secret, content, "sha256")


@dataclass(frozen=True, slots=True)
class AuditKeys:
    """The keys there ever were; the last one is in use."""

    keys: tuple[AuditKey, ...] = ()

    @property
    def current(self) -> AuditKey | None:
        """The one for new entries."""
        return self.keys[-1] if self.keys else None

    def find(self, key_id: str) -> AuditKey | None:
        """The key of that name."""
        return next((key for key in self.keys if key.key_id == key_id), None)


def parse_keys(text: str) -> AuditKeys:
    """A key a line, 64 hexadecimal digits each; raises Invalid and names the line, not its text."""
    keys = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            secret = bytes.fromhex(line.strip())
        except ValueError:
            secret = b""
        if len(secret) != KEY_LENGTH:
            raise Invalid(f"line {number} of the audit keys is not 64 hexadecimal digits")
        keys.append(AuditKey(secret))
    return AuditKeys(tuple(keys))


def canonical(value: object) -> bytes:
    """JSON as RFC 8785 writes it, but for numbers.

    Integers have all their digits, also where a number was written with a fraction of zero; other
    numbers the fewest digits that read back as the same double.
    """
    return _write(value).encode()


def _write(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _finite(value)
    if isinstance(value, Mapping):
        names = sorted(map(str, value), key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "[" + ",".join(map(_write, value)) + "]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _finite(value: float) -> str:
    return json.dumps(value, allow_nan=False)


def as_instant(instant: datetime) -> str:
    """RFC 3339 in UTC, with all six digits of a second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_bytes(entry: AuditEntry) -> bytes:
    """What is said of an act, in the one way of saying it."""
    return canonical(
        {
            "action": entry.action,
            "after": entry.after,
            "at": as_instant(entry.at),
            "before": entry.before,
            "entity": entry.entity,
            "entity_id": entry.entity_id,
            "principal_id": entry.principal_id,
            "reason": entry.reason,
            "source": entry.source,
        }
    )


def entry_digest(entry: AuditEntry, key: AuditKey | None) -> bytes:
    """HMAC-SHA-256 of the entry, or its SHA-256 where there is no key."""
    content = entry_bytes(entry)
    return hashlib.sha256(content).digest() if key is None else key.mac(content)


def link(
    previous: bytes, position: int, entry_id: int, sealed_at: datetime, digest: bytes
) -> bytes:
    """The hash of a place in the chain; the database computes the same (migration audit_chain)."""
    numbers = (position, entry_id, (sealed_at - _EPOCH) // _MICROSECOND)
    parts = [previous, *(number.to_bytes(8, "big", signed=True) for number in numbers), digest]
    return hashlib.sha256(b"".join(parts)).digest()

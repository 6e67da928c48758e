"""Anchors: how far the chain had come and with what hash, written down outside the database."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from services.core.domain.errors import Invalid
from services.core.domain.governance.audit import AuditKey, AuditKeys, as_instant, canonical

_HASH = re.compile("[0-9a-f]{64}")
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The number of entries and the hash of the last one, with the seal of a key."""

    at: datetime
    entries: int
    hash: bytes
    key_id: str | None = None
    mac: bytes | None = None

    def line(self) -> str:
        """One JSON object, as it is kept and sent."""
        mac = None if self.mac is None else self.mac.hex()
        return json.dumps({**_told(self), "mac": mac})

    def holds(self, keys: AuditKeys) -> bool:
        """Whether one of the keys has sealed it."""
        key = None if self.key_id is None else keys.find(self.key_id)
        if key is None or self.mac is None:
            return False
        return hmac.compare_digest(key.mac(canonical(_told(self))), self.mac)


def make_anchor(at: datetime, entries: int, head: bytes, key: AuditKey | None) -> Anchor:
    """An anchor, sealed if there is a key."""
    key_id = None if key is None else key.key_id
    plain = Anchor(at=at, entries=entries, hash=head, key_id=key_id)
    mac = None if key is None else key.mac(canonical(_told(plain)))
    return Anchor(at=at, entries=entries, hash=head, key_id=key_id, mac=mac)


def parse_anchor(line: str) -> Anchor:
    """Read a line; raises Invalid."""
    try:
        told = json.loads(line)
        mac = told["mac"]
        return Anchor(
            at=datetime.fromisoformat(told["at"]),
            entries=int(told["entries"]),
            hash=bytes.fromhex(told["hash"]),
            key_id=told["key_id"],
            mac=None if mac is None else bytes.fromhex(mac),
        )
    except (ValueError, TypeError, KeyError):
        raise Invalid("this is no line of an anchor file") from None


def parse_head(text: str) -> Anchor:
    """How far the chain was by what somebody kept, `812:9f3c…`; raises Invalid."""
    entries, _, head = text.strip().partition(":")
    if not entries.isascii() or not entries.isdecimal() or _HASH.fullmatch(head) is None:
        raise Invalid(
            "this is no head of the trail",
            field="head",
            remedy="write number and hash as the notice has them: 812:9f3c… (64 digits)",
        )
    return Anchor(at=_UNKNOWN, entries=int(entries), hash=bytes.fromhex(head))


def _told(anchor: Anchor) -> dict[str, object]:
    return {
        "at": as_instant(anchor.at),
        "entries": anchor.entries,
        "hash": anchor.hash.hex(),
        "key_id": anchor.key_id,
    }

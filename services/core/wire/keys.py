"""Boot and sequence number for readings of devices that have neither: out of what they say.

The rule (docs/adr: keys of foreign readings). The boot is the stretch of six hours in which the
reading was taken; the sequence number is the millisecond in that stretch, followed by 28 bits of a
digest of what measured it. Nothing else goes in: neither values, nor units, nor when or in which
order messages came. So a message gives the same keys however often it comes, and a repeat with
another value is a key conflict, which is kept and told, instead of a second truth.

A device that says no time is given that of the receipt, to the minute. Equal messages within one
minute are then one; a message that the broker keeps back for longer stands twice, or at a wrong
time. That is why such readings are marked as of a clock never set, and their grade is best effort.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

_BEGIN = datetime(1900, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_STRETCH_MS = 6 * 3600 * 1000
_SOURCE_BITS = 28
RECEIPT_STEP = timedelta(minutes=1)


def derived_key(instant: datetime, source: str) -> tuple[str, int]:
    """Boot and sequence number; `source` names what measured, within its box.

    Boots of this kind have 32 digits and begin with 16 zeros: a random one will not meet them.
    """
    stretch, within = divmod((instant - _BEGIN) // _MILLISECOND, _STRETCH_MS)
    mark = int.from_bytes(sha256(source.encode()).digest()[:4], "big") >> (32 - _SOURCE_BITS)
    return f"{stretch:032x}", within << _SOURCE_BITS | mark


def receipt_step(received_at: datetime) -> datetime:
    """The instant that stands for a receipt when a device says none: its full minute."""
    return _BEGIN + (received_at - _BEGIN) // RECEIPT_STEP * RECEIPT_STEP

"""MQTT's packets found in what a socket gives: many at a time, whole ones only.

Knows as much of MQTT 3.1.1 as ingest needs: how long a packet is, what a PUBLISH says, and what a
PUBACK looks like. Everything else is left to the client library.
"""

from __future__ import annotations

from struct import pack
from typing import NamedTuple

PUBLISH = 0x30
PUBACK = 0x40
RETAINED = 1
_KIND = 0xF0
_MOST_LENGTH_BYTES = 4
MOST_BODY = 258 * 1024
"""Of a longer message only so much is kept: more than any decoder takes, so that it is refused."""


class Malformed(Exception):
    """These bytes are not MQTT: the connection must end."""


class Packet(NamedTuple):
    """One packet; `first` is its first byte, `body` what follows its length."""

    first: int
    body: bytes

    @property
    def is_publish(self) -> bool:
        """Whether it brings a message."""
        return self.first & _KIND == PUBLISH


class Published(NamedTuple):
    """A message as the broker sent it. `qos` is 0 or 1, `mid` 0 when there is none.

    `retained`: the broker had kept it, and sends it because of a new subscription.
    """

    mid: int
    qos: int
    topic: str
    payload: bytes
    retained: bool = False


class PacketSplitter:
    """Takes bytes as they come and gives whole packets; keeps what has no end yet.

    A broker of somebody else may let through what ours does not: a message up to 256 MiB long.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._unwanted = 0
        """So many bytes of a message that is too long are still to come."""

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that are whole now, the last part of a message too long left out.

        Raises Malformed.
        """
        if self._unwanted:
            gone = min(self._unwanted, len(data))
            self._unwanted -= gone
            data = data[gone:]
        if self._rest:
            data = self._rest + data
        packets: list[Packet] = []
        at, end = 0, len(data)
        while at + 2 <= end:
            length, body = data[at + 1], at + 2
            if length > 0x7F:
                found = _long_length(data, at + 1)
                if found is None:
                    break
                length, body = found
            kept = length if length <= MOST_BODY else _kept(data[at])
            if body + kept > end:
                break
            packets.append(Packet(data[at], data[body : body + kept]))
            at = body + length
        self._unwanted += max(0, at - end)
        self._rest = data[at:]
        return packets


def read_publish(packet: Packet) -> Published:
    """What a PUBLISH of QoS 0 or 1 says; raises Malformed.

    A topic that is not UTF-8 is made readable, so that it is rejected with a reason later on.
    """
    first, body = packet
    qos = first >> 1 & 3
    if len(body) < 2 or qos > 1:
        raise Malformed("a PUBLISH without a topic, or of QoS 2")
    ends = 2 + (body[0] << 8 | body[1])
    topic = body[2:ends].decode("utf-8", "replace")
    if not qos:
        return Published(0, 0, topic, body[ends:], first & 1 == 1)
    if len(body) < ends + 2:
        raise Malformed("a PUBLISH that is shorter than its topic")
    mid = body[ends] << 8 | body[ends + 1]
    return Published(mid, 1, topic, body[ends + 2 :], first & 1 == 1)


def pubacks(mids: list[int]) -> bytes:
    """The acknowledgements of these messages, in this order, as one piece of bytes."""
    return b"".join([pack("!BBH", PUBACK, 2, mid) for mid in mids])


def _kept(first: int) -> int:
    """How much of a packet that is too long is kept."""
    if first & _KIND != PUBLISH:
        raise Malformed("a packet that is no message, and too long for any other")
    return MOST_BODY


def _long_length(data: bytes, at: int) -> tuple[int, int] | None:
    """A length of more than one byte, and where it ends; None when it is not all there."""
    length = 0
    for n in range(_MOST_LENGTH_BYTES):
        if at + n >= len(data):
            return None
        length |= (data[at + n] & 0x7F) << 7 * n
        if data[at + n] < 0x80:
            return length, at + n + 1
    raise Malformed("a length of more than four bytes")

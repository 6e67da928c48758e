"""MQTT packets byte by byte: for what no client library would send."""

from __future__ import annotations

from struct import pack

V311, V5 = 4, 5


def connect(
    user: str,
    *,
    version: int = V311,
    client_id: bytes = b"",
    will: tuple[str, bytes] | None = None,
    password: str = "for-one-test",  # noqa: S107 - of a broker that lives as long as a test
) -> bytes:
    """A CONNECT with a clean session."""
    flags = 0b1100_0010 | (0b0000_1100 if will else 0)
    body = _text("MQTT") + bytes([version, flags]) + pack("!H", 60)
    body += b"\x00" if version == V5 else b""
    body += pack("!H", len(client_id)) + client_id
    if will:
        body += (b"\x00" if version == V5 else b"") + _text(will[0]) + _binary(will[1])
    return packet(0x10, body + _text(user) + _text(password))


def publish(
    topic: bytes,
    payload: bytes,
    *,
    packet_id: int = 1,
    flags: int = 0b0010,
    properties: bytes | None = None,
) -> bytes:
    """A PUBLISH, QoS 1 unless the flags say otherwise; with properties it is one of MQTT 5."""
    body = pack("!H", len(topic)) + topic + pack("!H", packet_id)
    if properties is not None:
        body += _length(len(properties)) + properties
    return packet(0x30 | flags, body + payload)


def user_property(name: str, value: str) -> bytes:
    """One user property."""
    return b"\x26" + _text(name) + _text(value)


def topic_alias(number: int) -> bytes:
    """The property that stands for a topic."""
    return b"\x23" + pack("!H", number)


def expiry(seconds: int) -> bytes:
    """The property that ends a message."""
    return b"\x02" + pack("!I", seconds)


def packet(first: int, body: bytes) -> bytes:
    """A packet of any kind."""
    return bytes([first]) + _length(len(body)) + body


def _length(number: int) -> bytes:
    found = bytearray()
    while True:
        number, digit = divmod(number, 128)
        found.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(found)


def _text(text: str) -> bytes:
    return _binary(text.encode())


def _binary(value: bytes) -> bytes:
    return pack("!H", len(value)) + value

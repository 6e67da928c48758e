"""Packets come out whole, however the stream is cut; what is not MQTT ends the connection."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.wire.messages import MAX_BYTES
from services.ingest.packets import (
    MOST_BODY,
    Malformed,
    Packet,
    PacketSplitter,
    Published,
    pubacks,
    read_publish,
)

CONNACK = Packet(0x20, b"\x01\x00")


def a_publish(topic: str = "t", payload: bytes = b"", *, mid: int = 7, qos: int = 1) -> Packet:
    """A PUBLISH as the specification draws it."""
    name = topic.encode()
    number = pack("!H", mid) if qos else b""
    return Packet(0x30 | qos << 1, pack("!H", len(name)) + name + number + payload)


def written(packet: Packet) -> bytes:
    """The packet with its length in front, seven bits a byte."""
    length, digits = len(packet.body), b""
    while True:
        length, digit = divmod(length, 128)
        digits += bytes([digit | 0x80 if length else digit])
        if not length:
            return bytes([packet.first]) + digits + packet.body


packets = st.one_of(
    st.just(CONNACK),
    st.builds(a_publish, payload=st.sampled_from([b"", b"{}", b"x" * 126, b"y" * 20_000])),
)


@given(sent=st.lists(packets, max_size=8), cuts=st.lists(st.integers(0, 70_000), max_size=6))
def test_packets_do_not_depend_on_where_the_stream_is_cut(
    sent: list[Packet], cuts: list[int]
) -> None:
    stream = b"".join(map(written, sent))
    ends = sorted({min(cut, len(stream)) for cut in cuts} | {len(stream)})
    splitter = PacketSplitter()
    found: list[Packet] = []
    for start, end in zip([0, *ends], ends, strict=False):
        found += splitter.feed(stream[start:end])
    assert found == sent


@given(cuts=st.lists(st.integers(0, 3 * MOST_BODY), max_size=6))
def test_message_that_is_too_long_is_cut_and_the_next_is_whole(cuts: list[int]) -> None:
    long = a_publish("t" * 65_535, b"x" * 2 * MOST_BODY, mid=8)
    sent = [a_publish(), long, a_publish(mid=9), CONNACK]
    stream = b"".join(map(written, sent))
    ends = sorted({min(cut, len(stream)) for cut in cuts} | {len(stream)})
    splitter = PacketSplitter()
    found: list[Packet] = []
    for start, end in zip([0, *ends], ends, strict=False):
        found += splitter.feed(stream[start:end])
    assert found == [sent[0], Packet(long.first, long.body[:MOST_BODY]), *sent[2:]]
    assert read_publish(found[1]).mid == 8
    assert len(read_publish(found[1]).payload) > MAX_BYTES  # so it is refused as too large


def test_what_is_no_message_and_too_long_ends_the_connection() -> None:
    with pytest.raises(Malformed, match="too long"):
        PacketSplitter().feed(written(Packet(0x90, b"x" * (MOST_BODY + 1))))


def test_publish_is_read_as_it_was_written() -> None:
    packet = a_publish("cl/v1/00/CB-0007/telemetry", b"\x00\xff", mid=65_535)
    assert read_publish(packet) == Published(65_535, 1, "cl/v1/00/CB-0007/telemetry", b"\x00\xff")
    assert read_publish(a_publish("a", b"b", qos=0)) == Published(0, 0, "a", b"b")


def test_topic_that_is_not_utf8_is_read_all_the_same() -> None:
    assert read_publish(Packet(0x32, b"\x00\x01\xff\x00\x01{}")).topic == "�"


@pytest.mark.parametrize(
    "packet",
    [Packet(0x32, b""), Packet(0x32, b"\x00\x05ab"), a_publish(qos=2), a_publish(qos=3)],
    ids=["empty", "cut short", "QoS 2", "QoS 3"],
)
def test_publish_that_cannot_be_read_is_malformed(packet: Packet) -> None:
    with pytest.raises(Malformed):
        read_publish(packet)


def test_length_of_more_than_four_bytes_is_malformed() -> None:
    with pytest.raises(Malformed):
        PacketSplitter().feed(b"\x30\xff\xff\xff\xff\x01")


def test_acknowledgements_stand_in_one_piece_and_in_order() -> None:
    assert pubacks([1, 2, 65_535]) == b"\x40\x02\x00\x01\x40\x02\x00\x02\x40\x02\xff\xff"

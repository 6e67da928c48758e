"""What each name may say and hear at the broker: statements S3, S6, S9, S12 and S14."""

from contextlib import suppress
from itertools import product

import pytest
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.support.guarded import REFUSED, TAKEN, Guarded, a_guest
from tests.support.waiting import wait_until

UPLINKS = ("telemetry", "senml", "event", "status")
DOWNLINKS = ("receipt", "command")


def topic(box: str, leaf: str) -> str:
    return f"cl/v1/00/{box}/{leaf}"


@pytest.mark.parametrize("leaf", [*UPLINKS, *DOWNLINKS])
def test_s3_box_that_writes_on_anothers_topic_is_told_and_nothing_arrives(
    guarded: Guarded, leaf: str
) -> None:
    with a_guest(guarded, "CB-0002") as victim, a_guest(guarded, "CB-0001") as box:
        victim.listen(*(topic("CB-0002", one) for one in DOWNLINKS))
        assert box.publish(topic("CB-0002", leaf)) == REFUSED
        assert box.publish(topic("CB-0001", "telemetry")) in TAKEN
        assert victim.heard == []


def test_s3_with_the_older_protocol_it_is_dropped_without_a_word(guarded: Guarded) -> None:
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, "CB-0001", version=MQTTProtocolVersion.MQTTv311) as box,
    ):
        ingest.listen("cl/v1/+/+/telemetry")
        box.publish(topic("CB-0002", "telemetry"), b"false")
        box.publish(topic("CB-0001", "telemetry"), b"own")
        wait_until(lambda: bool(ingest.heard), seconds=30, what="its own message")
        assert ingest.heard == [(topic("CB-0001", "telemetry"), b"own")]


WIDE = (
    "#",
    "+/+/#",
    "cl/v1/+/+/telemetry",
    "cl/v1/+/+/receipt",
    "cl/v1/00/CB-0002/#",
    "$share/thief/cl/v1/#",
    "$SYS/#",
    "$CONTROL/#",
)


def test_s6_box_hears_its_own_topics_and_no_other_whatever_it_asks_for(guarded: Guarded) -> None:
    """The broker grants each of these: that alone proves nothing, so there is traffic."""
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, "CB-0002") as other,
        a_guest(guarded, "CB-0001") as curious,
    ):
        curious.listen(*WIDE)
        for leaf in UPLINKS:
            other.publish(topic("CB-0002", leaf))
        for box, leaf in product(("CB-0002", "CB-0001"), DOWNLINKS):
            ingest.publish(topic(box, leaf), retain=False)
        own = [(topic("CB-0001", leaf), b"{}") for leaf in DOWNLINKS]
        wait_until(lambda: set(own) <= set(curious.heard), seconds=30, what="its own messages")
        assert set(curious.heard) == set(own)


def test_s9_ingest_writes_receipts_and_commands_and_no_telemetry(guarded: Guarded) -> None:
    with a_guest(guarded, "coldlane-ingest") as ingest:
        for leaf in UPLINKS:
            assert ingest.publish(topic("CB-0001", leaf)) == REFUSED
        for leaf in DOWNLINKS:
            assert ingest.publish(topic("CB-0001", leaf)) in TAKEN


def test_s9_nobody_but_ingest_and_the_boxes_has_an_account(guarded: Guarded) -> None:
    lines = (guarded.plan.folder / "acl").read_text().splitlines()
    assert [line for line in lines if line.startswith("user ")] == ["user coldlane-ingest"]
    assert {line.split()[0] for line in lines if line and line[0] != "#"} == {
        "user",
        "topic",
        "pattern",
    }


def test_s12_message_that_is_too_large_ends_the_connection(guarded: Guarded) -> None:
    with a_guest(guarded, "CB-0001") as box:
        with suppress(RuntimeError, ValueError):
            box.publish(topic("CB-0001", "telemetry"), bytes(300_000))
        wait_until(lambda: not box.is_in, seconds=30, what="the broker to hang up")


def test_s12_flood_of_user_properties_is_bounded_and_harms_nobody(guarded: Guarded) -> None:
    flood = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    flood.UserProperty = [(f"k{n}", "v" * 300) for n in range(1000)]
    with a_guest(guarded, "CB-0002") as other, a_guest(guarded, "CB-0001") as box:
        with suppress(RuntimeError, ValueError):
            box.publish(topic("CB-0001", "telemetry"), properties=flood)
        wait_until(lambda: not box.is_in, seconds=30, what="the broker to hang up")
        assert other.publish(topic("CB-0002", "telemetry")) in TAKEN


def test_s12_connections_are_counted(guarded: Guarded) -> None:
    settings = (guarded.plan.folder / "mosquitto.conf").read_text().splitlines()
    assert "max_connections 12000" in settings


def test_s14_receipts_of_a_box_are_written_by_nobody_but_ingest(guarded: Guarded) -> None:
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, "CB-0002") as other,
        a_guest(guarded, "CB-0001") as box,
    ):
        box.listen(topic("CB-0001", "receipt"))
        assert other.publish(topic("CB-0001", "receipt"), b"false") == REFUSED
        assert box.publish(topic("CB-0001", "receipt"), b"mine") == REFUSED
        ingest.publish(topic("CB-0001", "receipt"), b"true")
        wait_until(lambda: bool(box.heard), seconds=30, what="the receipt")
        assert [payload for _, payload in box.heard] == [b"true"]

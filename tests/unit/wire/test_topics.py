"""The grammar of the topics: ours are read, everything else is refused."""

import pytest

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, shard_of
from services.core.wire.topics import (
    ParsedTopic,
    parse_topic,
    receipt_topic,
    telemetry_topic,
    uplink_filters,
)

BOX = BoxId("CB-0007")


def test_topic_that_was_made_is_read_again() -> None:
    parsed = parse_topic(telemetry_topic(BOX))
    assert parsed == ParsedTopic(shard=shard_of(BOX), box_id=BOX, leaf="telemetry")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "/",
        "cl/v1/00/CB-0007",
        "cl/v1/00/CB-0007/telemetry/",
        "/cl/v1/00/CB-0007/telemetry",
        "cl//00/CB-0007/telemetry",
        "cl/v2/00/CB-0007/telemetry",
        "cl/v1/40/CB-0007/telemetry",
        "cl/v1/0/CB-0007/telemetry",
        "cl/v1/0A/CB-0007/telemetry",
        "cl/v1/00/cb-0007/telemetry",
        "cl/v1/00/CB-0007\n/telemetry",
        "cl/v1/00/ＣＢ-0007/telemetry",
        "cl/v1/00/CB-\u202e0007/telemetry",
        "cl/v1/00/+/telemetry",
        "cl/v1/00/../telemetry",
        "cl/v1/00/CB-0007/receipt",
        "cl/v1/00/" + "A" * 65_000 + "/telemetry",
        "$SYS/broker/uptime",
    ],
)
def test_foreign_topic_is_refused_with_a_remedy(topic: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_topic(topic)
    assert caught.value.field == "topic"
    assert caught.value.remedy


def test_receipts_are_not_among_what_ingest_subscribes_to() -> None:
    leaves = [one.removeprefix("cl/v1/+/+/") for one in uplink_filters(None)]
    assert sorted(leaves) == ["event", "senml", "status", "telemetry"]
    assert "cl/v1/02/+/telemetry" in uplink_filters([10, 2])
    assert receipt_topic(BOX).endswith("/receipt")

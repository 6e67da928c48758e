"""Formats of telemetry: how one is found, and what it costs that there are several."""

from datetime import UTC, datetime
from pathlib import Path

from services.core.domain.grade import Grade
from services.core.domain.identifiers import BoxId
from services.core.wire import formats
from services.core.wire.formats import FORMATS
from services.core.wire.topics import UPLINK_LEAVES, telemetry_topic
from services.ingest.decode import TopicReader, decode

AT = datetime(2026, 11, 22, 1, 2, 4, tzinfo=UTC)
GOOD = b'{"v":1,"boot":"9f3c21aa","seq":7,"t":"2026-11-22T01:02:03Z","temp_c":4.81}'


def test_each_module_of_the_folder_is_a_format_with_a_topic_of_its_own() -> None:
    modules = [path.stem for path in Path(formats.__path__[0]).glob("[a-z]*.py")]
    assert len(FORMATS) == len(modules)
    assert set(FORMATS) < set(UPLINK_LEAVES)


def test_contract_v1_promises_a_receipt() -> None:
    decoded = decode(TopicReader(), telemetry_topic(BoxId("CB-0007")), GOOD, AT)
    assert (decoded.boot, decoded.readings[0].seq) == ("9f3c21aa", 7)
    assert decoded.grade is Grade.RECEIPTED
    assert not decoded.more


def test_route_of_a_topic_is_worked_out_once() -> None:
    topics = TopicReader()
    topic = telemetry_topic(BoxId("CB-0007"))
    assert topics.find(topic) is topics.find(topic)

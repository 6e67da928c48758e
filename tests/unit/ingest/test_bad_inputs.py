"""Every case of bad input, as ingest reads and sorts it: stored good, or kept with a reason."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.core.domain.identifiers import BoxId, shard_of
from services.core.storage.parcels import KnownBox
from services.ingest.decode import Decoded, Route, TopicReader, decode
from services.ingest.inbox import Arrived
from services.ingest.sorting import sort_batch
from tests.support.bad_inputs.all_cases import MESSAGES
from tests.support.bad_inputs.case import BOX, Case, written
from tests.support.bad_inputs.identities import RETIRED
from tests.support.bad_inputs.topics import topic_of

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def known(name: str, retired_at: datetime | None = None) -> KnownBox:
    shard = shard_of(BoxId(name))
    return KnownBox(box_no=1, box_id=name, shard=shard, registered_at=NOW, retired_at=retired_at)


BOXES = {BOX: known(BOX), RETIRED: known(RETIRED, NOW)}


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case.id)
def test_message_is_stored_or_kept_with_its_reason(case: Case) -> None:
    topics = TopicReader()
    pairs = []
    for topic, payload in ((topic_of(case), case.payload), (topic_of(MESSAGES[0]), written())):
        arrived = Arrived(1, 1, 1, topic, payload, NOW)
        pairs.append((arrived, decode(topics, topic, payload, NOW)))
    done = sort_batch(pairs, BOXES)
    *parcels, following = done.parcels
    assert len({reading.seq for one in parcels for reading in one.readings}) == case.stored
    assert [reading.seq for reading in following.readings] == [1]
    told = [(one.reason, one.field, one.payload) for one in done.rejections]
    assert told == ([(case.reason, case.field, case.payload)] if case.reason else [])
    assert all(one.detail and one.remedy for one in done.rejections)


NONSENSE: tuple[Any, ...] = (
    "\ud800", "a\x00b", "x" * 3000, -1, 2**63, 10**400, 1e308, float("nan"), None, True,
    [], {}, [[]], [{}], {"a": {"b": [1]}}, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59.9Z",
)  # fmt: skip
WHOLE: dict[str, Any] = {
    "telemetry": {
        "v": 1, "boot": "9f3c21aa", "start_seq": 0, "readings": [
            {"seq": 0, "t": "2026-11-22T01:00:00Z", "temp_c": 4.5, "clock": "synced", "probe": "p",
             "channels": [{"probe": "q", "temp_c": 3}]}],
    },
    "event": {"v": 1, "boot": "9f3c21aa", "seq": 1, "t": "2026-11-22T01:00:00Z",
              "kind": "radio_off", "detail": {"a": "b"}},
    "status": {"v": 1, "state": "offline", "boot": "9f3c21aa"},
    "senml": [{"bn": "urn:x", "bt": 1795309200, "n": "temp", "u": "Cel", "v": 4.8},
              {"n": "lid", "vb": True}, {"n": "w", "u": "zz", "vs": "s"}],
}  # fmt: skip


def spoilt(whole: Any, nonsense: Any) -> Iterator[Any]:
    """The document with nonsense in the place of each value and each name, one at a time."""
    yield nonsense
    if isinstance(whole, list):
        for n, one in enumerate(whole):
            yield from ([*whole[:n], bad, *whole[n + 1 :]] for bad in spoilt(one, nonsense))
    if isinstance(whole, dict):
        for name, one in whole.items():
            yield from ({**whole, name: bad} for bad in spoilt(one, nonsense))
            if isinstance(nonsense, str):
                yield {nonsense if key == name else key: value for key, value in whole.items()}


@pytest.mark.parametrize("leaf", WHOLE)
def test_nonsense_in_any_place_is_refused_in_words_that_can_be_kept(leaf: str) -> None:
    topics, topic = TopicReader(), topic_of(MESSAGES[0]).replace("telemetry", leaf)
    for nonsense in NONSENSE:
        for document in spoilt(WHOLE[leaf], nonsense):
            found = decode(topics, topic, json.dumps(document).encode(), NOW)
            if (why := found.rejected) is not None:
                assert why.reason != "reader_failed", document
                words = f"{why.field}{why.detail}{why.remedy}"
                assert words.encode().find(0) < 0


def test_failing_reader_costs_its_message_and_no_other() -> None:
    def stumble(*_: object) -> Decoded:
        raise ZeroDivisionError

    topics, topic = TopicReader(), topic_of(MESSAGES[0])
    route = topics.find(topic)
    found = decode(_Always(route._replace(read=stumble)), topic, written(), NOW)
    assert (found.topic, found.readings) == (route.topic, ())
    assert found.rejected is not None
    assert found.rejected.reason == "reader_failed"


class _Always(TopicReader):
    """Has one route for all topics."""

    def __init__(self, route: Route):
        super().__init__()
        self._route = route

    def find(self, topic: str) -> Route:
        return self._route


def test_message_cut_anywhere_is_refused() -> None:
    whole = written()
    for length in range(len(whole)):
        found = decode(TopicReader(), topic_of(MESSAGES[0]), whole[:length], NOW)
        assert found.rejected is not None
        assert not found.readings

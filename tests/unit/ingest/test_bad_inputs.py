"""Every case of bad input, as ingest reads and sorts it: stored good, or kept with a reason."""

from datetime import UTC, datetime

import pytest

from services.core.domain.identifiers import BoxId, shard_of
from services.core.storage.intake import KnownBox
from services.ingest.decode import TopicReader, decode
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


def test_message_cut_anywhere_is_refused() -> None:
    whole = written()
    for length in range(len(whole)):
        found = decode(TopicReader(), topic_of(MESSAGES[0]), whole[:length], NOW)
        assert found.rejected is not None
        assert not found.readings

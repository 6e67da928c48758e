"""Where the message of a case is published."""

from __future__ import annotations

from zlib import crc32

from services.core.domain.identifiers import SHARDS
from tests.support.bad_inputs.case import Case


def topic_of(case: Case) -> str:
    """The topic; a name that no box may have gets the shard that it would have."""
    own = f"{crc32(case.level.encode()) % SHARDS:02x}"
    return f"cl/v1/{own if case.shard is None else case.shard}/{case.level}/{case.leaf}"

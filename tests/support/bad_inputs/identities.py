"""Section 5, as far as messages reach ingest: topics and identities (cases 108 to 129)."""

from __future__ import annotations

from tests.support.bad_inputs.case import Case, good, reading, refused, written

UNKNOWN, RETIRED = "CB-9999", "CB-0666"
GOOD = written()


def _topic(number: int, slug: str, what: str, **where: str) -> Case:
    return refused(number, slug, what, GOOD, "topic", "topic", **where)


CASES: list[Case] = [
    refused(106, "other-shard", "the box's name under another shard", GOOD, "foreign_shard",
            "topic", shard="3e"),
    refused(108, "other-box", "another box's name in the message", reading(box_id="CB-0008"),
            "box_mismatch", "box_id"),
    refused(108, "no-box", "a name that no box can have", reading(box_id="cb 7"),
            "bad_value", "box_id"),
    refused(109, "unknown-box", "a box that nobody has registered", GOOD, "unknown_box", "topic",
            level=UNKNOWN),
    refused(110, "retired-box", "a box that was retired", GOOD, "retired_box", "topic",
            level=RETIRED),
    _topic(112, "empty-shard", "an empty level for the shard", shard=""),
    _topic(112, "empty-box", "an empty level for the box", level=""),
    _topic(112, "shard-40", "a shard beyond 3f", shard="40"),
    _topic(116, "bidi", "a right-to-left mark in the name", level="CB-0007\u202e"),
    _topic(116, "zero-width", "a zero-width space in the name", level="CB-\u200b0007"),
    _topic(116, "confusable", "a Cyrillic letter in the name", level="СB-0007"),
    _topic(117, "composed", "a composed letter in the name", level="CB-\u00c9001"),
    _topic(117, "decomposed", "a decomposed letter in the name", level="CB-E\u0301001"),
    _topic(118, "lower-case", "the name in lower case", level="cb-0007"),
    _topic(119, "percent", "`%` in the name", level="CB-%2f07"),
    _topic(119, "dots", "`..` for the name", level=".."),
    refused(126, "empty-retained", "retained, without bytes", b"", "empty",
            note="nothing of ours is cleared: receipts have a topic that a box may not write"),
    good(129, "dup-at-first", "marked as a repeat when it is sent first", GOOD,
         note="the mark is not looked at"),
]  # fmt: skip

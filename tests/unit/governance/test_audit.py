"""The bytes of an entry, the chain, and its check: whatever is done to it, the first is named."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.errors import Invalid
from services.core.domain.governance.audit import (
    GENESIS,
    AuditEntry,
    AuditKey,
    AuditKeys,
    canonical,
    entry_bytes,
    entry_digest,
    link,
    parse_keys,
)
from services.core.domain.governance.audit_anchor import make_anchor, parse_anchor, parse_head
from services.core.domain.governance.audit_check import ChainCheck, Fault, Sealed

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = AuditKey(b"k" * 32)
KEYS = AuditKeys((KEY,))
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _entry(number: int) -> AuditEntry:
    return AuditEntry(
        at=AT + timedelta(minutes=number),
        principal_id="chen.yu",
        source="key abcdefgh",
        action="approve",
        entity="deviation",
        entity_id=str(number),
        after={"state": "CLOSED", "temp_c": -150.5},
        reason="SR-12",
    )


def _chain(count: int, key: AuditKey | None = KEY) -> list[Sealed]:
    found: list[Sealed] = []
    previous = GENESIS
    for position in range(1, count + 1):
        entry = _entry(position)
        digest = entry_digest(entry, key)
        head = link(previous, position, 100 + position, entry.at, digest)
        found.append(
            Sealed(
                position=position,
                entry_id=100 + position,
                sealed_at=entry.at,
                previous=previous,
                hash=head,
                entry=entry,
                digest=digest,
                key_id=None if key is None else key.key_id,
            )
        )
        previous = head
    return found


def _fault(places: list[Sealed], check: ChainCheck) -> tuple[Fault, int | None] | None:
    for place in places:
        finding = check.take(place)
        if finding is not None:
            return finding.fault, finding.position
    finding = check.end()
    return None if finding is None else (finding.fault, finding.position)


@given(_JSON)
def test_canonical_json_reads_back_and_is_the_same_however_numbers_were_written(
    value: object,
) -> None:
    written = canonical(value)
    assert json.loads(written) == json.loads(json.dumps(value))
    assert canonical(json.loads(written)) == written


def test_entry_bytes_are_those_of_the_reference() -> None:
    assert entry_bytes(_entry(7)) == (
        b'{"action":"approve","after":{"state":"CLOSED","temp_c":-150.5},'
        b'"at":"2026-11-22T12:07:00.000000Z","before":null,"entity":"deviation","entity_id":"7",'
        b'"principal_id":"chen.yu","reason":"SR-12","source":"key abcdefgh"}'
    )


def test_names_are_ordered_by_utf_16_and_text_is_not_escaped() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "\u00f6": 3}).decode() == (
        '{"\u00f6":3,"\U0001f600":2,"\ufb33":1}'
    )


@pytest.mark.parametrize(
    ("value", "written"), [(5.0, b"5"), (-0.0, b"0"), (1e22, b"1" + b"0" * 22)]
)
def test_a_fraction_of_zero_is_not_written(value: float, written: bytes) -> None:
    assert canonical(value) == written


def test_s62_chain_that_nobody_touched_holds() -> None:
    places = _chain(9)
    anchor = make_anchor(AT, 9, places[-1].hash, KEY)
    assert _fault(places, ChainCheck(keys=KEYS, anchors=(anchor,))) is None


@given(st.integers(0, 8), st.sampled_from(list(AuditEntry.__slots__)))
def test_s63_whatever_of_an_entry_was_changed_it_is_the_first_that_is_named(
    index: int, name: str
) -> None:
    places = _chain(9)
    entry = places[index].entry
    assert entry is not None
    other: Any = AT - timedelta(days=1) if name == "at" else {"x": 1} if name == "before" else "x"
    other = {"x": 1} if name == "after" else other
    places[index] = replace(places[index], entry=replace(entry, **{name: other}))
    assert _fault(places, ChainCheck(keys=KEYS)) == (Fault.CHANGED, index + 1)


@given(st.integers(0, 7))
def test_s63_removed_and_swapped_places_are_named(index: int) -> None:
    places = _chain(9)
    assert _fault(places[:index] + places[index + 1 :], ChainCheck(keys=KEYS)) == (
        Fault.REMOVED,
        index + 1,
    )
    here, next_one = places[index], places[index + 1]
    places[index] = replace(here, entry=next_one.entry, digest=next_one.digest)
    places[index + 1] = replace(next_one, entry=here.entry, digest=here.digest)
    assert _fault(places, ChainCheck(keys=KEYS)) == (Fault.MOVED, index + 1)


def test_s63_tail_that_was_cut_off_is_told_by_an_anchor() -> None:
    places = _chain(9)
    anchors = tuple(make_anchor(AT, n, places[n - 1].hash, KEY) for n in (3, 9))
    assert _fault(places[:6], ChainCheck(keys=KEYS, anchors=anchors)) == (Fault.CUT_OFF, 7)


def test_s63_head_that_somebody_kept_is_believed_beside_anchors_that_say_otherwise() -> None:
    """Whoever has database and folder closes the chain again, and anchors it anew."""
    kept = parse_head(f"6:{_chain(9)[5].hash.hex()}")
    assert _fault(_chain(9), ChainCheck(keys=KEYS, heads=(kept,))) is None
    assert _fault(_chain(5), ChainCheck(keys=KEYS, heads=(kept,))) == (Fault.CUT_OFF, 6)
    other = _chain(9, key=None)
    anchor = make_anchor(AT, 6, other[5].hash, KEY)
    both = ChainCheck(keys=KEYS, anchors=(anchor,), heads=(kept,))
    assert _fault(other, both) == (Fault.REWRITTEN, 6)


@pytest.mark.parametrize("text", ["", "6", "6:", "6:9f3c", "-6:" + "0" * 64, "٦:" + "0" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no head of the trail"):
        parse_head(text)


def test_s64_whole_chain_that_was_written_anew_without_the_key_is_told() -> None:
    places = [*_chain(4), *_chain(9, key=None)[4:]]
    assert _fault(_chain(9, key=None), ChainCheck(keys=KEYS)) is None, "no entry bore a key"
    anchor = make_anchor(AT, 6, _chain(9)[5].hash, KEY)
    rewritten = ChainCheck(keys=KEYS, anchors=(anchor,))
    assert _fault(_chain(9, key=None), rewritten) == (Fault.REWRITTEN, 6)
    assert _fault(places, ChainCheck(keys=KEYS)) == (Fault.INSERTED, 5)


def test_s64_anchor_that_no_key_of_ours_sealed_is_told() -> None:
    places = _chain(2)
    forged = make_anchor(AT, 2, places[-1].hash, AuditKey(b"x" * 32))
    finding = ChainCheck(keys=KEYS, anchors=(forged,)).bad_anchor()
    assert finding is not None
    assert finding.fault is Fault.ANCHOR


def test_s65_clock_that_went_back_is_noted_with_its_place() -> None:
    places = _chain(2)
    late = replace(places[0], sealed_at=AT + timedelta(hours=1))
    late = replace(late, hash=link(GENESIS, 1, late.entry_id, late.sealed_at, late.digest))
    last = places[1]
    follows = link(late.hash, 2, last.entry_id, last.sealed_at, last.digest)
    check = ChainCheck(keys=KEYS)
    assert _fault([late, replace(last, previous=late.hash, hash=follows)], check) is None
    assert check.steps == [(2, 3480.0)]


def test_an_anchor_reads_back_and_bears_its_seal() -> None:
    anchor = make_anchor(AT, 9, b"h" * 32, KEY)
    assert parse_anchor(anchor.line()) == anchor
    assert anchor.holds(KEYS)
    assert not replace(anchor, entries=8).holds(KEYS)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"at": 1}', "nonsense"])
def test_a_line_that_is_no_anchor_is_refused(line: str) -> None:
    with pytest.raises(Invalid):
        parse_anchor(line)


def test_keys_are_read_a_line_each_and_the_last_is_in_use() -> None:
    keys = parse_keys(f"{'ab' * 32}\n\n{'cd' * 32}\n")
    assert keys.current is not None
    assert keys.current.secret == b"\xcd" * 32
    assert keys.find(keys.keys[0].key_id) == keys.keys[0]


def test_a_bad_key_is_named_by_its_line_and_never_shown() -> None:
    with pytest.raises(Invalid, match="line 2") as refused:
        parse_keys(f"{'ab' * 32}\nsecret-not-hex\n")
    assert "secret" not in str(refused.value)

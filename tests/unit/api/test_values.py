"""The kinds of value that requests are made of."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.api import paging
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.base import Identifier, Instant, Sentence, Word

INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)
IDENTIFIER: TypeAdapter[Any] = TypeAdapter(Identifier)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:00:00Z",
        "2026-11-22t12:00:00z",
        "2026-11-22T12:00:00.000000000Z",
        "2026-11-22T20:00:00+08:00",
        "2026-11-22T17:45:00+05:45",
        "2026-11-22T12:00:00-00:00",
    ],
)
def test_an_instant_with_its_offset_is_read_as_utc(text: str) -> None:
    assert INSTANT.validate_python(text) == NOON
    assert INSTANT.dump_json(INSTANT.validate_python(text)) == b'"2026-11-22T12:00:00Z"'


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22T12:00:00",
        "2026-11-22",
        "2026-11-22T12:00Z",
        "2026-11-22 12:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T12:00:60Z",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-11-22T12:00:00,5Z",
        "2026-11-22T12:00:00+25:00",
        "2026-W47-7T12:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1970-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "٢٠٢٦-11-22T12:00:00Z",
        "infinity",
        "",
        1_795_384_917,
        1_795_384_917_000,
        1.5,
        True,
        None,
    ],
)
def test_an_instant_that_could_be_read_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value)


@given(st.text(max_size=30))
def test_words_that_are_taken_hold_nothing_hidden(text: str) -> None:
    try:
        taken = TypeAdapter(Word).validate_python(text)
    except ValidationError:
        return
    assert taken == text.strip()
    assert not any(ord(one) < 9 or one in "\u202e\u2066\u200b\x7f\x00" for one in taken)


@pytest.mark.parametrize("text", ["李医生 确认", "Zoë O’Neil", "👩‍🔬 lab", "a\nb"])
def test_a_sentence_of_any_language_is_taken(text: str) -> None:
    assert TypeAdapter(Sentence).validate_python(text) == text


def test_new_identifiers_are_canonical_unique_and_in_order_of_time() -> None:
    made = [new_id(NOON + timedelta(milliseconds=number)) for number in range(100)]
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    assert len({new_id(NOON) for _ in range(100)}) == 100
    assert IDENTIFIER.validate_python(str(made[0])) == made[0]


def test_a_cursor_leads_back_to_its_place() -> None:
    place = (NOON, UUID("019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11"))
    assert paging.instant_and_id(paging.cursor_for(*place)) == place
    assert paging.number(paging.cursor_for(17)) == 17
    assert paging.word(paging.cursor_for("CB-0007")) == "CB-0007"
    assert paging.number(None) is None


@given(st.text(max_size=60))
def test_a_cursor_that_was_made_up_is_refused(text: str) -> None:
    for read in (paging.instant_and_id, paging.number):
        with pytest.raises(HttpRefusal):
            read(text)

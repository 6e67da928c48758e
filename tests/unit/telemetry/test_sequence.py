"""Ranges of stored sequence numbers against a plain set."""

from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.sequence import SequenceSet

numbers = st.lists(st.integers(0, 40), max_size=60)


@given(numbers)
def test_holds_what_was_added_and_says_what_was_new(given_numbers: list[int]) -> None:
    ours, plain = SequenceSet(), set[int]()
    for number in given_numbers:
        assert ours.add(number) is (number not in plain)
        plain.add(number)
    assert {n for n in range(50) if n in ours} == plain
    assert {n for start, end in ours.ranges() for n in range(start, end)} == plain
    assert SequenceSet(ours.ranges()) == ours


@given(numbers, st.lists(st.integers(0, 45), max_size=5), st.integers(0, 5))
def test_takes_in_many_only_when_each_is_the_next(
    before: list[int], jumps: list[int], count: int
) -> None:
    ours = SequenceSet()
    for number in before:
        ours.add(number)
    start = max(before, default=0) + 1
    for offered in (jumps, list(range(start, start + count))):
        ends = max(before, default=-2)
        is_next = bool(offered and before) and offered == list(
            range(ends + 1, ends + 1 + len(offered))
        )
        known = {n for n in range(60) if n in ours}
        assert ours.extend(offered) is is_next
        before = [*before, *offered] if is_next else before
        assert {n for n in range(60) if n in ours} == known | set(offered if is_next else [])
        assert SequenceSet(ours.ranges()) == ours


@given(numbers, st.integers(0, 40))
def test_contiguous_and_missing_are_what_the_set_says(given_numbers: list[int], start: int) -> None:
    ours = SequenceSet()
    for number in given_numbers:
        ours.add(number)
    expected = start - 1
    while expected + 1 in given_numbers:
        expected += 1
    assert ours.contiguous(start) == expected
    holes = {n for first, last in ours.missing(start, 100) for n in range(first, last + 1)}
    assert holes == set(range(start, max(given_numbers, default=0))) - set(given_numbers)


def test_missing_gives_the_first_holes_only() -> None:
    ours = SequenceSet((n, n + 1) for n in range(0, 100, 2))
    assert ours.missing(0, 2) == [(1, 1), (3, 3)]

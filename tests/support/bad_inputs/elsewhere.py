"""Cases that are no message: the rule, and the test that shows it."""

from __future__ import annotations

from typing import NamedTuple


class Elsewhere(NamedTuple):
    """A case shown by a test of another subject; `test` is its file and its function."""

    number: int
    what: str
    happens: str
    test: str


CASES = [
    Elsewhere(
        9,
        "cut short at every byte",
        "refused",
        "tests/unit/ingest/test_bad_inputs.py::test_message_cut_anywhere_is_refused",
    ),
    Elsewhere(
        82,
        "ahead by up to 120 s",
        "stored, left alone",
        "tests/unit/telemetry/test_clock_rule.py::"
        "test_clock_ahead_by_two_minutes_is_left_alone",
    ),
    Elsewhere(
        82,
        "ahead by days",
        "stored, put back by what it is ahead",
        "tests/unit/telemetry/test_clock_rule.py::"
        "test_clock_ahead_is_put_back_by_what_it_is_ahead",
    ),
    Elsewhere(
        76,
        "1970, 2038, 2106, a day ahead, all of a boot",
        "stored, placed within a minute, flagged",
        "tests/integration/storage/test_clocks.py::"
        "test_year_that_cannot_be_is_placed_and_flagged",
    ),
    Elsewhere(
        86,
        "a clock set within a boot, ahead or back",
        "placed by the counter; the other readings stay where they were",
        "tests/integration/storage/test_clocks.py::"
        "test_clock_set_wrongly_within_a_boot_moves_no_other_reading",
    ),
    Elsewhere(
        88,
        "a counter that wraps, the clock right",
        "the counter is not believed, the clock is",
        "tests/integration/storage/test_clocks.py::"
        "test_counter_that_falls_within_a_boot_is_not_believed",
    ),
    Elsewhere(
        109,
        "what an unknown box sent, once it is registered",
        "stored by `coldlane rejected reprocess`, and receipted",
        "tests/integration/ingest/test_reprocess.py::"
        "test_what_an_unknown_box_sent_is_stored_once_it_is_registered",
    ),
    Elsewhere(
        111,
        "a box in two shipments at once",
        "the assignment is refused (exclusion constraint), readings are stored all the same",
        "tests/integration/api/test_shipments.py::"
        "test_a_box_cannot_travel_in_two_shipments_at_once",
    ),
    Elsewhere(
        126,
        "a receipt cleared by an empty retained message",
        "the broker refuses it: a box may not write there",
        "tests/integration/house/test_bad_packets.py::"
        "test_a_box_cannot_clear_its_receipts",
    ),
]  # fmt: skip

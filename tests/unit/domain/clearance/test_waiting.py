"""What if a shipment waits: its own row, and who else is served."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.core.domain.clearance.priority import PriorityTier
from services.core.domain.clearance.waiting import OpenQueue, if_it_waits
from services.core.domain.errors import NotFound
from tests.unit.domain.clearance.plan_builders import NOW, at
from tests.unit.domain.clearance.test_admission import an_entry


def test_two_hours_of_waiting_take_two_hours_of_slack() -> None:
    queue = OpenQueue(entries=[an_entry("A", 200, 20)], free_at=[NOW], now=NOW)
    seen = if_it_waits(queue, "A")
    assert seen.before.slack - seen.after.slack == timedelta(hours=2)
    assert (seen.before.tier, seen.after.tier) == (PriorityTier.URGENT, PriorityTier.CRITICAL)
    assert (seen.begins_before, seen.begins_after) == (NOW, at(120))


def test_a_wait_past_the_latest_start_says_that_no_slot_is_in_time() -> None:
    queue = OpenQueue(entries=[an_entry("A", 100, 20)], free_at=[NOW], now=NOW)
    assert if_it_waits(queue, "A").after.no_slot_in_time


def test_the_others_that_are_served_in_time_by_it_are_counted() -> None:
    entries = [an_entry("A", 10, 60), an_entry("B", 40, 10)]
    queue = OpenQueue(entries=entries, free_at=[NOW], now=NOW)
    assert (if_it_waits(queue, "A").saved, if_it_waits(queue, "A").lost) == (1, 0)


def test_one_that_is_not_ready_leaves_the_bay_to_the_next() -> None:
    coming = replace(an_entry("A", 90, 20), ready=at(60))
    queue = OpenQueue(entries=[coming, an_entry("B", 300, 30)], free_at=[NOW], now=NOW)
    seen = if_it_waits(queue, "B", timedelta(hours=1))
    assert seen.begins_before == NOW


def test_who_is_not_in_the_queue_is_not_found() -> None:
    with pytest.raises(NotFound):
        if_it_waits(OpenQueue(entries=[], free_at=[NOW], now=NOW), "A")

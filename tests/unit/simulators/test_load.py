"""Reports of a load run: split by bytes, in sequence, and durations in a fixed memory."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.wire.payload import MAX_BYTES, MAX_READINGS, decode_telemetry
from simulators.load.boxes import LoadBox
from simulators.load.meter import Durations

BEGINS = datetime(2026, 11, 22, tzinfo=UTC)
UNTIL = BEGINS + timedelta(hours=1)


def test_reports_are_split_within_the_limits_and_lose_nothing() -> None:
    box = LoadBox(3, "0a0b0c0d", BEGINS)
    reports = [*box.reports(2000, BEGINS, UNTIL), *box.reports(1, UNTIL, UNTIL)]
    messages = [decode_telemetry(report.payload).message for report in reports]
    assert len(reports) > 2
    assert all(len(report.payload) <= MAX_BYTES for report in reports)
    assert all(len(message.readings) <= MAX_READINGS for message in messages)
    readings = [reading for message in messages for reading in message.readings]
    assert [reading.seq for reading in readings] == list(range(2001))
    assert [report.last_seq for report in reports] == [m.readings[-1].seq for m in messages]
    assert readings[0].t > BEGINS
    assert readings[-2].t == UNTIL


def test_percentiles_are_right_to_two_percent() -> None:
    durations = Durations()
    assert durations.percentile_s(50) is None
    for n in range(1, 1001):
        durations.add(n / 100)
    assert durations.percentile_s(50) == pytest.approx(5.0, rel=0.02)
    assert durations.percentile_s(99) == pytest.approx(9.9, rel=0.02)

"""Whole boxes of a run: the same bytes for the same seed and start, and the story they tell."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from services.core.domain.errors import Invalid
from services.core.wire.payload import (
    EventMessage,
    Identify,
    TelemetryReading,
    decode_event,
    decode_telemetry,
    encode_event,
    encode_telemetry,
)
from simulators.factory import make_box
from simulators.plan import Run, plan_boxes
from simulators.references import parse_bag_name
from simulators.scenario import load_scenario
from simulators.simulated import SimulatedBox

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def run_of(seed: int = 7, start: datetime = START) -> Run:
    return Run(scenario=load_scenario("demo"), seed=seed, start=start)


def box_of(run: Run, index: int, *, at: datetime | None = None) -> SimulatedBox:
    box = make_box(run, plan_boxes(run, index + 1)[index])
    box.advance(at or run.present)
    return box


@cache
def failing(seed: int = 7) -> SimulatedBox:
    """The failing box, four hours after the present; made once, read by several tests."""
    run = run_of(seed)
    return box_of(run, 0, at=run.present + timedelta(hours=4))


def records(box: SimulatedBox) -> list[EventMessage | TelemetryReading]:
    """Everything in the log, though the radio be off; taking it twice gives it twice.

    No box of the demonstration has a fault, so each record can be read.
    """
    box.log.horizon = None
    box.log.requeue_range(0, box.log.next_seq)
    taken = box.log.take(0.0, 1_000_000)
    readable = [one for one in taken if isinstance(one, EventMessage | TelemetryReading)]
    assert len(readable) == len(taken)
    return readable


def readings(box: SimulatedBox) -> list[TelemetryReading]:
    return [record for record in records(box) if isinstance(record, TelemetryReading)]


def wire(box: SimulatedBox) -> bytes:
    return b"\n".join(
        encode_event(record)
        if isinstance(record, EventMessage)
        else encode_telemetry(box.log.boot, [record])
        for record in records(box)
    )


def kinds(box: SimulatedBox) -> list[str]:
    return [record.kind for record in records(box) if isinstance(record, EventMessage)]


def test_the_same_seed_and_start_give_the_same_bytes() -> None:
    assert wire(box_of(run_of(), 2)) == wire(box_of(run_of(), 2))


def test_the_failing_box_too_has_the_same_bytes_every_time() -> None:
    run = run_of()
    assert wire(box_of(run, 0, at=run.present + timedelta(hours=4))) == wire(failing())


def test_another_seed_gives_other_bytes() -> None:
    assert wire(box_of(run_of(), 1)) != wire(box_of(run_of(seed=8), 1))


def test_another_start_is_another_boot_of_another_box() -> None:
    one, other = box_of(run_of(), 1), box_of(run_of(start=START + timedelta(hours=1)), 1)
    assert one.log.boot != other.log.boot
    assert one.box_id != other.box_id


def test_how_often_a_box_is_asked_to_advance_changes_nothing() -> None:
    run = run_of()
    at_once, often = box_of(run, 1, at=run.present), make_box(run, plan_boxes(run, 2)[1])
    at = often.world.at
    while at < run.present:
        at += timedelta(seconds=37)
        often.advance(min(at, run.present))
    assert wire(at_once) == wire(often)


def test_a_fleet_of_more_boxes_begins_with_the_boxes_of_a_smaller_one() -> None:
    run = run_of()
    many, few = plan_boxes(run, 60), plan_boxes(run, 40)
    assert [(p.box_id, p.reference, p.journey.segments) for p in many[:40]] == [
        (p.box_id, p.reference, p.journey.segments) for p in few
    ]


def test_every_message_is_one_that_the_service_reads() -> None:
    box = failing()
    for record in records(box):
        if isinstance(record, EventMessage):
            assert decode_event(encode_event(record)).message == record
        else:
            decoded = decode_telemetry(encode_telemetry(box.log.boot, [record]))
            assert decoded.unknown_fields == 0
            assert decoded.message.readings[0].seq == record.seq


def test_a_log_counts_from_nought_without_a_hole_and_its_times_only_grow() -> None:
    all_records = records(box_of(run_of(), 2))
    assert [record.seq for record in all_records] == list(range(len(all_records)))
    times = [record.t for record in all_records]
    assert times == sorted(times)


@pytest.mark.parametrize("seed", [7, 42])
def test_the_failing_shipper_crosses_its_limit_a_minute_and_a_half_before_the_present(
    seed: int,
) -> None:
    run, box = run_of(seed), failing(seed)
    warm = [reading.t for reading in readings(box) if reading.temp_c > -150.0]
    assert 70 <= (run.present - warm[0]).total_seconds() <= 100
    glass = next(reading.t for reading in readings(box) if reading.temp_c > -135.0)
    assert timedelta(hours=2) < glass - run.present < timedelta(hours=3.3)


def test_the_failing_shipper_warms_slowly_for_hours_before() -> None:
    box, present = failing(), run_of().present
    history = {
        round((present - reading.t).total_seconds() / 3600): reading.temp_c
        for reading in readings(box)
    }
    assert history[14] < -194
    assert -190 < history[6] < history[4] < history[2] < -150
    assert "shock" in kinds(box)


@pytest.mark.parametrize("index", [1, 3, 9, 10, 12, 17])
def test_healthy_boxes_stay_in_range_now_and_for_three_hours(index: int) -> None:
    run = run_of()
    plan = plan_boxes(run, index + 1)[index]
    box = box_of(run, index, at=run.present + timedelta(hours=3))
    settings = run.scenario.profiles[plan.group.profile]
    temps = [reading.temp_c for reading in readings(box) if reading.t > plan.clocks.pack_closed_at]
    assert max(temps) <= (settings.high_c or 0)
    assert settings.low_c is None or min(temps) >= settings.low_c


def test_history_is_a_minute_apart_and_live_readings_ten_seconds() -> None:
    run = run_of()
    times = [reading.t for reading in readings(box_of(run, 1))]
    old = [t for t in times if t < run.present - timedelta(minutes=11)]
    new = [t for t in times if t > run.present - timedelta(minutes=9)]
    assert _gaps(old) == {60.0}
    assert _gaps(new) == {10.0}


def test_a_box_in_flight_has_no_fix_thin_air_and_its_radio_off() -> None:
    box = box_of(run_of(), 2)
    last = readings(box)[-1]
    assert not box.radio_on
    assert last.lat is None
    assert (last.pressure_hpa or 0) < 800
    assert kinds(box) == ["powered_on", "packed", "radio_off"]


def test_a_finished_journey_ends_with_unpacking_and_no_more_records() -> None:
    run = run_of()
    box = box_of(run, 1, at=run.present + timedelta(hours=30))
    assert box.finished
    assert kinds(box)[-1] == "unpacked"
    before = box.log.next_seq
    box.advance(run.present + timedelta(hours=40))
    assert box.log.next_seq == before


def test_a_command_is_answered_in_the_sequence() -> None:
    run = run_of()
    box = box_of(run, 1)
    box.device.obey(Identify(id="find-me"), run.present)
    reply = records(box)[-1]
    assert isinstance(reply, EventMessage)
    assert (reply.kind, reply.detail) == ("command_reply", {"id": "find-me", "result": "ok"})


def test_a_bag_leads_back_to_its_run() -> None:
    run = run_of(seed=11)
    assert parse_bag_name(plan_boxes(run, 1)[0].bag) == run.name
    assert parse_bag_name("BAG-001") is None


def test_references_fit_a_strip_and_differ() -> None:
    run, later = run_of(), run_of(start=START + timedelta(hours=1))
    names = [plan.reference for r in (run, later) for plan in plan_boxes(r, 40)]
    assert len(set(names)) == 80
    assert max(map(len, names)) <= 12


def test_a_scenario_too_short_for_its_journeys_says_so() -> None:
    scenario = load_scenario("demo")
    short = type(scenario)(
        **{name: getattr(scenario, name) for name in scenario.__struct_fields__} | {"elapsed_h": 2}
    )
    with pytest.raises(Invalid, match="began before"):
        plan_boxes(Run(scenario=short, seed=7, start=START), 1)


def _gaps(times: Iterable[datetime]) -> set[float]:
    listed = list(times)
    return {(b - a).total_seconds() for a, b in pairwise(listed)}


def test_no_box_writes_down_what_its_clock_has_not_reached() -> None:
    run = run_of()
    for index in (0, 1, 5):
        box = box_of(run, index)
        for later in (timedelta(), timedelta(seconds=3), timedelta(seconds=14)):
            box.advance(run.present + later)
            assert box.world.at <= run.present + later

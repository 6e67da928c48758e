"""Each fault: what it does to records or bytes, and that the payload's true temperature stands."""

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import get_args

import pytest

from services.core.domain.identifiers import shard_of
from services.core.wire.payload import (
    BootReceipt,
    EventMessage,
    Refused,
    TelemetryReading,
    decode_telemetry,
)
from simulators.devicelog import GIVES_UP_AFTER, DeviceLog, Unreadable
from simulators.factory import make_box
from simulators.faultplan import faults_of
from simulators.faults.kinds import NATURES, FaultKind
from simulators.faults.wire import Wire
from simulators.plan import plan_boxes
from simulators.simulated import SimulatedBox
from simulators.tables import FaultTable
from tests.unit.simulators.faulty import (
    NEIGHBOUR,
    RUN,
    START,
    broken,
    fault,
    healthy,
    plan,
    readings,
    records,
    sent,
    seqs_sent,
    temps,
)


def test_there_are_all_the_faults_that_real_fleets_have() -> None:
    assert set(NATURES) == set(get_args(FaultKind))
    assert len(NATURES) == 24


@pytest.mark.parametrize("kind", [kind for kind in NATURES if NATURES[kind].acts_on != "physics"])
def test_only_physics_changes_the_true_temperature(kind: FaultKind) -> None:
    box = broken(fault(kind))
    assert box.world.box.payload_c == healthy().world.box.payload_c
    assert box.world.probe.temp_c == healthy().world.probe.temp_c


@pytest.mark.parametrize("kind", ["lid_left_open", "coolant_failure"])
def test_physical_faults_do_change_it(kind: FaultKind) -> None:
    box = broken(FaultTable(kind=kind, since="journey", to_s=7200.0))
    assert box.world.box.payload_c > healthy().world.box.payload_c


def test_a_shipper_on_its_side_loses_nitrogen() -> None:
    dry = next(p for p in plan_boxes(RUN, 40) if p.group.container == "dry_shipper" and p.index)
    upright, tilted = broken(of=dry), broken(FaultTable(kind="tilt", since="journey"), of=dry)
    assert tilted.world.box.coolant_left < upright.world.box.coolant_left - 0.05
    assert "tilt" in {record.kind for record in records(tilted) if isinstance(record, EventMessage)}


def test_lost_coolant_leaves_no_energy_unaccounted() -> None:
    box = make_box(RUN, plan()).world.box
    before = box.stored_j - box.heat_in_j
    box.lose_coolant(0.5)
    assert box.stored_j - box.heat_in_j == pytest.approx(before, abs=1e-6)


def test_a_blow_is_felt_and_logged() -> None:
    box = broken(FaultTable(kind="shock", from_s=-600.0, value=12.0))
    shocks = [r for r in records(box) if isinstance(r, EventMessage) and r.kind == "shock"]
    assert [shock.detail for shock in shocks] == [{"shock_g": 12.0}]
    assert max(reading.shock_g or 0 for reading in readings(box, -600, -500)) == 12.0


def test_a_stuck_probe_repeats_itself_and_then_lives_again() -> None:
    box = broken(fault("probe_stuck"))
    assert len(set(temps(box))) == 1
    assert temps(box, -300, 60) == temps(healthy(), -300, 60)


@pytest.mark.parametrize("value", [-127.0, 85.0])
def test_a_disconnected_probe_says_its_makers_number(value: float) -> None:
    assert set(temps(broken(fault("probe_disconnected", value=value)))) == {value}


def test_a_probe_that_says_nan_sends_it_as_firmware_prints_it() -> None:
    box = broken(fault("probe_disconnected", value=math.nan))
    lost = [record for record in records(box) if isinstance(record, Unreadable)]
    assert len(lost) == 30
    raws = [out.raw for out in sent(box) if b"NaN" in out.raw]
    assert len(raws) == 30
    with pytest.raises(Refused):
        decode_telemetry(raws[0])


def test_spikes_are_single_and_far_off() -> None:
    box = broken(fault("spikes", from_s=-7200.0, rate=0.1))
    heights = [abs(temp_c - 5.1) for temp_c in temps(box, -7200, -300)]
    high = [height for height in heights if height > 1]
    assert 0.02 < len(high) / len(heights) < 0.25
    assert min(high) >= 4.3
    assert max(high) <= 15.3


def test_a_broken_probe_does_not_change_the_world_it_measures() -> None:
    box = broken(fault("spikes", from_s=-7200.0, rate=0.3))
    assert box.world.box.payload_c == healthy().world.box.payload_c


def test_an_offset_shifts_every_reading() -> None:
    pairs = zip(temps(broken(fault("probe_offset"))), temps(healthy()), strict=True)
    assert all(one - other == pytest.approx(0.8, abs=0.011) for one, other in pairs)


def test_a_wrong_unit_fills_celsius_with_fahrenheit() -> None:
    pairs = zip(temps(broken(fault("wrong_unit"))), temps(healthy()), strict=True)
    assert all(one == pytest.approx(other * 1.8 + 32, abs=0.02) for one, other in pairs)


def test_the_fahrenheit_of_nitrogen_is_colder_than_anything_can_be() -> None:
    dry = next(p for p in plan_boxes(RUN, 40) if p.group.container == "dry_shipper" and p.index)
    box = broken(fault("wrong_unit"), of=dry)
    assert {record.temp_c < -273.15 for record in records(box) if isinstance(record, Unreadable)}


def test_without_satellites_there_is_no_position() -> None:
    box = broken(fault("gnss_loss"))
    assert {reading.lat for reading in readings(box, -600, -300)} == {None}
    assert None not in {reading.lat for reading in readings(box, -300, 60)}


def test_a_teleported_box_is_nine_hundred_kilometres_north() -> None:
    there = [reading.lat or 0 for reading in readings(broken(fault("teleport")), -600, -300)]
    here = [reading.lat or 0 for reading in readings(healthy(), -600, -300)]
    assert all(b - a == pytest.approx(8.09, abs=0.01) for a, b in zip(here, there, strict=True))


def test_a_clock_that_jumped_is_an_hour_ahead_and_then_set() -> None:
    box = broken(fault("clock_jump"))
    errors = {r.seq: _clock_error_s(box, r) for r in readings(box, -600, -300)}
    assert set(errors.values()) == {3600.0}
    assert {reading.clock for reading in readings(box, -600, -300)} == {"free"}
    assert {reading.clock for reading in readings(box, -300, 60)} == {"synced"}
    assert [r.kind for r in records(box) if isinstance(r, EventMessage)][-1] == "clock_set"


def test_a_drifting_clock_gains_two_minutes_a_day() -> None:
    box = broken(FaultTable(kind="clock_drift", from_s=-86_400.0))
    assert _clock_error_s(box, readings(box, 0, 60)[0]) == pytest.approx(120, abs=1)


def test_a_clock_that_was_never_set_begins_in_1970() -> None:
    box = broken(FaultTable(kind="clock_never_set", since="journey"))
    first = readings(box, -1e6, 60)[0]
    assert (first.t.year, first.clock) == (1970, "unset")


def _clock_error_s(box: SimulatedBox, reading: TelemetryReading) -> float:
    true = box.log.booted_at + timedelta(milliseconds=reading.mono_ms or 0)
    return (reading.t - true).total_seconds()


def test_a_reboot_begins_a_new_sequence_and_keeps_the_old_log() -> None:
    box = broken(FaultTable(kind="reboot", from_s=-600.0))
    old, new = box.logs
    assert old.boot != new.boot
    assert box.log is new
    assert [record.seq for record in new.since(0)] == list(range(new.next_seq))
    first = new.since(0)[0]
    assert isinstance(first, EventMessage)
    assert (first.kind, first.mono_ms) == ("powered_on", 0)
    assert len(temps(box, -600, 60)) >= len(temps(healthy(), -600, 60)) - 1


def test_a_dead_battery_declines_then_neither_measures_nor_speaks() -> None:
    box = broken(fault("battery_dead", to_s=300.0))
    assert temps(box, -600, 60) == []
    assert not box.radio_on
    last = readings(box, -900, -600)[-1]
    assert (last.battery_pct or 100) < 3
    assert "low_battery" in {r.kind for r in records(box) if isinstance(r, EventMessage)}


def test_a_charged_box_comes_back_as_another_boot() -> None:
    box = broken(fault("battery_dead"))
    assert len(box.logs) == 2
    assert readings(box, -300, 0)[0].battery_pct == 100.0


def test_a_dropout_keeps_what_it_logs_for_later() -> None:
    box = broken(FaultTable(kind="dropout", from_s=0.0, to_s=300.0))
    silent_at_first = box.fell_silent
    waiting = {seq for seq in range(box.log.next_seq)} - {r.seq for r in box.log.take(0.0, 10**6)}
    assert len(waiting) >= 6
    box.advance(RUN.present + timedelta(seconds=310))
    assert (silent_at_first, box.fell_silent) == (True, False)
    assert waiting <= {record.seq for record in box.log.take(0.0, 10**6)}


def test_after_a_late_burst_the_radio_comes_on_minutes_after_landing() -> None:
    whole = next(p for p in plan_boxes(RUN, 40) if p.group.step == "flight")
    lands = whole.journey.step("flight").ends
    tables = [FaultTable(kind="late_burst", value=300.0)]
    faults = faults_of(tables, 0, whole.journey, RUN.present, "test")
    box = make_box(RUN, replace(whole, faults=faults))
    box.advance(lands + timedelta(seconds=240))
    heard_too_early = box.radio_on
    box.advance(lands + timedelta(seconds=420))
    assert (heard_too_early, box.radio_on) == (False, True)


def test_a_duplicated_record_goes_out_twice_with_the_same_bytes() -> None:
    box = broken(fault("duplicate", rate=0.5))
    twice = {raw: n for raw, n in Counter(out.raw for out in sent(box)).items() if n > 1}
    assert set(twice.values()) == {2}
    assert 5 <= len(twice) <= 25


def test_reordered_records_overtake_one_another_and_none_is_lost() -> None:
    box = broken(fault("reorder"))
    numbers = seqs_sent(sent(box))
    assert sorted(numbers) == list(range(box.log.next_seq))
    assert any(later < earlier for earlier, later in pairwise(numbers[-30:]))


def test_a_flood_is_twenty_copies_of_each_record() -> None:
    box = broken(fault("flood", value=20.0))
    assert max(Counter(seqs_sent(sent(box))).values()) == 21


def test_torn_messages_cannot_be_read_and_the_good_ones_follow() -> None:
    box = broken(fault("malformed"))
    torn = [out for out in sent(box) if not _can_be_read(out.raw)]
    assert len(torn) == 30
    good = [out for out in sent(box) if _can_be_read(out.raw)]
    assert sorted(seqs_sent(good)) == list(range(box.log.next_seq))


def _can_be_read(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


def test_spoofed_copies_go_to_other_topics_in_three_ways() -> None:
    box = broken(fault("spoofed_topic", from_s=-7200.0))
    own = f"/{shard_of(box.box_id):02x}/{box.box_id}/"
    elsewhere = [out for out in sent(box) if own not in out.topic]
    assert {out.topic.split("/")[3] for out in elsewhere} == {
        box.box_id,
        NEIGHBOUR,
        "SIM-GHOST-000",
    }
    claims = [json.loads(out.raw).get("box_id") for out in elsewhere if NEIGHBOUR in out.topic]
    assert set(claims) == {box.box_id}
    assert sorted(seqs_sent([out for out in sent(box) if own in out.topic])) == list(
        range(box.log.next_seq)
    )


def test_retained_telemetry_is_marked_so() -> None:
    box = broken(fault("retained"))
    assert sum(out.retain for out in sent(box)) == 30


def test_what_strikes_depends_on_the_record_not_on_the_batch() -> None:
    box = broken(fault("duplicate", rate=0.5), fault("malformed", rate=0.3))
    wire = Wire(box.box_id, NEIGHBOUR, box.faults)
    one_by_one = [
        out.raw
        for record in box.log.since(0)
        for bundle in wire.bundles(box.log, [record])
        for out in bundle.extras
    ]
    at_once = [out.raw for b in wire.bundles(box.log, box.log.since(0)) for out in b.extras]
    assert sorted(one_by_one) == sorted(at_once)


def test_unreadable_records_at_the_beginning_are_given_up_after_a_few_tries() -> None:
    log = DeviceLog("0123456789abcdef")
    for seq in range(2):
        log.append(Unreadable(seq=seq, t=START, temp_c=math.nan, mono_ms=0))
    log.append(TelemetryReading(seq=2, t=START, temp_c=5.0, mono_ms=0))
    receipt = BootReceipt(log.boot, -1, ((0, 1),))
    for attempt in range(GIVES_UP_AFTER):
        log.take(attempt * 100.0, 10)
        log.apply(receipt, attempt * 100.0 + 10)
    assert [record.seq for record in log.since(0)] == [2]
    assert log.start_seq == 2

"""The physics against closed forms, and the energy it may not lose."""

import math

import pytest

from simulators import parameters as p
from simulators.box import DryShipper, PassiveBox, Probe, Surroundings, ThermalBox, tilt_factor


def held(box: ThermalBox, hours: float, around: Surroundings, dt_s: float = 10.0) -> None:
    for _ in range(round(hours * 3600 / dt_s)):
        box.step(around, dt_s)


def series(*conductances: float) -> float:
    return 1 / sum(1 / g for g in conductances)


def box_conductance() -> float:
    """Ambient to coolant, when liner and payload have settled: wall, then two ways in parallel."""
    detour = series(p.LINER_TO_PAYLOAD.value, p.COOLANT_TO_PAYLOAD.value)
    return series(p.WALL_CONDUCTANCE.value, p.LINER_TO_COOLANT.value + detour)


def test_a_coolant_melts_out_when_its_latent_heat_is_spent() -> None:
    box = PassiveBox(coolant_kg=p.SHORT_HOLD_COOLANT.value)
    ambient_c = 25.0
    expected_h = box.latent_j / (box_conductance() * (ambient_c - p.COOLANT_MELTS.value)) / 3600

    hours = 0.0
    while box.coolant_left > 0:
        held(box, 0.1, Surroundings(ambient_c=ambient_c))
        hours += 0.1

    assert hours == pytest.approx(expected_h, rel=0.02)


def test_the_short_box_holds_its_thirty_hours_in_a_warm_room_and_not_forty() -> None:
    box = PassiveBox(coolant_kg=p.SHORT_HOLD_COOLANT.value)
    around = Surroundings(ambient_c=25.0)
    held(box, 30, around)
    assert 2.0 <= box.payload_c <= 8.0
    held(box, 10, around)
    assert box.payload_c > 8.0


def test_a_spent_box_warms_along_the_exponential_of_its_slowest_lump() -> None:
    box = PassiveBox(coolant_j=1.001 * p.LONG_HOLD_COOLANT.value * p.COOLANT_LATENT.value)
    heat = (
        p.LINER_HEAT.value
        + p.AQUEOUS_HEAT.value * box.payload_kg
        + p.COOLANT_LIQUID_HEAT.value * box.coolant_kg
    )
    around = Surroundings(ambient_c=25.0)
    held(box, 6, around)
    first = around.ambient_c - box.payload_c
    held(box, 12, around)
    second = around.ambient_c - box.payload_c
    # All heat behind the wall, plus the little that the inner resistances add to the time constant.
    tau_h = 12 / math.log(first / second)
    assert tau_h == pytest.approx(heat / box_conductance() / 3600, rel=0.04)


@pytest.mark.parametrize("dt_s", [10.0, 60.0])
@pytest.mark.parametrize("make", [PassiveBox, DryShipper])
def test_heat_that_came_in_is_stored_melted_or_boiled(
    make: type[PassiveBox] | type[DryShipper], dt_s: float
) -> None:
    box = make()
    before = box.stored_j
    for hour in range(60):
        around = Surroundings(
            ambient_c=5 + hour % 24, lid_open=hour == 7, tilt_deg=80 if hour == 9 else 4
        )
        held(box, 1, around, dt_s)
    assert box.heat_in_j > 0
    assert box.stored_j - before == pytest.approx(box.heat_in_j, rel=1e-9)


def test_coolant_freezes_again_in_the_cold_and_the_payload_follows_below_it() -> None:
    box = PassiveBox(coolant_j=0.02 * p.LONG_HOLD_COOLANT.value * p.COOLANT_LATENT.value)
    held(box, 12, Surroundings(ambient_c=-10.0))
    assert box.coolant_left == 1.0
    assert box.payload_c < p.COOLANT_MELTS.value


def test_an_upright_shipper_loses_nitrogen_at_a_constant_rate() -> None:
    box = DryShipper()
    around = Surroundings(ambient_c=22.0)
    held(box, 24, around, 60)
    first = box.nitrogen_kg
    held(box, 24, around, 60)
    second = box.nitrogen_kg
    held(box, 24, around, 60)
    assert first - second == pytest.approx(second - box.nitrogen_kg, rel=0.01)
    assert 10 <= p.NITROGEN_CHARGE.value / (first - second) <= 14  # days
    assert box.payload_c < -185


def test_on_its_side_a_shipper_loses_more_than_half_its_hold_in_a_working_day() -> None:
    box = DryShipper()
    held(box, 9, Surroundings(ambient_c=22.0, tilt_deg=90), 60)
    assert 0.3 < box.coolant_left < 0.6


def test_a_dry_shipper_without_vacuum_warms_about_five_kelvin_an_hour_at_minus_150() -> None:
    box = DryShipper(nitrogen_kg=0.0, payload_c=-152.0, vessel_c=-152.0)
    around = Surroundings(ambient_c=15.0, leak_factor=p.LOST_VACUUM_FACTOR.value)
    held(box, 1, around)
    before = box.payload_c
    held(box, 1, around)
    assert 4.0 < box.payload_c - before < 6.0


def test_tilt_speeds_boiling_without_a_step() -> None:
    assert tilt_factor(0) == tilt_factor(30) == 1.0
    assert tilt_factor(30.1) < 1.1
    assert tilt_factor(90) == p.SIDE_FACTOR.value
    assert tilt_factor(180) == p.UPSIDE_DOWN_FACTOR.value


def test_a_probe_reaches_63_percent_of_a_jump_after_its_lag() -> None:
    probe = Probe(temp_c=0.0, lag_s=300)
    box = PassiveBox(payload_c=10.0)
    for _ in range(30):
        probe.step(box, 10)
    assert probe.temp_c == pytest.approx(10 * (1 - math.exp(-1)), rel=1e-9)


def test_an_air_probe_sees_an_open_lid_that_a_buffered_one_hides() -> None:
    box = PassiveBox()
    air, buffered = Probe(5.0, p.AIR_LAG.value, in_air=True), Probe(5.0)
    for _ in range(18):
        box.step(Surroundings(ambient_c=30, lid_open=True), 10)
        air.step(box, 10)
        buffered.step(box, 10)
    assert air.temp_c > 8.0
    assert buffered.temp_c < 5.3


def test_every_parameter_names_a_source() -> None:
    named = [v for v in vars(p).values() if isinstance(v, p.Parameter)]
    assert len(named) > 20
    assert all(v.source and v.unit and v.grade in {"S", "K", "O"} for v in named)

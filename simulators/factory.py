"""From a plan to a box that lives: container, probe, device, and the mishap it is to suffer."""

from __future__ import annotations

from datetime import timedelta

from services.core.domain.errors import Invalid
from simulators import parameters as p
from simulators.box import DryShipper, PassiveBox, Probe, RoomAir, ThermalBox
from simulators.device import Device, Limits, Sampling
from simulators.devicelog import DeviceLog
from simulators.faultplan import spells_of
from simulators.faults.power import PowerFaults
from simulators.faults.timekeeping import DeviceClock
from simulators.plan import BoxPlan, Run
from simulators.simulated import SimulatedBox
from simulators.tables import FailureTable
from simulators.world import Spell, Steps, World

_COOLANT_KG = {
    "passive_short": p.SHORT_HOLD_COOLANT.value,
    "passive_long": p.LONG_HOLD_COOLANT.value,
}

_LONGEST_STEP_S = 60  # a thirtieth of the shortest time constant of the boxes
_CLOSE_TO_THE_PRESENT = timedelta(minutes=10)  # live pace begins a little before
_HALVINGS = 9
_LINER_ABOVE_PAYLOAD_C = 1.7


def make_box(run: Run, plan: BoxPlan) -> SimulatedBox:
    """The box at the beginning of its journey; the same for the same run and plan."""
    settings = run.scenario.profiles[plan.group.profile]
    sampling = run.scenario.sampling
    spells = (
        *_spells(run, plan),
        *spells_of(plan.faults, plan.journey),
        *_power_cuts(run),
        *_filling(run, plan),
        *([Spell(kind="recharged", begins=plan.journey.begins)] if plan.former else []),
    )
    device = Device(
        box_id=plan.box_id,
        probe=plan.probe,
        log=DeviceLog(boot_id(run, plan), booted_at=plan.life.begins),
        booted_at=plan.life.begins,
        sampling=Sampling(
            history_s=sampling.history_s,
            live_s=sampling.live_s,
            alert_s=sampling.alert_s,
            live_from=run.present - _CLOSE_TO_THE_PRESENT,
        ),
        limits=Limits(low_c=settings.low_c, high_c=settings.high_c),
        clock=DeviceClock(plan.faults),
        power=PowerFaults(plan.faults),
    )
    return SimulatedBox(
        make_world(run, plan, spells),
        device,
        noise_c=settings.probe_noise_c,
        lots=run.lots("sensors", plan.index),
        faults=plan.faults,
        name_boot=lambda number: boot_id(run, plan, number),
    )


def boot_id(run: Run, plan: BoxPlan, number: int = 0) -> str:
    """A new life of the log for every start and reboot: never the same boot for another past."""
    about = (run.start.isoformat(), plan.index, *([number] if number else []))
    return f"{run.lots('boot', *about).getrandbits(64):016x}"


def make_world(run: Run, plan: BoxPlan, spells: tuple[Spell, ...]) -> World:
    """Physics and surroundings of a plan, with these mishaps."""
    box = _container(run, plan)
    return World(
        plan.life,
        box,
        _probe(plan, box),
        lots=run.lots("world", plan.index),
        spells=spells,
        steps=_steps(run),
        cryogenic=isinstance(box, DryShipper),
    )


def _probe(plan: BoxPlan, box: ThermalBox) -> Probe:
    """In a bottle beside the payload, or bare in the air of the box."""
    if plan.group.probe == "air":
        return Probe(box.air_c, p.AIR_LAG.value, in_air=True)
    return Probe(box.payload_c)


def _steps(run: Run) -> Steps:
    sampling = run.scenario.sampling
    return Steps(
        fine=timedelta(seconds=run.scenario.step_s),
        coarse=timedelta(seconds=min(sampling.history_s, _LONGEST_STEP_S)),
        fine_from=run.present - _CLOSE_TO_THE_PRESENT,
    )


def _container(run: Run, plan: BoxPlan) -> ThermalBox:
    lots = run.lots("container", plan.index)
    if plan.group.container == "dry_shipper":
        spread = p.UNIT_SPREAD.value
        return DryShipper(
            nitrogen_kg=p.NITROGEN_CHARGE.value * plan.group.charge,
            unit_factor=plan.group.unit_factor or lots.uniform(1 - spread, 1 + spread),
        )
    if plan.group.container == "room":
        return RoomAir()
    start_c = lots.uniform(5.0, 5.25)  # conditioned: near where it settles indoors
    return PassiveBox(
        payload_c=start_c,
        liner_c=start_c + _LINER_ABOVE_PAYLOAD_C,
        coolant_kg=_COOLANT_KG[plan.group.container] * plan.group.charge,
    )


def _spells(run: Run, plan: BoxPlan) -> tuple[Spell, ...]:
    if plan.group.failure is None:
        return ()
    return (_lost_vacuum(run, plan, plan.group.failure),)


def _power_cuts(run: Run) -> tuple[Spell, ...]:
    """Every box may stand in a cold store that loses its power."""
    return tuple(
        Spell(
            kind="power_cut",
            begins=run.present + timedelta(seconds=cut.from_s),
            ends=None if cut.to_s is None else run.present + timedelta(seconds=cut.to_s),
            value=cut.warms_k_per_h,
            where=cut.site,
        )
        for cut in run.scenario.power_cuts
    )


def _filling(run: Run, plan: BoxPlan) -> tuple[Spell, ...]:
    """The bag of the partner, put into this box as warm as it had become in the other."""
    giver = plan.partner
    if plan.carries or giver is None or plan.story_at is None:
        return ()
    other = make_box(run, giver)
    other.advance(plan.story_at)
    payload_c = other.world.box.payload_c
    return (Spell(kind="filled", begins=plan.story_at, value=payload_c),)


def _lost_vacuum(run: Run, plan: BoxPlan, failure: FailureTable) -> Spell:
    """The loss that makes the probe cross at the scenario's second.

    An earlier loss crosses earlier and so does a worse one: halving finds the last step that is
    early enough, and then the factor, a little below its usual value, that is just bad enough.
    """
    crosses_at = run.present + timedelta(seconds=failure.crosses_in_s)
    step = _steps(run).coarse

    def loss(steps: int, factor: float) -> Spell:
        begins = plan.journey.begins + steps * step
        return Spell(kind="vacuum_lost", begins=begins, value=factor)

    def crosses(spell: Spell) -> bool:
        world = make_world(run, plan, (spell,))
        while world.at < crosses_at:
            world.step()
        return world.probe.temp_c > failure.crosses_c

    usual = p.LOST_VACUUM_FACTOR.value
    if not crosses(loss(0, usual)):
        raise Invalid(
            f"the shipper cannot warm to {failure.crosses_c} °C in the time the journey gives",
            field="charge",
            remedy="lower charge, or move the box further along its lane",
        )
    low, high = 0, (crosses_at - plan.journey.begins) // step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if crosses(loss(middle, usual)) else (low, middle)
    mild, bad = 0.97 * usual, usual
    for _ in range(_HALVINGS):
        factor = (mild + bad) / 2
        mild, bad = (mild, factor) if crosses(loss(low, factor)) else (factor, bad)
    return loss(low, bad)

"""The account of one box: from what its witness saw, and from its physics run on to the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from simulators.papers import shipment_paper
from simulators.plan import BoxPlan, Run
from simulators.simulated import SimulatedBox
from simulators.truth.document import BoxTruth, Passage, TrueLog, TrueStay
from simulators.truth.limits import SIDES, SIGN, Bound, Tolerances
from simulators.truth.series import Floats, Series
from simulators.truth.stays import Sharpness, Stay, find_stays
from simulators.truth.witness import Witness, Written
from simulators.world import World

_SUMMARY_S = 600.0
_SIGMAS = 4.0  # noise beyond which a reading is not expected to lie
_ROUNDING_K = 0.01  # a box reports hundredths
_LONGEST = timedelta(days=14)  # nothing is run on further; longer than any hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A box of a run with its plan and its witness."""

    run: Run
    plan: BoxPlan
    box: SimulatedBox
    witness: Witness


def account_of(watched: Watched, tolerances: Tolerances) -> BoxTruth:
    """Everything that is true of the box; its world is run on, so it is not to be used again."""
    plan, witness, world = watched.plan, watched.witness, watched.box.world
    ended_at = world.at
    judged_from, judged_until = plan.clocks.pack_closed_at, min(ended_at, plan.journey.ends)
    window = (judged_from.timestamp(), judged_until.timestamp())
    payload = Series(witness.times, witness.payload_c).between(*window)
    probe = Series(witness.times, witness.probe_c).between(*window)
    hold_until = _hold_until(plan, tolerances)
    future = run_on(world, tolerances, judged_from, hold_until)
    passages = _passages(_joined(payload, future), tolerances, judged_until)
    sharpness = _sharpness(watched)
    exact = _stays(payload, tolerances, Sharpness())
    return BoxTruth(
        box_id=plan.box_id,
        shipment=plan.reference,
        payload=_payload(plan),
        profile=plan.group.profile,
        container=plan.group.container,
        sampling_s=watched.run.scenario.sampling.history_s,
        margin_k=sharpness.margin_k,
        judged_from=to_text(judged_from),
        judged_until=to_text(judged_until),
        hold_until=None if hold_until is None else to_text(hold_until),
        viable_until=_viable_until(passages, hold_until),
        out_of_label_s=round(_seconds_out(payload, tolerances), 1),
        min_c=round(float(payload.temps_c.min()), 3) if len(payload) else float("nan"),
        max_c=round(float(payload.temps_c.max()), 3) if len(payload) else float("nan"),
        payload_c=payload.summary(_SUMMARY_S),
        excursions=_judged_stays(probe, tolerances, sharpness.margin_k, _measured_s(witness)),
        possible=[
            stay_out(stay, certain=False)
            for stay in _stays(
                probe,
                tolerances,
                Sharpness(margin_k=-sharpness.margin_k, longer_s=-sharpness.longer_s),
            )
        ],
        payload_excursions=[stay_out(stay, certain=True) for stay in exact],
        passages=passages,
        logs=[_log(boot, written, ended_at) for boot, written in witness.boots.items()],
    )


def _measured_s(witness: Witness) -> Floats:
    """When the box measured, whatever its clock said."""
    times_ms = [at_ms for written in witness.boots.values() for at_ms in written.true_ms]
    return np.sort(np.array(times_ms, dtype=float)) / 1000


def _payload(plan: BoxPlan) -> str:
    """The reference of what travels in the box; empty when no shipment names the box."""
    inside = [one for one in shipment_paper(plan)["payloads"] if one["box_id"] == plan.box_id]
    return str(inside[0]["reference"]) if inside else ""


def _sharpness(watched: Watched) -> Sharpness:
    scenario = watched.run.scenario
    noise_c = scenario.profiles[watched.plan.group.profile].probe_noise_c
    return Sharpness(
        margin_k=round(_SIGMAS * noise_c + _ROUNDING_K, 4),
        longer_s=float(scenario.sampling.history_s + scenario.sampling.alert_s),
    )


def _hold_until(plan: BoxPlan, tolerances: Tolerances) -> datetime | None:
    clocks = plan.clocks
    packed = tolerances.counts_from == "pack_closed_at"
    began = clocks.pack_closed_at if packed else clocks.collection_end
    return None if began is None else began + tolerances.hold


def run_on(
    world: World, tolerances: Tolerances, packed_at: datetime, hold_until: datetime | None
) -> tuple[list[float], list[float]]:
    """Times and payload temperatures from now until the hold ends or nothing is left to pass."""
    until = min(hold_until or packed_at + _LONGEST, packed_at + _LONGEST)
    last = max(
        (bound for bound in tolerances.bounds if bound.side == "high"), key=lambda b: b.level_c
    )
    world.hurry()
    times: list[float] = []
    temps_c: list[float] = []
    while world.at < until and last.beyond(world.box.payload_c) <= 0:
        world.step()
        times.append(world.at.timestamp())
        temps_c.append(world.box.payload_c)
    return times, temps_c


def _joined(past: Series, future: tuple[list[float], list[float]]) -> Series:
    times, temps_c = future
    return Series([*past.times.tolist(), *times], [*past.temps_c.tolist(), *temps_c])


def _stays(series: Series, tolerances: Tolerances, sharpness: Sharpness) -> list[Stay]:
    labels = [label for side in SIDES if (label := tolerances.label(side))]
    return [
        stay for label in labels for stay in find_stays(series, label, tolerances.delays, sharpness)
    ]


def _judged_stays(
    series: Series, tolerances: Tolerances, margin_k: float, measured_s: Floats
) -> list[TrueStay]:
    """Each stay of the series, certain when it would still be one with less luck in sampling."""
    found = []
    for stay in _stays(series, tolerances, Sharpness()):
        gap_s = _largest_gap_s(measured_s, stay.began_s, tolerances.delays.on_delay_s)
        sure = _stays(series, tolerances, Sharpness(margin_k=margin_k, longer_s=2 * gap_s))
        certain = any(stay.overlaps(other) for other in sure)
        found.append(stay_out(stay, certain=certain))
    return found


def _largest_gap_s(measured_s: Floats, began_s: float, on_delay_s: float) -> float:
    """The longest time between two readings around the beginning of a stay."""
    first = max(0, int(np.searchsorted(measured_s, began_s)) - 1)
    last = int(np.searchsorted(measured_s, began_s + on_delay_s)) + 2
    near = measured_s[first:last]
    return float(np.diff(near).max()) if len(near) > 1 else _SUMMARY_S


def _seconds_out(series: Series, tolerances: Tolerances) -> float:
    labels = [label for side in SIDES if (label := tolerances.label(side))]
    return sum(series.seconds_beyond(SIGN[label.side], label.level_c) for label in labels)


def _passages(series: Series, tolerances: Tolerances, ended_at: datetime) -> list[Passage]:
    return [
        Passage(
            limit=bound.name,
            side=bound.side,
            level_c=bound.level_c,
            at=None if at_s is None else to_text(from_s(at_s)),
            happened=at_s is not None and at_s <= ended_at.timestamp(),
        )
        for bound in tolerances.bounds
        for at_s in [_passed_s(series, bound, tolerances)]
    ]


def _passed_s(series: Series, bound: Bound, tolerances: Tolerances) -> float | None:
    """A label is passed when it is left for longer than the on-delay, other limits at once."""
    if bound.kind != "label":
        return series.first_beyond(SIGN[bound.side], bound.level_c)
    stays = find_stays(series, bound, tolerances.delays)
    return stays[0].began_s if stays else None


def _viable_until(passages: list[Passage], hold_until: datetime | None) -> str | None:
    """The earliest of the hold's end and, on each side, the nearest limit that still stands."""
    ahead = [next((p for p in passages if p.side == s and not p.happened), None) for s in SIDES]
    instants = [passage.at for passage in ahead if passage is not None and passage.at]
    if hold_until is not None:
        instants.append(to_text(hold_until))
    return min(instants, default=None, key=datetime.fromisoformat)


def _log(boot: str, written: Written, ended_at: datetime) -> TrueLog:
    written.take(ended_at)  # an answer to a command may have come after the last step
    readings = zip(written.seqs, written.t_ms, written.temps_c, written.true_ms, strict=True)
    return TrueLog(
        boot=boot,
        readings=[
            (seq, said, temp_c if temp_c == temp_c else None, true)
            for seq, said, temp_c, true in readings
        ],
        events=list(written.events),
        undelivered=sorted({*written.log.unacknowledged, *written.log.overwritten}),
    )


def stay_out(stay: Stay, *, certain: bool) -> TrueStay:
    """A stay as the file holds it."""
    return TrueStay(
        side=stay.side,
        began_at=to_text(from_s(stay.began_s)),
        inside_at=None if stay.inside_s is None else to_text(from_s(stay.inside_s)),
        over_at=None if stay.over_s is None else to_text(from_s(stay.over_s)),
        peak_c=round(stay.peak_c, 3),
        certain=certain,
    )


def from_s(seconds: float) -> datetime:
    """From seconds since 1970, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def to_text(instant: datetime) -> str:
    """RFC 3339 in UTC, with Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")

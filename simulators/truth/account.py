"""The account of one payload: from what its boxes' witnesses saw, and from the physics run on.

It follows the payload: through a swap that only the papers made, into another box, out of one that
is used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from simulators.custody import Bag, Inside
from simulators.plan import BoxPlan, Run
from simulators.simulated import SimulatedBox
from simulators.truth.document import (
    BoxTruth,
    Passage,
    PayloadTruth,
    TrueInside,
    TrueLog,
    TrueStay,
)
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

    def world_after(self, bag: Bag) -> World:
        """The world to run on: where the bag left a box that is used again, a copy of then."""
        left = self.witness.left_behind
        return left if left is not None and bag.plan is self.plan.former else self.box.world


def box_account(watched: Watched) -> BoxTruth:
    """What a box has written."""
    witness = watched.witness
    ended_at = watched.box.world.at
    return BoxTruth(
        box_id=watched.plan.box_id,
        container=watched.plan.group.container,
        logs=[_log(boot, written, ended_at) for boot, written in witness.boots.items()],
    )


def payload_account(
    bag: Bag, boxes: Mapping[str, Watched], tolerances: Tolerances, ended_at: datetime
) -> PayloadTruth:
    """Everything that is true of a payload; the world of its last box is not to be used again."""
    judged_until = min(ended_at, bag.ends)
    truly = _lived(bag.truly, judged_until)
    last = boxes[truly[-1].box_id]
    payload, probe, measured_s = _along(truly, boxes, judged_until)
    hold_until = _hold_until(bag.plan, tolerances)
    future = run_on(last.world_after(bag), tolerances, bag.begins, hold_until)
    passages = _passages(_joined(payload, future), tolerances, judged_until)
    sharpness = _sharpness(last.run, bag.plan)
    return PayloadTruth(
        payload=bag.name,
        shipment=bag.shipment,
        profile=bag.plan.group.profile,
        truly=_told(truly, judged_until),
        on_paper=_told(_lived(bag.on_paper, judged_until), judged_until),
        righted_at=None if bag.righted_at is None else to_text(bag.righted_at),
        sampling_s=last.run.scenario.sampling.history_s,
        margin_k=sharpness.margin_k,
        judged_from=to_text(bag.begins),
        judged_until=to_text(judged_until),
        hold_until=None if hold_until is None else to_text(hold_until),
        viable_until=_viable_until(passages, hold_until),
        hold_left_s=None if hold_until is None else (hold_until - judged_until).total_seconds(),
        out_of_label_s=round(_seconds_out(payload, tolerances), 1),
        min_c=round(float(payload.temps_c.min()), 3) if len(payload) else None,
        max_c=round(float(payload.temps_c.max()), 3) if len(payload) else None,
        payload_c=payload.summary(_SUMMARY_S),
        excursions=_judged_stays(probe, tolerances, sharpness.margin_k, measured_s),
        possible=[
            stay_out(stay, certain=False)
            for stay in _stays(
                probe,
                tolerances,
                Sharpness(margin_k=-sharpness.margin_k, longer_s=-sharpness.longer_s),
            )
        ],
        payload_excursions=[
            stay_out(stay, certain=True) for stay in _stays(payload, tolerances, Sharpness())
        ],
        passages=passages,
    )


def _lived(insides: Sequence[Inside], until: datetime) -> list[Inside]:
    """Those that have begun; the first in any case."""
    return [insides[0], *(one for one in insides[1:] if one.begins < until)]


def _told(insides: Sequence[Inside], until: datetime) -> list[TrueInside]:
    return [
        TrueInside(
            box_id=one.box_id, begins=to_text(one.begins), ends=to_text(min(one.ends, until))
        )
        for one in insides
    ]


def _along(
    insides: Sequence[Inside], boxes: Mapping[str, Watched], until: datetime
) -> tuple[Series, Series, Floats]:
    """Payload and probe through all boxes, and when these measured."""
    payload, probe, measured = Series((), ()), Series((), ()), [np.array([])]
    for inside in insides:
        witness = boxes[inside.box_id].witness
        window = (inside.begins.timestamp(), min(inside.ends, until).timestamp())
        payload = payload.followed_by(Series(witness.times, witness.payload_c).between(*window))
        probe = probe.followed_by(Series(witness.times, witness.probe_c).between(*window))
        measured.append(witness.measured_s(*window))
    return payload, probe, np.concatenate(measured)


def _sharpness(run: Run, plan: BoxPlan) -> Sharpness:
    noise_c = run.scenario.profiles[plan.group.profile].probe_noise_c
    sampling = run.scenario.sampling
    return Sharpness(
        margin_k=round(_SIGMAS * noise_c + _ROUNDING_K, 4),
        longer_s=float(sampling.history_s + sampling.alert_s),
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
    return past.followed_by(Series(*future))


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

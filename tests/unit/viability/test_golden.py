"""Journeys whose verdicts were worked out by hand; each file says how."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.shipment import LegMode, LegStatus, ShipmentLeg
from services.core.domain.viability.alarms import derive_alarms
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case, Clocks, Contact
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.domain.viability.situation import Situation
from services.core.domain.viability.verdict import ViabilityAssessment
from tests.unit.viability.builders import a_profile, at, pieces_to_points, samples

GOLDEN = sorted((Path(__file__).parents[2] / "golden" / "assessments").glob("*.toml"))
PROFILES = {profile.profile_id: profile for profile in SHIPPED_PROFILES}


def instant(minute: float | str | None) -> datetime | None:
    return None if minute in (None, "none") else at(float(minute))


def the_legs(journey: dict[str, Any]) -> tuple[ShipmentLeg, ...]:
    flight = journey.get("flight")
    if flight is None:
        return ()
    departs = at(flight["departs_min"])
    return (
        ShipmentLeg(
            ordinal=1,
            mode=LegMode.AIR,
            from_code="FRA",
            to_code="PVG",
            planned_departure=departs,
            planned_arrival=at(flight["arrives_min"]),
            actual_departure=departs if flight["departed"] else None,
            radio_off=True,
            status=LegStatus.DEPARTED if flight["departed"] else LegStatus.PLANNED,
        ),
    )


def the_profile(journey: dict[str, Any]) -> MaterialProfile:
    """The shipped one, or a sponsor's version of it with other numbers, bands, or a container."""
    shipped = PROFILES[journey["profile"]]
    numbers, bands = journey.get("numbers", {}), journey.get("bands", [])
    container, age_binds = journey.get("container"), journey.get("age_binds", False)
    if not (numbers or bands or container or age_binds):
        return shipped
    return a_profile(
        shipped,
        numbers,
        bands=bands,
        age_binds=age_binds,
        container=container and ContainerKind(container),
    )


def the_points(journey: dict[str, Any]) -> list[tuple[float, float]]:
    points = []
    if "turns" in journey:  # each minute the next of some values
        begin, end, *values = journey["turns"]
        points = [(float(m), values[m % len(values)]) for m in range(begin, end + 1)]
    points += pieces_to_points(journey.get("pieces", []), journey.get("every_s", 60))
    return points + [tuple(point) for point in journey.get("points", [])]


def during(stretches: list[list[float]], minute: float) -> float | None:
    """The value of the stretch [from, to, value] that a minute lies in; its end belongs to it."""
    return next((value for begin, end, value in stretches if begin <= minute <= end), None)


def the_samples(journey: dict[str, Any], points: list[tuple[float, float]]) -> list[Sample]:
    tilts, ambients = journey.get("tilts", []), journey.get("ambients", [])
    return [
        sample._replace(
            tilt_deg=during(tilts[::-1], minute),
            ambient_c=during(ambients[::-1], minute),
            clock_suspect=journey.get("clock_suspect", False),
        )
        for sample, (minute, _) in zip(samples(points), points, strict=True)
    ]


def read(journey: dict[str, Any]) -> tuple[Case, list[Sample]]:
    points = the_points(journey)
    last = points[-1][0] if points else None
    case = Case(
        profile=the_profile(journey),
        clocks=Clocks(
            collection_end=instant(journey.get("collection_end_min", 0)),
            pack_closed_at=instant(journey.get("pack_closed_min", 0)),
            first_assigned_at=at(0),
            container_charged_at=instant(journey.get("charged_min")),
            received_at=instant(journey.get("received_min")),
        ),
        legs=the_legs(journey),
        contact=Contact(last_heard_at=instant(journey.get("heard_min", last))),
    )
    return case, the_samples(journey, points)


def said(verdict: ViabilityAssessment) -> dict[str, Any]:
    viable, past = verdict.viable_until, verdict.viable_past_label
    return {
        "condition": verdict.condition.value,
        "evidence": verdict.evidence.value,
        "qa_hold": verdict.qa_hold,
        "silence": verdict.silence.kind.value,
        "binding": verdict.binding_constraint,
        "broken": " ".join(verdict.broken),
        "out_of_label_s": verdict.out_of_label.total_seconds(),
        "worst_out_of_label_s": verdict.worst_out_of_label.total_seconds(),
        "unknown_s": verdict.unknown.total_seconds(),
        "longest_gap_s": verdict.longest_gap.total_seconds(),
        "viable_p10_min": viable and minute_of(viable.p10),
        "viable_p50_min": viable and minute_of(viable.p50),
        "past_label_p50_min": past and minute_of(past.p50),
        "in_label_until_min": minute_of(verdict.in_label_until),
        "next_change_min": minute_of(verdict.next_change_at),
        "stuck_since_min": minute_of(verdict.stuck_since),
        **figures(verdict),
    }


def figures(verdict: ViabilityAssessment) -> dict[str, Any]:
    charge, hour = verdict.container, timedelta(hours=1)
    used = {budget.key: budget.used for budget in verdict.budgets}
    return {
        "age_h": used["age"] / hour if "age" in used else None,
        "budgets": {key: time / timedelta(minutes=1) for key, time in used.items()},
        "container_h": charge and charge.remaining / hour,
        "container_cautious_h": charge and charge.cautious_remaining / hour,
        "glass_transitions": verdict.glass_transitions,
        "above_glass_transition_s": verdict.above_glass_transition.total_seconds(),
        "tilted_s": verdict.tilted.total_seconds(),
        "mean_kinetic_c": verdict.kinetic_c,
        "max_c": verdict.max_c,
    }


def minute_of(instant: datetime | None) -> float | None:
    return None if instant is None else (instant - at(0)).total_seconds() / 60


def test_thirty_journeys_and_more_say_how_they_were_worked_out() -> None:
    told = [tomllib.loads(path.read_text(encoding="utf-8")).get("how", "") for path in GOLDEN]
    assert len(told) >= 30
    assert all(len(how) > 20 for how in told)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_verdict_is_the_one_worked_out_by_hand(path: Path) -> None:
    journey = tomllib.loads(path.read_text(encoding="utf-8"))
    case, readings = read(journey)
    now = at(journey["now_min"])
    assessed = assess(case, None, readings, now)
    verdict = assessed.assessment
    expected = dict(journey["expect"])
    alarms, excursions = expected.pop("alarms", None), expected.pop("excursions", [])
    budgets = expected.pop("budgets", {})
    tolerance = journey.get("tolerance", 1e-3)

    shown = said(verdict)
    assert {name: shown[name] for name in expected} == pytest.approx(expected, abs=tolerance)
    used = {name: shown["budgets"][name] for name in budgets}
    assert used == pytest.approx(budgets, abs=tolerance)
    situation = Situation(plan=InspectionPlan(), needs_slot=False, state=assessed.state)
    derived = derive_alarms(case, verdict, situation, now)
    if alarms is not None:
        assert sorted(one.kind.value for one in derived if one.raises) == sorted(alarms)
    assert not excursions or len(excursions) == len(verdict.excursions)
    for stay, wanted in zip(verdict.excursions, excursions, strict=False):
        assert minute_of(stay.began_at) == pytest.approx(wanted["began_min"], abs=1e-3)
        assert stay.peak_c == pytest.approx(wanted["peak_c"])
        assert minute_of(stay.inside_at) == pytest.approx(wanted.get("inside_min"), abs=1e-3)
        assert minute_of(stay.returned_at) == pytest.approx(wanted.get("returned_min"), abs=1e-3)

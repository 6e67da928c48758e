"""Journeys whose verdicts were worked out by hand; each file says how."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.shipment import LegMode, LegStatus, ShipmentLeg
from services.core.domain.viability.alarms import Situation, derive_alarms
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case, Clocks, Contact
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.domain.viability.verdict import ViabilityAssessment
from tests.unit.viability.builders import at, pieces_to_points, samples

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


def read(journey: dict[str, Any]) -> tuple[Case, list[Sample]]:
    points = pieces_to_points(journey.get("pieces", []), journey.get("every_s", 60))
    points += [tuple(point) for point in journey.get("points", [])]
    last = points[-1][0] if points else None
    case = Case(
        profile=PROFILES[journey["profile"]],
        clocks=Clocks(
            collection_end=instant(journey.get("collection_end_min", 0)),
            pack_closed_at=at(0),
            received_at=instant(journey.get("received_min")),
        ),
        legs=the_legs(journey),
        contact=Contact(last_heard_at=instant(journey.get("heard_min", last))),
    )
    return case, samples(points)


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
    }


def minute_of(instant: datetime | None) -> float | None:
    return None if instant is None else (instant - at(0)).total_seconds() / 60


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_verdict_is_the_one_worked_out_by_hand(path: Path) -> None:
    journey = tomllib.loads(path.read_text(encoding="utf-8"))
    case, readings = read(journey)
    now = at(journey["now_min"])
    verdict = assess(case, None, readings, now).assessment
    expected = dict(journey["expect"])
    alarms, excursions = expected.pop("alarms", None), expected.pop("excursions", [])

    assert {name: said(verdict)[name] for name in expected} == pytest.approx(expected, abs=1e-3)
    derived = derive_alarms(case, verdict, Situation(plan=InspectionPlan(), needs_slot=False), now)
    if alarms is not None:
        assert sorted(alarm.kind.value for alarm in derived) == sorted(alarms)
    assert not excursions or len(excursions) == len(verdict.excursions)
    for shown, wanted in zip(verdict.excursions, excursions, strict=False):
        assert minute_of(shown.began_at) == pytest.approx(wanted["began_min"], abs=1e-3)
        assert shown.peak_c == pytest.approx(wanted["peak_c"])
        assert minute_of(shown.inside_at) == pytest.approx(wanted.get("inside_min"), abs=1e-3)
        assert minute_of(shown.returned_at) == pytest.approx(wanted.get("returned_min"), abs=1e-3)

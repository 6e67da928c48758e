"""Which alarms papers and departments raise, and which only before the release."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.core.domain.clearance.papers.emergency import Emergency, EmergencyState
from services.core.domain.clearance.papers.needs import Need
from services.core.domain.clearance.papers.paper import Paper
from services.core.domain.clearance.papers.standing import (
    Attached,
    Moment,
    PaperState,
    Standing,
)
from services.core.domain.clearance.papers_watch import Watched, papers_alarms
from services.core.domain.clearance.release import ReleaseCase
from services.core.domain.clearance.supervision.assessment import Check, Outcome
from services.core.domain.clearance.supervision.sign_off import Department
from tests.unit.clearance.papers.builders import DAY, at, sign_off

NEED = Need(paper="special_item_approval", rule_id="special-item", who="applicant", subject="goods")


def standing(state: PaperState, since: float = -3) -> Standing:
    return Standing(need=NEED, state=state, since=at(since), number="SI-1", ends=at(4))


def watched(hours: float = 0, **changes: Any) -> Watched:
    case = ReleaseCase(entered_at=at(-30), declared_at=at(-20))
    moment = Moment(at=at(hours), zone=ZoneInfo("Asia/Shanghai"), arrival=at(9))
    values = {
        name: changes.pop(name) for name in ("took_off", "cleared", "attached") if name in changes
    }
    return Watched(
        shipment_id="S1",
        reference="CT-1",
        case=replace(case, **changes),
        moment=moment,
        **{"took_off": False, **values},
    )


def kinds(found: Watched) -> list[str]:
    return [alarm.kind for alarm in papers_alarms(found)]


@pytest.mark.parametrize(
    ("state", "took_off", "raised"),
    [
        (PaperState.VALID, True, []),
        (PaperState.LAPSING, False, ["paper_lapsing"]),
        (PaperState.LAPSING, True, ["paper_lapsing"]),
        (PaperState.LAPSED, False, []),
        (PaperState.LAPSED, True, ["paper_lapsed"]),
        (PaperState.MISSING, True, []),
    ],
)
def test_a_paper_alarms_when_it_will_lapse_and_when_it_has_on_the_way(
    state: PaperState, took_off: bool, raised: list[str]
) -> None:
    found = watched(papers=[standing(state)], took_off=took_off)
    assert kinds(found) == raised
    assert kinds(replace(found, cleared=True)) == []


def test_an_alarm_names_the_paper_its_end_and_who_has_it() -> None:
    (alarm,) = papers_alarms(watched(papers=[standing(PaperState.LAPSING)]))
    assert alarm.subject == "S1/special_item_approval/goods"
    assert alarm.facts == {
        "name": "SI-1",
        "paper": "special_item_approval",
        "until": at(4).isoformat(),
        "who": "applicant",
        "rule_id": "special-item",
        "shipment_reference": "CT-1",
        "since": at(-3).isoformat(),
    }


def test_a_step_alarms_from_the_instant_it_was_due() -> None:
    step = sign_off(Department.HEALTH, due_at=at(2))
    assert kinds(watched(1.9, sign_offs=[step])) == []
    (alarm,) = papers_alarms(watched(2, sign_offs=[step]))
    assert (alarm.kind, alarm.began_at) == ("sign_off_overdue", at(2))


def test_a_breach_alarms_the_lead_and_goes_on_doing_so_after_clearance() -> None:
    breach = Check(condition="cold", outcome=Outcome.BREACHED, at=at(-1))
    lead = sign_off(Department.DISTRICT, lead=True, due_at=at(9))
    found = watched(checks=[breach], sign_offs=[lead], cleared=True)
    (alarm,) = papers_alarms(found)
    assert (alarm.kind, alarm.facts["department"]) == ("condition_breached", "district")
    mended = replace(breach, outcome=Outcome.KEPT, at=at(-0.5))
    assert kinds(watched(checks=[breach, mended])) == []


@pytest.mark.parametrize(
    ("state", "raised"),
    [("GRANTED", []), ("OVERDUE", ["emergency_paper_overdue"]), ("MADE_UP", []), ("REVOKED", [])],
)
def test_an_emergency_alarms_when_its_day_has_passed(state: str, raised: list[str]) -> None:
    emergency = Emergency(basis_id="b", papers=frozenset(), due_on=DAY, state=EmergencyState(state))
    assert kinds(watched(emergency=emergency)) == raised


@pytest.mark.parametrize(
    ("last", "gone", "raised"),
    [
        (date(2026, 11, 21), False, ["re_export_overdue"]),
        (date(2026, 11, 21), True, []),
        (DAY, False, []),
    ],
)
def test_what_came_for_a_time_and_did_not_go_back_alarms(
    last: date, gone: bool, raised: list[str]
) -> None:
    one = Attached(
        paper=Paper(kind="temporary_entry", number="TE-1", re_export_by=last),
        attached_at=at(-15),
        subject="boxes",
        re_exported_at=at(-1) if gone else None,
    )
    assert kinds(watched(attached=[one], cleared=True)) == raised

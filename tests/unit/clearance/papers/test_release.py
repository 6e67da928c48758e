"""What blocks a release, who has it and since when; and what an emergency lets through."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.core.domain.clearance.papers.emergency import (
    Emergency,
    EmergencyState,
    check_grant,
    state_on,
    working_days_after,
)
from services.core.domain.clearance.papers.needs import Need
from services.core.domain.clearance.papers.regimes import Membership, unmet
from services.core.domain.clearance.papers.standing import (
    Attached,
    Moment,
    PaperState,
    Standing,
    standing,
)
from services.core.domain.clearance.release import ReleaseCase, release_blockers
from services.core.domain.clearance.supervision.assessment import (
    Check,
    Outcome,
    Result,
    RiskAssessment,
)
from services.core.domain.clearance.supervision.sign_off import Department, SignOffState
from services.core.domain.errors import ColdlaneError
from services.core.runtime.rulebook import shipped_rulebook
from tests.unit.clearance.papers.builders import DAY, approval, at, sign_off, situation

BOOK = shipped_rulebook()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEED = Need(paper="special_item_approval", rule_id="special-item", who="applicant", subject="goods")
DECLARED = at(-20)


def judged(hours: float, arrival: float | None = None, *last_days: date) -> Standing:
    attached = [Attached(paper=approval(valid_until=day), attached_at=at(-15)) for day in last_days]
    moment = Moment(at=at(hours), zone=SHANGHAI, arrival=None if arrival is None else at(arrival))
    return standing(NEED, attached, moment, DECLARED)


def blockers(case: ReleaseCase, hours: float = 0.0) -> list[tuple[str, str, str, str]]:
    found = release_blockers(case, Moment(at=at(hours), zone=SHANGHAI))
    return [(one.kind, one.what, one.why, one.who) for one in found]


def case(**changes: object) -> ReleaseCase:
    return replace(ReleaseCase(entered_at=at(-30), declared_at=DECLARED), **changes)  # type: ignore[arg-type]


def test_a_paper_that_lapses_in_flight_is_flagged_before_take_off_and_lapsed_after() -> None:
    """Last day 22 November: in Shanghai it ends at 16:00 UTC, four hours from the tests' now."""
    before = judged(0, 9, DAY)
    assert (before.state, before.ends) == (PaperState.LAPSING, at(4))
    assert judged(0, 3, DAY).state is PaperState.VALID
    after = judged(5, 9, DAY)
    assert (after.state, after.since) == (PaperState.LAPSED, at(4))


def test_the_best_of_several_papers_counts() -> None:
    assert judged(0, 9, date(2026, 11, 20), DAY, date(2026, 11, 30)).state is PaperState.VALID


def test_a_missing_paper_is_missing_since_it_was_known_to_be_needed() -> None:
    assert (judged(0).state, judged(0).since) == (PaperState.MISSING, DECLARED)


def test_papers_for_the_goods_do_not_serve_the_boxes() -> None:
    need = replace(NEED, subject="boxes")
    attached = [Attached(paper=approval(), attached_at=at(-15))]
    found = standing(need, attached, Moment(at=at(0), zone=SHANGHAI), DECLARED)
    assert found.state is PaperState.MISSING


def test_a_paper_that_begins_only_after_arrival_blocks_and_one_before_arrival_does_not() -> None:
    paper = approval(valid_from=date(2026, 11, 23))
    attached = [Attached(paper=paper, attached_at=at(-15))]
    for arrival, state in ((3, PaperState.NOT_YET), (9, PaperState.VALID)):
        moment = Moment(at=at(0), zone=SHANGHAI, arrival=at(arrival))
        assert standing(NEED, attached, moment, DECLARED).state is state


def test_nobody_has_said_what_the_goods_are() -> None:
    found = release_blockers(ReleaseCase(entered_at=at(-30)), Moment(at=at(0), zone=SHANGHAI))
    assert [(one.kind, one.who, one.since) for one in found] == [
        ("declaration", "applicant", at(-30))
    ]


@pytest.mark.parametrize(
    ("hours", "last_days", "wanted"),
    [
        (0, (), [("paper", "special_item_approval", "missing", "applicant")]),
        (5, (DAY,), [("paper", "special_item_approval", "lapsed", "applicant")]),
        (0, (DAY,), []),
        (5, (DAY, date(2026, 11, 30)), []),
    ],
)
def test_a_missing_or_lapsed_paper_blocks_until_it_is_cured(
    hours: float, last_days: tuple[date, ...], wanted: list[tuple[str, str, str, str]]
) -> None:
    assert blockers(case(papers=[judged(hours, 9, *last_days)]), hours) == wanted


def test_an_emergency_lets_its_own_papers_through_while_it_is_open() -> None:
    missing = [
        judged(0),
        replace(judged(0), need=replace(NEED, paper="annual_plan", rule_id="joint")),
    ]
    for state, count in (("GRANTED", 1), ("OVERDUE", 1), ("REVOKED", 2), ("MADE_UP", 2)):
        emergency = Emergency(
            basis_id="transplant-2015",
            papers=frozenset({"special_item_approval"}),
            due_on=DAY,
            state=EmergencyState(state),
        )
        assert len(blockers(case(papers=missing, emergency=emergency))) == count, state


def test_each_department_that_has_not_given_its_sign_off_is_named_with_who_has_it() -> None:
    steps = [
        sign_off(Department.CUSTOMS, state=SignOffState.GIVEN),
        sign_off(Department.HEALTH),
        sign_off(Department.DISTRICT, state=SignOffState.RETURNED),
        sign_off(Department.COMPANY, state=SignOffState.REFUSED),
    ]
    assert blockers(case(sign_offs=steps)) == [
        ("sign_off", "health", "waiting", "health"),
        ("sign_off", "district", "returned", "applicant"),
        ("sign_off", "company", "refused", "applicant"),
    ]


def assessment(**changes: object) -> RiskAssessment:
    made = RiskAssessment(
        assessment_id="RA-1",
        result=Result.ACCEPTED_WITH_CONDITIONS,
        valid_from=date(2026, 11, 1),
        valid_until=DAY,
        assessed_at=at(-18),
        conditions=("sealed", "cold"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def check(condition: str, outcome: Outcome, hours: float) -> Check:
    return Check(condition=condition, outcome=outcome, at=at(hours))


def test_conditions_are_looked_at_by_the_officer_and_a_breach_is_with_the_lead() -> None:
    lead = sign_off(Department.DISTRICT, state=SignOffState.GIVEN, lead=True)
    with_conditions = case(assessment=assessment(), sign_offs=[lead])
    assert blockers(with_conditions) == [
        ("condition", "sealed", "unchecked", "customs_officer"),
        ("condition", "cold", "unchecked", "customs_officer"),
    ]
    checks = [check("sealed", Outcome.KEPT, -2), check("cold", Outcome.BREACHED, -1)]
    assert blockers(replace(with_conditions, checks=checks)) == [
        ("condition", "cold", "breached", "district")
    ]
    mended = [*checks, check("cold", Outcome.KEPT, -0.5)]
    assert blockers(replace(with_conditions, checks=mended)) == []


@pytest.mark.parametrize(
    ("changes", "hours", "why"),
    [
        ({"result": Result.REFUSED, "conditions": ()}, 0, "refused"),
        ({"conditions": ()}, 4, "lapsed"),
        ({"conditions": ()}, 3.99, None),
    ],
)
def test_an_assessment_counts_through_its_last_day_of_the_place(
    changes: dict[str, object], hours: float, why: str | None
) -> None:
    found = blockers(case(assessment=assessment(**changes)), hours)
    assert [one[2] for one in found] == ([why] if why else [])


def test_joint_supervision_asks_for_an_assessment_and_the_other_regimes_do_not() -> None:
    for name, count in (
        ("joint_supervision", 1),
        ("rd_import_pilot", 0),
        ("institution_whitelist", 0),
    ):
        assert len(blockers(case(regime=BOOK.regime(name, DAY)))) == count, name


@pytest.mark.parametrize(
    ("regime", "facts", "member", "wanted"),
    [
        ("joint_supervision", {"direction": "out"}, {}, []),
        ("joint_supervision", {"day": date(2022, 2, 28), "direction": "out"}, {}, ["direction"]),
        ("joint_supervision", {"use": "sale"}, {}, []),
        ("rd_import_pilot", {"use": "sale"}, {}, ["use"]),
        ("rd_import_pilot", {"use": "trial"}, {}, ["use"]),
        ("rd_import_pilot", {"use": "research", "direction": "out"}, {}, ["direction"]),
        ("rd_import_pilot", {"use": "research"}, {}, []),
        ("rd_import_pilot", {"use": "research", "day": date(2024, 1, 1)}, {}, ["item_not_listed"]),
        ("rd_import_pilot", {"use": "research", "day": date(2023, 1, 1)}, {}, ["not_in_force"]),
        ("institution_whitelist", {"use": "research"}, {}, []),
        ("institution_whitelist", {"use": "treatment"}, {}, ["use"]),
        ("institution_whitelist", {"use": "research"}, {"valid_until": DAY}, []),
        (
            "institution_whitelist",
            {"use": "research"},
            {"valid_until": date(2026, 11, 21)},
            ["not_a_member"],
        ),
        (
            "institution_whitelist",
            {"use": "research"},
            {"regime": "rd_import_pilot"},
            ["not_a_member"],
        ),
    ],
)
def test_each_regime_has_conditions_and_dates_of_its_own(
    regime: str, facts: dict[str, object], member: dict[str, object], wanted: list[str]
) -> None:
    asked = situation(regime=regime, **facts)
    values = {"regime": regime, "firm": "Acme", "valid_from": date(2019, 1, 1), **member}
    found = unmet(BOOK.regime(regime, asked.day), Membership(**values), asked, "CAR-T")  # type: ignore[arg-type]
    assert found == wanted


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
    ],
)
def test_working_days_leave_out_the_weekend(day: date, days: int, due: date) -> None:
    assert working_days_after(day, days) == due


@pytest.mark.parametrize(
    ("basis", "grade", "days", "taken"),
    [
        ("transplant-2015", 3, 10, True),
        ("transplant-2015", 5, 10, True),
        ("transplant-2015", 2, 10, False),
        ("transplant-2015", None, 10, False),
        ("transplant-2015", 3, 30, False),
        ("transplant-2015", 3, -1, False),
        ("unheard-of", 3, 10, False),
    ],
)
def test_an_emergency_needs_its_basis_its_officer_and_its_day(
    basis: str, grade: int | None, days: int, taken: bool
) -> None:
    due = DAY + timedelta(days=days)
    try:
        check_grant(BOOK.emergency(basis, DAY), grade, DAY, due)
    except ColdlaneError:
        assert not taken
    else:
        assert taken


def test_a_granted_emergency_is_overdue_on_the_day_after_it_was_due() -> None:
    granted = EmergencyState.GRANTED
    assert state_on(granted, DAY, DAY) is EmergencyState.GRANTED
    assert state_on(granted, DAY, DAY + timedelta(days=1)) is EmergencyState.OVERDUE
    assert state_on(EmergencyState.MADE_UP, DAY, DAY + timedelta(days=9)) is EmergencyState.MADE_UP

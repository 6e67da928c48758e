"""Which papers are needed: the shipped rules, by hand, at dates on both sides of each change."""

from datetime import date
from typing import Any

import pytest

from services.core.domain.clearance.papers.needs import needed
from services.core.domain.clearance.papers.rulebook import Effect, Rulebook
from services.core.runtime.rulebook import shipped_rulebook
from tests.unit.clearance.papers.builders import rule, situation

BOOK = shipped_rulebook()
APPROVAL = {("special_item_approval", "goods")}
PERMIT = {("human_genetic_permit", "goods")}


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, APPROVAL),
        ({"direction": "out"}, APPROVAL),
        ({"risk_class": "C2"}, APPROVAL | {("commitment_letter", "goods")}),
        ({"item": "not_special_item"}, set()),
        ({"item": "drug"}, {("import_drug_form", "goods")}),
        ({"item": "drug", "direction": "out"}, set()),
        ({"item": "device"}, {("device_registration", "goods")}),
        ({"direction": "out", "human_genetic": True}, APPROVAL | PERMIT),
        ({"human_genetic": True}, APPROVAL),
        ({"boxes": True}, APPROVAL | {("temporary_entry", "boxes")}),
        ({"boxes": True, "direction": "out"}, APPROVAL | {("temporary_exit", "boxes")}),
        (
            {"temporary": True, "item": "not_special_item"},
            {("temporary_entry", "goods")},
        ),
        ({"regime": "joint_supervision"}, APPROVAL | {("annual_plan", "goods")}),
        ({"regime": "institution_whitelist", "use": "research"}, APPROVAL),
        (
            {"first_entry": True, "risk_class": "A1"},
            APPROVAL | {("access_assessment", "goods")},
        ),
        ({"first_entry": True, "risk_class": "C1"}, APPROVAL),
    ],
)
def test_the_shipped_rules_ask_for_these_papers(
    facts: dict[str, Any], wanted: set[tuple[str, str]]
) -> None:
    needs, _ = needed(BOOK.rules, situation(**facts))
    assert {(need.paper, need.subject) for need in needs} == wanted


@pytest.mark.parametrize(
    ("facts", "day", "waived_by"),
    [
        ({"use": "research"}, date(2023, 7, 30), None),
        ({"use": "research"}, date(2023, 7, 31), "pilot-drug-2023"),
        ({"use": "research"}, date(2024, 10, 23), "pilot-drug-2023"),
        ({"use": "research"}, date(2024, 10, 24), "pilot-drug"),
        ({"use": "trial"}, date(2026, 1, 1), None),
        ({"use": "sale"}, date(2026, 1, 1), None),
    ],
)
def test_the_pilot_waives_the_drug_form_for_research_and_from_its_day_on(
    facts: dict[str, Any], day: date, waived_by: str | None
) -> None:
    asked = situation(item="drug", regime="rd_import_pilot", day=day, **facts)
    needs, waivers = needed(BOOK.rules, asked)
    assert [one.waived_by for one in waivers] == ([waived_by] if waived_by else [])
    assert [one.paper for one in needs] == ([] if waived_by else ["import_drug_form"])


def test_the_other_regimes_waive_no_drug_form() -> None:
    for regime in ("joint_supervision", "institution_whitelist", None):
        needs, waivers = needed(BOOK.rules, situation(item="drug", regime=regime, use="research"))
        assert "import_drug_form" in {need.paper for need in needs}
        assert waivers == []


@pytest.mark.parametrize(
    ("day", "by"),
    [(date(2024, 12, 31), "special-item-before-2025"), (date(2025, 1, 1), "special-item")],
)
def test_the_law_of_2025_takes_over_on_its_first_day(day: date, by: str) -> None:
    needs, _ = needed(BOOK.rules, situation(day=day))
    assert [need.rule_id for need in needs] == [by]


def test_every_shipped_rule_has_a_source_and_names_a_kind_that_is_described() -> None:
    kinds = {kind.kind for kind in BOOK.kinds}
    assert {one.paper for one in BOOK.rules} <= kinds
    assert {paper for one in BOOK.emergencies for paper in one.papers} <= kinds
    ids = [one.rule_id for one in BOOK.rules]
    ids += [one.rule_id for one in BOOK.regimes]
    ids += [one.rule_id for one in BOOK.steps]
    assert len(ids) == len(set(ids))


def test_a_rule_of_a_sponsor_stands_in_the_place_of_the_shipped_one_for_that_sponsor_only() -> None:
    own = rule(
        "special-item",
        effect=Effect.WAIVES,
        when={"sponsor": frozenset({"Hospital"}), "item": frozenset({"special_item"})},
    )
    for sponsor, count in (("Hospital", 0), ("Other", 1), (None, 1)):
        rules = BOOK.with_own([own], sponsor, "PVG").rules
        needs, _ = needed(rules, situation(sponsor=sponsor, site="PVG"))
        assert len(needs) == count, sponsor


def test_of_several_rules_of_one_id_the_closest_stands() -> None:
    of_site = rule("a", paper="site", when={"site": frozenset({"PVG"})})
    of_sponsor = rule("a", paper="sponsor", when={"sponsor": frozenset({"H"})})
    of_both = rule(
        "a", paper="both", when={"site": frozenset({"PVG"}), "sponsor": frozenset({"H"})}
    )
    for own, paper in (
        ([of_both, of_site, of_sponsor], "both"),
        ([of_sponsor, of_site], "sponsor"),
        ([of_site], "site"),
    ):
        book = Rulebook(rules=[rule("a", paper="shipped")]).with_own(own, "H", "PVG")
        assert [one.paper for one in book.rules] == [paper]

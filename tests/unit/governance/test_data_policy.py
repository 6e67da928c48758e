"""What may leave the country: the rules as data, and a default that lets nothing pass."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.errors import Invalid
from services.core.domain.governance.data_class import DataClass, read_field_classes
from services.core.domain.governance.data_policy import DataPolicy
from services.core.domain.governance.data_rules import Outcome, Purpose, read_data_rule
from services.core.domain.governance.data_standing import check_emergency
from services.core.domain.governance.data_transfer import (
    Emergency,
    Exporter,
    Instrument,
    Recipient,
    Transfer,
    strictest,
    unknown_field,
)
from services.core.runtime.data_rules import calendar_day, shipped_data_rules

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ABROAD = Transfer(
    recipient=Recipient(organisation_id="lab", country="DE"),
    purpose=Purpose.EXPORT,
    now=NOW,
    day=NOW.date(),
)
POLICY = DataPolicy(shipped=shipped_data_rules())
CONTRACT = Instrument(
    kind="standard_contract",
    classes=frozenset({DataClass.SENSITIVE}),
    purposes=frozenset({Purpose.EXPORT}),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
)
OWN = {
    "id": "own-1",
    "outcome": "exempt",
    "classes": ["personal"],
    "purposes": ["reading"],
    "because_en": "the sponsor says so",
    "because_zh": "委托方决定",
    "source": "letter of the sponsor, 2026-11-01",
    "grade": "O",
}


def own(**changes: Any) -> DataPolicy:
    """The shipped rules with one of a sponsor's over them."""
    return DataPolicy(shipped=shipped_data_rules(), own=[read_data_rule({**OWN, **changes})])


@pytest.mark.parametrize(
    ("data_class", "persons", "outcome", "rule"),
    [
        (DataClass.NONE, 0, Outcome.EXEMPT, "cn-trade"),
        (DataClass.PERSONAL, 99_999, Outcome.EXEMPT, "cn-personal-few"),
        (DataClass.PERSONAL, 100_000, Outcome.CONTRACT, "cn-personal-contract"),
        (DataClass.PERSONAL, 999_999, Outcome.CONTRACT, "cn-personal-contract"),
        (DataClass.PERSONAL, 1_000_000, Outcome.ASSESSMENT, "cn-personal-assessment"),
        (DataClass.SENSITIVE, 1, Outcome.CONTRACT, "cn-sensitive-contract"),
        (DataClass.SENSITIVE, 10_000, Outcome.ASSESSMENT, "cn-sensitive-assessment"),
        (DataClass.HUMAN_GENETIC, 1, Outcome.ASSESSMENT, "cn-human-genetic"),
        (DataClass.IMPORTANT, 0, Outcome.ASSESSMENT, "cn-important"),
    ],
)
def test_s75_thresholds_of_the_country_hold_to_the_person(
    data_class: DataClass, persons: int, outcome: Outcome, rule: str
) -> None:
    ruling = POLICY.rule(data_class, persons, ABROAD)
    assert (ruling.outcome, ruling.rule_id) == (outcome, rule)
    assert ruling.passes is (outcome is Outcome.EXEMPT)


def test_s74_what_stays_in_the_country_is_asked_nothing() -> None:
    home = replace(ABROAD, recipient=Recipient(organisation_id="x", country="CN"))
    assert all(POLICY.rule(one, 10**9, home).passes for one in DataClass)


@pytest.mark.parametrize("country", [None, "HK", "MO", "TW", "US"])
def test_s74_a_place_that_is_not_known_is_abroad(country: str | None) -> None:
    there = replace(ABROAD, recipient=Recipient(organisation_id="x", country=country))
    assert not POLICY.rule(DataClass.SENSITIVE, 1, there).passes


@pytest.mark.parametrize("purpose", [Purpose.READING, Purpose.NOTICE, Purpose.SHARING])
def test_s74_who_reads_abroad_sees_trade_and_transport_and_nothing_else(purpose: Purpose) -> None:
    reading = replace(ABROAD, purpose=purpose)
    passes = {one for one in DataClass if POLICY.rule(one, 1, reading).passes}
    assert passes == {DataClass.NONE}


@given(
    st.sampled_from(DataClass),
    st.sampled_from(Purpose),
    st.integers(0, 2_000_000),
    st.booleans(),
)
def test_s74_without_a_rule_nothing_leaves(
    data_class: DataClass, purpose: Purpose, persons: int, critical: bool
) -> None:
    """Default deny: with no rules at all, whatever it is and whoever asks."""
    bare = DataPolicy(shipped=replace(shipped_data_rules(), rules=()))
    transfer = replace(ABROAD, purpose=purpose, exporter=Exporter(critical=critical))
    ruling = bare.rule(data_class, persons, transfer)
    assert (ruling.passes, ruling.rule_id) == (False, "default")


@given(st.sampled_from(DataClass), st.sampled_from(Purpose), st.integers(0, 2_000_000))
def test_s75_more_persons_never_make_it_easier(
    data_class: DataClass, purpose: Purpose, persons: int
) -> None:
    transfer = replace(ABROAD, purpose=purpose)
    fewer = POLICY.rule(data_class, persons, transfer).passes
    assert fewer or not POLICY.rule(data_class, persons + 1, transfer).passes


def test_s74_field_that_nobody_has_classed_stays() -> None:
    rulings = [POLICY.rule(DataClass.NONE, 0, ABROAD), unknown_field("Shipment.blood_group")]
    assert strictest(rulings).rule_id == "unknown-field"
    assert not strictest(rulings).passes
    assert not strictest([]).passes


def test_s75_lists_of_zones_stand_side_by_side() -> None:
    """The same data, the same day: each exporter by the lists it stands under."""
    transfer = replace(ABROAD, purpose=Purpose.PHARMACOVIGILANCE)
    found = {
        name: POLICY.rule(
            DataClass.SENSITIVE, 20_000, replace(transfer, exporter=Exporter(lists=lists))
        ).rule_id
        for name, lists in {
            "none": frozenset[str](),
            "sh": frozenset({"cn-sh"}),
            "bj": frozenset({"cn-bj"}),
        }.items()
    }
    assert found == {
        "none": "cn-sensitive-assessment",
        "sh": "cn-sh-pv-contract",
        "bj": "cn-sensitive-assessment",
    }


def test_s75_rule_holds_on_its_days_and_on_no_other() -> None:
    transfer = replace(ABROAD, purpose=Purpose.PHARMACOVIGILANCE)
    under = replace(transfer, exporter=Exporter(lists=frozenset({"cn-sh"})))
    for day, rule in (
        (date(2025, 2, 7), "cn-sensitive-assessment"),
        (date(2025, 2, 8), "cn-sh-pv-contract"),
    ):
        assert POLICY.rule(DataClass.SENSITIVE, 20_000, replace(under, day=day)).rule_id == rule


def test_s75_each_rule_and_list_says_its_source_and_grade() -> None:
    shipped = shipped_data_rules()
    assert len(shipped.lists) >= 4
    said = [(one.source, one.grade) for one in shipped.rules]
    said += [(one.source, one.grade) for one in shipped.lists.values()]
    for source, grade in said:
        assert len(source) > 20
        assert grade in {"S", "K", "O"}


def test_contract_makes_good_what_demands_one_for_its_days_and_persons() -> None:
    signed = replace(ABROAD, instruments=[CONTRACT])
    ruling = POLICY.rule(DataClass.SENSITIVE, 1, signed)
    assert (ruling.passes, ruling.words) == (True, "allowed: standard_contract stands")
    assert not POLICY.rule(DataClass.SENSITIVE, 10_000, signed).passes
    assert not POLICY.rule(DataClass.PERSONAL, 100_000, signed).passes
    late = replace(signed, day=date(2027, 1, 1))
    assert not POLICY.rule(DataClass.SENSITIVE, 1, late).passes
    few = replace(signed, instruments=[replace(CONTRACT, persons_most=5)])
    assert POLICY.rule(DataClass.SENSITIVE, 5, few).passes
    assert not POLICY.rule(DataClass.SENSITIVE, 6, few).passes


def test_emergency_opens_its_classes_for_its_hours() -> None:
    emergency = Emergency(
        classes=frozenset({DataClass.SENSITIVE}), starts_at=NOW, ends_at=NOW + timedelta(hours=4)
    )
    reading = replace(ABROAD, purpose=Purpose.READING, emergencies=[emergency])
    assert POLICY.rule(DataClass.SENSITIVE, 1, reading).rule_id == "emergency"
    assert not POLICY.rule(DataClass.PERSONAL, 1, reading).passes
    over = replace(reading, now=NOW + timedelta(hours=4))
    assert not POLICY.rule(DataClass.SENSITIVE, 1, over).passes
    forbidden = own(outcome="denied", classes=["sensitive"])
    assert not forbidden.rule(DataClass.SENSITIVE, 1, reading).passes


def test_own_rule_stands_over_the_lists_for_what_it_names() -> None:
    reading = replace(ABROAD, purpose=Purpose.READING)
    assert own().rule(DataClass.PERSONAL, 1, reading).rule_id == "own-1"
    assert not own().rule(DataClass.SENSITIVE, 1, reading).passes
    assert not own(countries=["US"]).rule(DataClass.PERSONAL, 1, reading).passes
    closed = own(outcome="denied", classes=["none"], countries=["DE"])
    assert not closed.rule(DataClass.NONE, 0, reading).passes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({"classes": ["secret"]}, "classes"),
        ({"classes": []}, "classes"),
        ({"grade": "Z"}, "grade"),
        ({"source": " "}, "source"),
        ({"persons_from": -1}, "persons_from"),
        ({"persons_below": True}, "persons_below"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_rule_that_is_none_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_data_rule({**OWN, **changes})
    assert refused.value.field == field


def test_year_of_the_counters_is_that_of_the_place() -> None:
    assert calendar_day(datetime(2026, 12, 31, 16, tzinfo=UTC)).year == 2027
    assert calendar_day(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).year == 2026


@pytest.mark.parametrize("table", [{"none": "a", "personal": "a"}, {"secret": "a"}])
def test_field_has_one_class_and_a_known_one(table: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_field_classes({"Shipment": table})


def test_s74_denial_is_made_good_by_no_paper() -> None:
    changes = {"classes": ["sensitive"], "purposes": [], "settled_by": ["standard_contract"]}
    export = replace(ABROAD, instruments=[CONTRACT])
    assert POLICY.rule(DataClass.SENSITIVE, 1, export).passes
    assert not own(outcome="denied", **changes).rule(DataClass.SENSITIVE, 1, export).passes


@pytest.mark.parametrize("data_class", [DataClass.IMPORTANT, DataClass.HUMAN_GENETIC])
def test_s74_no_emergency_frees_what_is_not_personal_information(data_class: DataClass) -> None:
    emergency = Emergency(
        classes=frozenset(DataClass), starts_at=NOW, ends_at=NOW + timedelta(hours=4)
    )
    assert not POLICY.rule(data_class, 1, replace(ABROAD, emergencies=[emergency])).passes
    with pytest.raises(Invalid, match="no emergency lets"):
        check_emergency(NOW, NOW + timedelta(hours=4), NOW, ["sensitive", data_class])


def test_s75_operator_of_critical_infrastructure_is_exempt_from_nothing() -> None:
    """Told so by an authority, and entered like a list: also where a zone's list eases."""
    for lists in (frozenset({"cn-cii"}), frozenset({"cn-cii", "cn-sh"})):
        for data_class in (DataClass.PERSONAL, DataClass.SENSITIVE):
            for purpose in (Purpose.EXPORT, Purpose.PHARMACOVIGILANCE):
                transfer = replace(ABROAD, purpose=purpose, exporter=Exporter.under(lists))
                ruling = POLICY.rule(data_class, 1, transfer)
                assert (ruling.rule_id, ruling.passes) == ("cn-critical", False)


def test_s74_who_is_nobody_knows_where_may_be_where_a_rule_closes() -> None:
    nowhere = replace(
        ABROAD, recipient=Recipient(organisation_id="", country=None), purpose=Purpose.SHARING
    )
    assert POLICY.rule(DataClass.NONE, 0, nowhere).passes
    here = {"classes": ["none", "personal"], "purposes": [], "countries": ["DE"]}
    assert not own(outcome="denied", **here).rule(DataClass.NONE, 0, nowhere).passes
    assert not own(outcome="exempt", **here).rule(DataClass.PERSONAL, 1, nowhere).passes
    elsewhere = replace(nowhere, recipient=Recipient(organisation_id="", country="US"))
    assert own(outcome="denied", **here).rule(DataClass.NONE, 0, elsewhere).passes

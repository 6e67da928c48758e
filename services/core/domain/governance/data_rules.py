"""Rules on data that leaves the country, as data: each with its list, source, grade and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.governance.data_class import DataClass

NATION = "cn"
"""The list of the country; the others belong to a free-trade zone."""
OWN = "own"
"""What the installation, a sponsor or a site laid over the shipped lists."""


class Outcome(StrEnum):
    """What a rule says, the mildest first."""

    EXEMPT = "exempt"
    CONTRACT = "contract"
    """A standard contract, or a certification, must stand."""

    ASSESSMENT = "assessment"
    """An authority must have assessed it."""

    DENIED = "denied"


STRICTNESS = {one: place for place, one in enumerate(Outcome)}


class Purpose(StrEnum):
    """What somebody abroad gets the data for."""

    READING = "reading"
    """Pages, streams and answers of the API."""

    NOTICE = "notice"
    EXPORT = "export"
    SHARING = "sharing"
    EMERGENCY = "emergency"
    CLINICAL_TRIAL = "clinical_trial"
    PHARMACOVIGILANCE = "pharmacovigilance"
    ENQUIRY = "enquiry"
    COMPLAINT = "complaint"
    VENDORS = "vendors"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRule:
    """One sentence of a list. Empty `purposes` and `countries` are all of them.

    It holds for a number of persons of this calendar year from `persons_from` on and below
    `persons_below`. `settled_by` names the instruments that make good what it demands.
    """

    rule_id: str
    list_id: str
    outcome: Outcome
    classes: frozenset[DataClass]
    purposes: frozenset[Purpose]
    countries: frozenset[str]
    persons_from: int
    persons_below: int | None
    critical: bool | None
    settled_by: frozenset[str]
    because_en: str
    because_zh: str
    source: str
    grade: str
    url: str | None
    valid_from: date | None
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day; both ends are inclusive."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataList:
    """A list that a country or a free-trade zone has published."""

    list_id: str
    name_en: str
    name_zh: str
    place: str
    edition: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRules:
    """The lists side by side, whose land it is, and which instruments there are."""

    home: str
    lists: Mapping[str, DataList]
    rules: tuple[DataRule, ...]


_LIST_FIELDS = ("name_en", "name_zh", "place", "edition", "source", "grade")
_GRADES = ("S", "K", "O")
_INSTRUMENTS = ("standard_contract", "certification", "security_assessment", "filing", "hgr_report")


def read_data_rules(document: Mapping[str, Any]) -> DataRules:
    """The shipped document; raises Invalid, which names the entry and the field."""
    lists = {
        one["id"]: DataList(list_id=one["id"], **{name: one[name] for name in _LIST_FIELDS})
        for one in document["list"]
    }
    rules = tuple(read_data_rule(one) for one in document["rule"])
    for rule in rules:
        if rule.list_id not in lists:
            raise Invalid(f"{rule.rule_id} stands in no list", field="list")
    if len({one.rule_id for one in rules}) != len(rules):
        raise Invalid("two rules have one id", field="id")
    return DataRules(home=document["home"], lists=lists, rules=rules)


_PLAIN = ("because_en", "because_zh", "source")
_FIELDS = frozenset(
    {"id", "list", "outcome", "classes", "purposes", "countries", "critical", "settled_by"}
    | {"persons_from", "persons_below", "grade", "url", "valid_from", "valid_until", *_PLAIN}
)


def read_data_rule(given: Mapping[str, Any]) -> DataRule:
    """One rule (TOML that is shipped, JSON that somebody sends); raises Invalid."""
    unknown = sorted(set(given) - _FIELDS)
    if unknown:
        raise Invalid(f"a rule has no field {unknown[0]}", field=unknown[0], remedy="leave it out")
    return DataRule(
        rule_id=_text(given, "id"),
        list_id=str(given.get("list", OWN)),
        outcome=Outcome(_one_of(given, "outcome", tuple(Outcome))),
        classes=frozenset(DataClass(one) for one in _some(given, "classes", tuple(DataClass))),
        purposes=frozenset(Purpose(one) for one in _some(given, "purposes", tuple(Purpose))),
        countries=frozenset(_some(given, "countries", None)),
        persons_from=_whole(given, "persons_from") or 0,
        persons_below=_whole(given, "persons_below"),
        critical=given.get("critical"),
        settled_by=frozenset(_some(given, "settled_by", _INSTRUMENTS)),
        grade=_one_of(given, "grade", _GRADES),
        url=given.get("url"),
        valid_from=_day(given, "valid_from"),
        valid_until=_day(given, "valid_until"),
        **{name: _text(given, name) for name in _PLAIN},
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"a rule says its {name}", field=name, remedy="give it as text")
    return value


def _one_of(given: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = _text(given, name)
    if value not in known:
        raise Invalid(f"{name} is not known", field=name, remedy="one of: " + ", ".join(known))
    return value


def _some(given: Mapping[str, Any], name: str, known: tuple[str, ...] | None) -> list[str]:
    values = given.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Invalid(f"{name} is a list of words", field=name)
    if name == "classes" and not values:
        raise Invalid("a rule says which classes it is about", field=name)
    if known is not None and not set(values) <= set(known):
        raise Invalid(f"{name} is not known", field=name, remedy="of: " + ", ".join(known))
    return values


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise Invalid(f"{name} is a whole number of persons", field=name)
    return value


def _day(given: Mapping[str, Any], name: str) -> date | None:
    value = given.get(name)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise Invalid(f"{name} is no day", field=name, remedy="write it as 2026-11-30") from None

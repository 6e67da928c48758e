"""May this leave the country? A pure answer, by the rules in force; what no rule allows stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_rules import (
    NATION,
    OWN,
    STRICTNESS,
    DataRule,
    DataRules,
    Outcome,
)
from services.core.domain.governance.data_transfer import (
    AT_HOME,
    EMERGENCY,
    FOR_LIVES,
    Ruling,
    Transfer,
    denied,
    exempt,
)

COUNTED = frozenset({DataClass.PERSONAL, DataClass.SENSITIVE, DataClass.HUMAN_GENETIC})
"""Whose persons are counted, from the first of January on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPolicy:
    """The shipped rules, and those laid over them."""

    shipped: DataRules
    own: Sequence[DataRule] = ()

    def is_abroad(self, country: str | None) -> bool:
        """Whether somebody there is abroad; a place that is not known is."""
        return country != self.shipped.home

    def rule(self, data_class: DataClass, persons: int, transfer: Transfer) -> Ruling:
        """What holds for one class; `persons` are those of this year, these included."""
        if not self.is_abroad(transfer.recipient.country):
            return exempt(data_class, AT_HOME, "it stays in the country", "数据未出境")
        found = [
            one
            for one in (*self.shipped.rules, *self.own)
            if one.holds_on(transfer.day) and _meets(one, data_class, persons, transfer)
        ]
        rule = _weightiest(found)
        if _in_emergency(data_class, transfer) and not _forbids(rule):
            because = "lives are in danger, and somebody answers for it by name"
            return exempt(data_class, EMERGENCY, because, "为保护人身安全，已由专人负责并登记")
        return denied(data_class) if rule is None else _by(rule, data_class, persons, transfer)

    def rule_all(
        self, classes: Iterable[DataClass], persons: Mapping[DataClass, int], transfer: Transfer
    ) -> dict[DataClass, Ruling]:
        """The same for several classes."""
        return {one: self.rule(one, persons.get(one, 0), transfer) for one in sorted(classes)}


def _meets(rule: DataRule, data_class: DataClass, persons: int, transfer: Transfer) -> bool:
    exporter = transfer.exporter
    return (
        data_class in rule.classes
        and (not rule.purposes or transfer.purpose in rule.purposes)
        and _reaches(rule, transfer.recipient.country)
        and (rule.critical is None or rule.critical is exporter.critical)
        and (rule.list_id in (NATION, OWN) or rule.list_id in exporter.lists)
        and rule.persons_from <= persons
        and (rule.persons_below is None or persons < rule.persons_below)
    )


def _reaches(rule: DataRule, country: str | None) -> bool:
    """Whoever is nobody knows where may be where a rule closes, and is not where one opens."""
    if not rule.countries:
        return True
    if country is None:
        return rule.outcome is not Outcome.EXEMPT
    return country in rule.countries


def _weightiest(rules: Sequence[DataRule]) -> DataRule | None:
    """What was laid over the lists before a zone's, a zone's before the country's; of those that
    weigh the same the strictest."""
    return max(rules, key=lambda one: (_layer(one), STRICTNESS[one.outcome]), default=None)


def _layer(rule: DataRule) -> int:
    return {NATION: 0, OWN: 2}.get(rule.list_id, 1)


def _in_emergency(data_class: DataClass, transfer: Transfer) -> bool:
    return data_class in FOR_LIVES and any(
        data_class in one.classes and one.starts_at <= transfer.now < one.ends_at
        for one in transfer.emergencies
    )


def _forbids(rule: DataRule | None) -> bool:
    """A denial of one's own holds in an emergency too: its author had time to think."""
    return rule is not None and rule.list_id == OWN and rule.outcome is Outcome.DENIED


def _by(rule: DataRule, data_class: DataClass, persons: int, transfer: Transfer) -> Ruling:
    stands = next(
        (
            one.kind
            for one in transfer.instruments
            if rule.outcome is not Outcome.DENIED
            and one.kind in rule.settled_by
            and one.covers(data_class, transfer.purpose, persons, transfer.day)
        ),
        None,
    )
    return Ruling(
        data_class=data_class,
        outcome=rule.outcome,
        passes=rule.outcome is Outcome.EXEMPT or stands is not None,
        rule_id=rule.rule_id,
        because_en=rule.because_en,
        because_zh=rule.because_zh,
        settled_by=stands,
    )

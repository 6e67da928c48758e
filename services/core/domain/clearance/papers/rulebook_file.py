"""Reads rules on papers from a document (TOML that is shipped, JSON that somebody sends)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from services.core.domain.clearance.papers.needs import FACTS
from services.core.domain.clearance.papers.provenance import Provenance
from services.core.domain.clearance.papers.rulebook import (
    Effect,
    EmergencyBasis,
    PaperKind,
    PaperRule,
    RegimeRule,
    RiskClass,
    Rulebook,
    StepRule,
    WriteOff,
)
from services.core.domain.clearance.supervision.sign_off import Department
from services.core.domain.errors import Invalid

_GRADES = frozenset({"S", "K", "O"})
_Made = TypeVar("_Made")


class _Entry:
    """One table of the document; takes its fields one by one, and refuses what is left over."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self._where = where
        self._values = dict(values)

    def word(self, name: str, default: str | None = None) -> str:
        value = self._values.pop(name, default)
        if not isinstance(value, str) or not value:
            raise self._wrong(name, "give it as text")
        return value

    def whole(self, name: str) -> int:
        value = self._values.pop(name, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "give it as a whole number, not below 0")
        return value

    def flag(self, name: str) -> bool:
        value = self._values.pop(name, False)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def words(self, name: str) -> frozenset[str]:
        value = self._values.pop(name, None)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(name, "give it as a list of words")
        return frozenset(value)

    def one_of(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        value = self.word(name, default)
        if value not in known:
            raise self._wrong(name, "one of " + ", ".join(known))
        return value

    def conditions(self) -> dict[str, frozenset[str]]:
        when = _Entry(f"{self._where}.when", self._values.pop("when", {}))
        return {name: when.words(name) for name in FACTS if name in when._values} | when.done({})

    def provenance(self) -> Provenance:
        made = Provenance(
            source=self.word("source"),
            grade=self.one_of("grade", sorted(_GRADES)),
            url=self._values.pop("url", None),
            valid_from=self._day("valid_from"),
            valid_until=self._day("valid_until"),
        )
        return self.done(made)

    def done(self, made: _Made) -> _Made:
        """What was made, once nothing is left that nobody has read."""
        if self._values:
            raise self._wrong(sorted(self._values)[0], "there is no such field here; remove it")
        return made

    def _day(self, name: str) -> date | None:
        value = self._values.pop(name, None)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise self._wrong(name, "give a day as 2026-11-25") from None
        if value is not None and type(value) is not date:
            raise self._wrong(name, "give a day as 2026-11-25")
        return value

    def _wrong(self, name: str, remedy: str) -> Invalid:
        return Invalid(
            f"the rule {self._where} is wrong at {name}",
            field=f"{self._where}.{name}",
            remedy=remedy,
        )


def read_rulebook(document: Mapping[str, Any]) -> Rulebook:
    """The rules of a document; raises Invalid, which names the rule and the field."""
    parts = {
        name: _entries(document, name)
        for name in ("kind", "risk_class", "rule", "regime", "sign_off", "emergency")
    }
    unknown = set(document) - set(parts)
    if unknown:
        raise Invalid(f"there is no table {sorted(unknown)[0]} here", field=sorted(unknown)[0])
    return Rulebook(
        kinds=[_kind(one) for one in parts["kind"]],
        classes=[_risk_class(one) for one in parts["risk_class"]],
        rules=[_rule(one) for one in parts["rule"]],
        regimes=[_regime(one) for one in parts["regime"]],
        steps=[_step(one) for one in parts["sign_off"]],
        emergencies=[_emergency(one) for one in parts["emergency"]],
    )


def read_rule(document: Mapping[str, Any]) -> PaperRule:
    """One rule of a sponsor's or a site's own; raises Invalid."""
    return _rule(_Entry("rule", document))


def _entries(document: Mapping[str, Any], name: str) -> list[_Entry]:
    return [_Entry(f"{name}.{number}", one) for number, one in enumerate(document.get(name, ()), 1)]


def _kind(entry: _Entry) -> PaperKind:
    form = entry.word("number_form")
    try:
        re.compile(form)
    except re.error:
        raise Invalid("not a pattern", field="number_form") from None
    return PaperKind(
        kind=entry.word("id"),
        name_en=entry.word("name_en"),
        name_zh=entry.word("name_zh"),
        number_form=form,
        issuer=entry.word("issuer"),
        by_risk_class=entry.flag("by_risk_class"),
        re_export=entry.flag("re_export"),
        provenance=entry.provenance(),
    )


def _risk_class(entry: _Entry) -> RiskClass:
    return RiskClass(
        risk_class=entry.word("id"),
        valid_months=entry.whole("valid_months"),
        write_off=WriteOff(entry.one_of("write_off", list(WriteOff))),
        provenance=entry.provenance(),
    )


def _rule(entry: _Entry) -> PaperRule:
    return PaperRule(
        rule_id=entry.word("id"),
        paper=entry.word("paper"),
        effect=Effect(entry.one_of("effect", list(Effect), Effect.NEEDS)),
        who=entry.word("who", "applicant"),
        subject=entry.one_of("subject", ["goods", "boxes"], "goods"),
        when=entry.conditions(),
        provenance=entry.provenance(),
    )


def _regime(entry: _Entry) -> RegimeRule:
    return RegimeRule(
        rule_id=entry.word("id"),
        regime=entry.word("regime"),
        name_en=entry.word("name_en"),
        name_zh=entry.word("name_zh"),
        directions=entry.words("directions"),
        uses=entry.words("uses"),
        member_by=entry.one_of("member_by", ["firm", "item"]),
        needs_assessment=entry.flag("needs_assessment"),
        provenance=entry.provenance(),
    )


def _step(entry: _Entry) -> StepRule:
    return StepRule(
        rule_id=entry.word("id"),
        regime=entry.word("regime"),
        department=entry.one_of("department", list(Department)),
        within=timedelta(hours=entry.whole("within_h")),
        remind_before=timedelta(hours=entry.whole("remind_before_h")),
        lead=entry.flag("lead"),
        sees=entry.words("sees"),
        provenance=entry.provenance(),
    )


def _emergency(entry: _Entry) -> EmergencyBasis:
    return EmergencyBasis(
        basis_id=entry.word("id"),
        name_en=entry.word("name_en"),
        name_zh=entry.word("name_zh"),
        papers=entry.words("papers"),
        officer_grade=entry.whole("officer_grade"),
        within_working_days=entry.whole("within_working_days"),
        provenance=entry.provenance(),
    )

"""The rules on papers as values: kinds, classes, regimes, needs, sign-offs, emergencies.

None of them is written in code: they come from dated data (`rulebook_file`), and a sponsor or a
site may lay its own over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.core.domain.clearance.papers.provenance import Provenance


class WriteOff(StrEnum):
    """How a paper is used up."""

    SINGLE = "single"
    BATCH = "batch"


class Effect(StrEnum):
    """What a rule says of a paper: it is needed, or not needed although another rule says so."""

    NEEDS = "needs"
    WAIVES = "waives"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """A kind of paper: its names, the form of its number, and who issues it."""

    kind: str
    name_en: str
    name_zh: str
    number_form: str
    issuer: str
    provenance: Provenance
    by_risk_class: bool = False
    """Its length and its write-off follow from the risk class that it names."""
    re_export: bool = False
    """It names a day by which the goods or the boxes must have left again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskClass:
    """A class of risk, and what an approval of that class is like."""

    risk_class: str
    valid_months: int
    write_off: WriteOff
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRule:
    """Which paper is needed, or waived, where `when` holds; who has to bring it.

    `when` names facts of the situation and the values at which the rule applies. `site` and
    `sponsor` there make a rule of theirs; one with the id of another stands in its place.
    """

    rule_id: str
    paper: str
    effect: Effect
    who: str
    when: Mapping[str, frozenset[str]]
    provenance: Provenance
    subject: str = "goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeRule:
    """One way of facilitation: for which uses and directions, on which conditions."""

    rule_id: str
    regime: str
    name_en: str
    name_zh: str
    directions: frozenset[str]
    uses: frozenset[str]
    member_by: str
    """How a firm comes in: `item` (firm and item listed together) or `firm` (listed itself)."""
    needs_assessment: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """A department that has to sign off under a regime, how long it has, and what it may see."""

    rule_id: str
    regime: str
    department: str
    within: timedelta
    remind_before: timedelta
    lead: bool
    sees: frozenset[str]
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyBasis:
    """A legal basis for a release before the paper: who may, for what, and until when."""

    basis_id: str
    name_en: str
    name_zh: str
    papers: frozenset[str]
    officer_grade: int
    within_working_days: int
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Every rule there is, of all dates."""

    kinds: Sequence[PaperKind] = ()
    classes: Sequence[RiskClass] = ()
    rules: Sequence[PaperRule] = ()
    regimes: Sequence[RegimeRule] = ()
    steps: Sequence[StepRule] = ()
    emergencies: Sequence[EmergencyBasis] = ()

    def kind(self, name: str, day: date) -> PaperKind | None:
        """A kind of paper as it is known on that day."""
        return next((k for k in self.kinds if k.kind == name and k.provenance.holds_on(day)), None)

    def risk_class(self, name: str, day: date) -> RiskClass | None:
        """A class of the table in force on that day."""
        return next(
            (c for c in self.classes if c.risk_class == name and c.provenance.holds_on(day)), None
        )

    def regime(self, name: str, day: date) -> RegimeRule | None:
        """A regime as it stands on that day."""
        return next(
            (r for r in self.regimes if r.regime == name and r.provenance.holds_on(day)), None
        )

    def steps_of(self, regime: str, day: date) -> list[StepRule]:
        """Who signs off under a regime on that day."""
        return [s for s in self.steps if s.regime == regime and s.provenance.holds_on(day)]

    def emergency(self, basis_id: str, day: date) -> EmergencyBasis | None:
        """A legal basis that is in force on that day."""
        return next(
            (e for e in self.emergencies if e.basis_id == basis_id and e.provenance.holds_on(day)),
            None,
        )

    def with_own(self, own: Sequence[PaperRule], sponsor: str | None, site: str | None) -> Rulebook:
        """With the rules of this sponsor and this site in the place of those of the same id.

        Of several with one id the one that names both stands, then the sponsor's, then the site's.
        """
        chosen = {rule.rule_id: rule for rule in self.rules}
        for rule in sorted(own, key=_closeness):
            if _is_of(rule, "sponsor", sponsor) and _is_of(rule, "site", site):
                chosen[rule.rule_id] = rule
        return replace(self, rules=tuple(chosen.values()))


def _closeness(rule: PaperRule) -> tuple[bool, bool]:
    return "sponsor" in rule.when, "site" in rule.when


def _is_of(rule: PaperRule, key: str, value: str | None) -> bool:
    return key not in rule.when or value in rule.when[key]

"""Which papers a shipment needs: the dated rules, evaluated for its situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.core.domain.clearance.papers.rulebook import Effect, PaperRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides on papers: the product, its way over the border, its regime, and the day.

    `item` is what the goods are before the law (special_item, not_special_item, drug, device …);
    `boxes` says whether boxes cross that must go back.
    """

    day: date
    item: str
    direction: str
    use: str
    risk_class: str | None = None
    regime: str | None = None
    human_genetic: bool = False
    temporary: bool = False
    boxes: bool = False
    first_entry: bool = False
    origin: str | None = None
    destination: str | None = None
    sponsor: str | None = None
    site: str | None = None

    def facts(self) -> Mapping[str, str]:
        """As rules name them: yes or no, a word, or an empty one for what is not known."""
        return {name: _word(getattr(self, name)) for name in FACTS}


FACTS = (
    "item",
    "direction",
    "use",
    "risk_class",
    "regime",
    "human_genetic",
    "temporary",
    "boxes",
    "first_entry",
    "origin",
    "destination",
    "sponsor",
    "site",
)
"""What a rule may ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A paper that is needed, by which rule, and who has to bring it."""

    paper: str
    rule_id: str
    who: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A paper that a rule asks for and another waives."""

    paper: str
    rule_id: str
    waived_by: str


def needed(rules: Sequence[PaperRule], situation: Situation) -> tuple[list[Need], list[Waiver]]:
    """The papers that this situation needs, and those that it is let off; each once."""
    facts = situation.facts()
    applying = [
        rule
        for rule in rules
        if rule.provenance.holds_on(situation.day)
        and all(facts[key] in values for key, values in rule.when.items())
    ]
    off = {
        (rule.paper, rule.subject): rule.rule_id
        for rule in applying
        if rule.effect is Effect.WAIVES
    }
    needs: dict[tuple[str, str], Need] = {}
    waivers = []
    for rule in applying:
        key = (rule.paper, rule.subject)
        if rule.effect is Effect.WAIVES or key in needs:
            continue
        if key in off:
            waivers.append(Waiver(paper=rule.paper, rule_id=rule.rule_id, waived_by=off[key]))
            continue
        needs[key] = Need(
            paper=rule.paper, rule_id=rule.rule_id, who=rule.who, subject=rule.subject
        )
    return list(needs.values()), waivers


def _word(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""

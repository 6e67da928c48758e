"""The ways of facilitation, kept apart: each with its own conditions, dates and members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.core.domain.clearance.papers.needs import Situation
from services.core.domain.clearance.papers.rulebook import RegimeRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A firm in a regime, with the item it is listed with, if it is; both days inclusive."""

    regime: str
    firm: str
    valid_from: date
    valid_until: date | None = None
    item: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the firm is in on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def unmet(
    rule: RegimeRule | None, member: Membership | None, situation: Situation, product: str
) -> list[str]:
    """Which conditions of its regime a shipment does not meet, by name; none when it may use it.

    `not_in_force`, `direction`, `use`, `not_a_member`, `item_not_listed`.
    """
    if rule is None:
        return ["not_in_force"]
    found = []
    if situation.direction not in rule.directions:
        found.append("direction")
    if situation.use not in rule.uses:
        found.append("use")
    if member is None or member.regime != rule.regime or not member.holds_on(situation.day):
        found.append("not_a_member")
    elif rule.member_by == "item" and member.item != product:
        found.append("item_not_listed")
    return found

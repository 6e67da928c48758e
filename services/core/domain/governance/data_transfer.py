"""A transfer of data across the border, and what is ruled of it, class by class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_rules import STRICTNESS, Outcome, Purpose

DEFAULT = "default"
AT_HOME = "at-home"
EMERGENCY = "emergency"
UNKNOWN = "unknown-field"
CRITICAL = "cn-cii"
"""The list of those who were told by an authority that they are critical infrastructure."""
FOR_LIVES = frozenset({DataClass.PERSONAL, DataClass.SENSITIVE})
"""What an emergency can let out: the exemption of the Provisions of 2024-03-22 is one of personal
information; nothing of it frees important data or human genetic resources. Grade S."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets the data. `country` is where its people read it; None is not known."""

    organisation_id: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Who gives it: the lists of free-trade zones that it stands under."""

    lists: frozenset[str] = frozenset()
    critical: bool = False
    """An operator of critical information infrastructure."""

    @classmethod
    def under(cls, lists: frozenset[str]) -> Exporter:
        """Whoever stands under these lists; one of them says that it is critical."""
        return cls(lists=lists, critical=CRITICAL in lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A contract, certificate or assessment that stands with a recipient."""

    kind: str
    classes: frozenset[DataClass]
    purposes: frozenset[Purpose]
    valid_from: date
    valid_until: date
    persons_most: int | None = None

    def covers(self, data_class: DataClass, purpose: Purpose, persons: int, day: date) -> bool:
        """Whether it makes this transfer good on that day; both ends are inclusive."""
        return (
            data_class in self.classes
            and purpose in self.purposes
            and self.valid_from <= day <= self.valid_until
            and (self.persons_most is None or persons <= self.persons_most)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Somebody answers for it by name, for some hours, and brings the papers after."""

    classes: frozenset[DataClass]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """To whom, for what, from whom and when; what was signed with them and what is going on.

    `day` is that of `now` on the calendar of the place; persons are counted by its year.
    """

    recipient: Recipient
    purpose: Purpose
    now: datetime
    day: date
    exporter: Exporter = Exporter()
    instruments: Sequence[Instrument] = ()
    emergencies: Sequence[Emergency] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What holds for one class of data, and by which rule."""

    data_class: DataClass | None
    outcome: Outcome
    passes: bool
    rule_id: str
    because_en: str
    because_zh: str
    settled_by: str | None = None

    @property
    def words(self) -> str:
        """The decision, as it is shown."""
        if self.settled_by is not None:
            return f"allowed: {self.settled_by} stands"
        if self.outcome is Outcome.EXEMPT:
            return f"exempt because {self.because_en}"
        if self.outcome is Outcome.DENIED:
            return f"denied: {self.because_en}"
        return f"{_NEEDED[self.outcome]} needed: {self.because_en}"


_NEEDED = {Outcome.CONTRACT: "standard contract", Outcome.ASSESSMENT: "assessment"}


def exempt(data_class: DataClass | None, rule_id: str, because_en: str, because_zh: str) -> Ruling:
    """It may leave without any paper."""
    return Ruling(
        data_class=data_class,
        outcome=Outcome.EXEMPT,
        passes=True,
        rule_id=rule_id,
        because_en=because_en,
        because_zh=because_zh,
    )


def denied(
    data_class: DataClass | None,
    rule_id: str = DEFAULT,
    because_en: str = "no rule in force allows it",
    because_zh: str = "没有任何有效规则允许",
) -> Ruling:
    """It stays."""
    return Ruling(
        data_class=data_class,
        outcome=Outcome.DENIED,
        passes=False,
        rule_id=rule_id,
        because_en=because_en,
        because_zh=because_zh,
    )


def unknown_field(name: str) -> Ruling:
    """A field that nobody has classed."""
    return denied(None, UNKNOWN, f"{name} has not been classed", f"字段 {name} 尚未分类")


def strictest(rulings: Iterable[Ruling]) -> Ruling:
    """The one that a whole transfer goes by; where there is none, nothing leaves."""
    order = sorted(rulings, key=_weight)
    return order[0] if order else denied(None)


def _weight(ruling: Ruling) -> tuple[bool, int, int]:
    """Of those that say the same, the one about the gravest data."""
    gravity = -1 if ruling.data_class is None else list(DataClass).index(ruling.data_class)
    return (ruling.passes, -STRICTNESS[ruling.outcome], -gravity)


def passing(rulings: Mapping[DataClass, Ruling]) -> frozenset[DataClass]:
    """The classes that may leave."""
    return frozenset(one for one, ruling in rulings.items() if ruling.passes)

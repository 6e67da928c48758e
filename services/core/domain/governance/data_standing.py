"""What people entered on data that leaves, read back from the documents it is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_rules import DataRule, Purpose, read_data_rule
from services.core.domain.governance.data_transfer import FOR_LIVES, Emergency, Instrument

LONGEST_EMERGENCY = timedelta(hours=24)
PAPERS_WITHIN = timedelta(days=10)
"""Own choices: a day is longer than cells live; ten days are time enough to write it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Own rules, and what there is with one recipient."""

    rules: Sequence[DataRule] = ()
    instruments: Sequence[Instrument] = ()
    emergencies: Sequence[Emergency] = ()


def read_standing(entries: Sequence[tuple[str, Mapping[str, Any]]]) -> Standing:
    """From kinds and documents as they are kept."""

    def of(kind: str) -> list[Mapping[str, Any]]:
        return [document for one, document in entries if one == kind]

    return Standing(
        rules=[read_data_rule(one) for one in of("rule")],
        instruments=[_instrument(one) for one in of("instrument")],
        emergencies=[_emergency(one) for one in of("emergency")],
    )


def _instrument(document: Mapping[str, Any]) -> Instrument:
    return Instrument(
        kind=document["kind"],
        classes=_classes(document),
        purposes=frozenset(Purpose(one) for one in document["purposes"]),
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_until=date.fromisoformat(document["valid_until"]),
        persons_most=document["persons_most"],
    )


def _emergency(document: Mapping[str, Any]) -> Emergency:
    return Emergency(
        classes=_classes(document),
        starts_at=datetime.fromisoformat(document["starts_at"]),
        ends_at=datetime.fromisoformat(document["ends_at"]),
    )


def _classes(document: Mapping[str, Any]) -> frozenset[DataClass]:
    return frozenset(DataClass(one) for one in document["classes"])


def check_emergency(
    starts_at: datetime, ends_at: datetime, now: datetime, classes: Iterable[str]
) -> None:
    """Refuse what is no emergency but a habit, or frees what none can; raises Invalid."""
    if beyond := sorted(set(classes) - FOR_LIVES):
        raise Invalid(
            f"no emergency lets {beyond[0]} data out",
            field="classes",
            remedy="name personal or sensitive; the rest needs what its rule says",
        )
    if not starts_at < ends_at or ends_at <= now:
        raise Invalid("the emergency would be over before it began", field="ends_at")
    if ends_at - starts_at > LONGEST_EMERGENCY:
        raise Invalid(
            "an emergency lasts a day at the longest",
            field="ends_at",
            remedy="declare another one when it goes on, or enter what was signed by then",
        )

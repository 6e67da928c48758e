"""A document of rules is read as a whole, or refused with the rule and the field."""

from typing import Any

import pytest

from services.core.domain.clearance.papers.rulebook_file import read_rule, read_rulebook
from services.core.domain.errors import Invalid

RULE = {"id": "own", "paper": "annual_plan", "source": "agreement 14", "grade": "O"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": "Z"}, "rule.grade"),
        ({"source": ""}, "rule.source"),
        ({"source": None}, "rule.source"),
        ({"when": {"colour": ["red"]}}, "rule.when.colour"),
        ({"when": {"item": "drug"}}, "rule.when.item"),
        ({"valid_from": "tomorrow"}, "rule.valid_from"),
        ({"valid_from": 7}, "rule.valid_from"),
        ({"effect": "forbids"}, "rule.effect"),
        ({"subject": "people"}, "rule.subject"),
        ({"colour": "red"}, "rule.colour"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rule({**RULE, **changes})
    assert refused.value.field == field


def test_days_may_be_text_as_json_has_them() -> None:
    made = read_rule({**RULE, "valid_from": "2026-01-01", "when": {"item": ["drug"]}})
    assert made.provenance.valid_from is not None
    assert made.when == {"item": frozenset({"drug"})}


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(Invalid):
        read_rulebook({"rules": []})

"""Pages tell beforehand what the server would refuse, and count a slot as missed when it does."""

import re

import pytest

from services.core.domain.clearance.plan_parts import PlanRules, ReasonCode
from services.core.domain.viability.missed_slot import MISSED_AFTER

SCRIPTS = "services/api/static/js"


def _number(pytestconfig: pytest.Config, script: str, name: str) -> int:
    text = (pytestconfig.rootpath / SCRIPTS / script).read_text(encoding="utf-8")
    (found,) = re.findall(rf"const {name} = ([\d_]+);", text)
    return int(found)


def test_a_later_slot_leaves_as_much_on_the_page_as_at_the_server(
    pytestconfig: pytest.Config,
) -> None:
    keeps = _number(pytestconfig, "slot-rules.js", "KEEPS_MIN")
    assert keeps * 60 == PlanRules().bump_keeps.total_seconds()


def test_a_slot_is_missed_on_the_page_when_it_is_at_the_server(pytestconfig: pytest.Config) -> None:
    minute = _number(pytestconfig, "missed-slot.js", "MINUTE")
    assert minute == MISSED_AFTER.total_seconds() * 1000


def test_reasons_that_free_a_move_are_reasons_of_the_plan(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / SCRIPTS / "slot-rules.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"const DISPLACED = new Set\(\[(.+?)\]\)", text)
    assert {ReasonCode(one) for one in re.findall(r"[A-Z_]+", listed)} == {
        ReasonCode.READY_AFTER_SLOT,
        ReasonCode.SLOT_UNUSABLE,
        ReasonCode.NOT_SHOWN,
    }

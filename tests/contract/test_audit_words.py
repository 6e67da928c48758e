"""Every act and every thing of the audit trail has words in both languages."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from services.core.domain.clearance.appointment_life import AppointmentMove
from services.core.domain.clearance.papers.emergency import EmergencyMove
from services.core.domain.clearance.supervision.sign_off import SignOffMove
from services.core.domain.quality.deviation import DeviationMove
from services.core.domain.shipment import MilestoneKind
from services.core.runtime.catalogue import catalogue

SERVICES = Path(__file__).parents[2] / "services"
# What takes its act or its thing from a value: the values are these.
MOVES: tuple[StrEnum, ...] = (
    *EmergencyMove,
    *SignOffMove,
    *DeviationMove,
    *MilestoneKind,
    # Of an appointment those that a rule makes; people's are written out.
    AppointmentMove.FREE,
    AppointmentMove.NO_SHOW,
    AppointmentMove.TAKE_OFF,
)
WRITERS = {"audit", "_note"}


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _written(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Acts and things that are written out where an entry is made."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "AuditEntry":
            given = {one.arg: _text(one.value) for one in node.keywords}
            yield "act", given.get("action")
            yield "entity", given.get("entity")
        elif name in WRITERS:
            yield from (("act", _text(one)) for one in node.args if _text(one))
            yield from (
                ("entity", _text(one.elts[0])) for one in node.args if isinstance(one, ast.Tuple)
            )


def codes() -> set[tuple[str, str]]:
    found = {("act", move.value) for move in MOVES}
    for path in SERVICES.rglob("*.py"):
        for kind, code in _written(ast.parse(path.read_text(encoding="utf-8"))):
            if code is not None:
                found.add((kind, code))
    return found


def test_every_act_and_every_thing_has_words() -> None:
    found = codes()
    assert {("act", "book"), ("entity", "shipment"), ("act", "landed")} <= found
    assert len(found) > 100
    for language in ("en", "zh"):
        there = catalogue(language).part(["audit"])
        wanted = {f"audit.{kind}.{code}" for kind, code in found}
        assert sorted(wanted - set(there)) == [], language

"""Short makers of papers, situations and cases, with defaults."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.core.domain.clearance.papers.needs import Situation
from services.core.domain.clearance.papers.paper import Paper
from services.core.domain.clearance.papers.provenance import Provenance
from services.core.domain.clearance.papers.rulebook import Effect, PaperRule, WriteOff
from services.core.domain.clearance.supervision.sign_off import (
    Department,
    SignOff,
    SignOffState,
)

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def situation(**changes: Any) -> Situation:
    values = {"day": DAY, "item": "special_item", "direction": "in", "use": "treatment"}
    return Situation(**{**values, **changes})


def approval(**changes: Any) -> Paper:
    values = {
        "kind": "special_item_approval",
        "number": "SI-2026-000417",
        "valid_from": date(2026, 9, 1),
        "valid_until": date(2026, 11, 30),
        "write_off": WriteOff.SINGLE,
        "risk_class": "A2",
    }
    return Paper(**{**values, **changes})


def counted(balance: str, **changes: Any) -> Paper:
    values = {"kind": "annual_plan", "number": "PLAN-2026", "balance": Decimal(balance)}
    return Paper(**{**values, **changes})


def rule(rule_id: str = "own", **changes: Any) -> PaperRule:
    values = {
        "rule_id": rule_id,
        "paper": "special_item_approval",
        "effect": Effect.NEEDS,
        "who": "applicant",
        "when": {},
        "provenance": Provenance(source="a test", grade="O"),
    }
    return PaperRule(**{**values, **changes})


def sign_off(department: Department = Department.CUSTOMS, **changes: Any) -> SignOff:
    values = {
        "department": department,
        "state": SignOffState.WAITING,
        "rule_id": f"joint-{department}",
        "since": at(-10),
        "due_at": at(2),
        "remind_before": timedelta(hours=4),
    }
    return SignOff(**{**values, **changes})

"""Parts of a release case as the domain knows them, from the JSON that the statement builds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.core.domain.clearance.papers.emergency import Emergency, EmergencyState, state_on
from services.core.domain.clearance.papers.needs import Situation
from services.core.domain.clearance.papers.regimes import Membership
from services.core.domain.clearance.papers.standing import Attached
from services.core.domain.clearance.supervision.assessment import (
    Check,
    Outcome,
    Result,
    RiskAssessment,
)
from services.core.domain.clearance.supervision.sign_off import (
    Department,
    SignOff,
    SignOffState,
)
from services.core.storage.papers import paper_of


def situation_of(row: Mapping[Any, Any], today: date) -> Situation:
    said = row["declared"]
    return Situation(
        day=today,
        item=said["item"],
        direction=said["direction"],
        use=said["purpose"],
        risk_class=said["risk_class"],
        regime=said["regime"],
        human_genetic=said["human_genetic"],
        temporary=said["temporary"],
        boxes=said["boxes"],
        first_entry=said["first_entry"],
        origin=_country(said["origin"]),
        destination=_country(said["destination"]),
        sponsor=row["shipper"],
        site=row["site_id"],
    )


def _country(locode: str | None) -> str | None:
    return None if locode is None else locode[:2]


def member_of(row: Mapping[Any, Any], today: date) -> Membership | None:
    """The firm's membership of that day; else the newest, which says that it has ended."""
    found = [
        Membership(
            regime=raw["regime"],
            firm=raw["firm"],
            item=raw["item"],
            valid_from=date.fromisoformat(raw["valid_from"]),
            valid_until=_day(raw["valid_until"]),
        )
        for raw in row["memberships"] or ()
    ]
    holding = [one for one in found if one.holds_on(today)]
    fitting = [one for one in holding if one.item in (None, row["product"])]
    return next(iter(fitting or holding or found), None)


def attached_of(raw: Mapping[str, Any]) -> Attached:
    values = {
        **raw,
        "valid_from": _day(raw["valid_from"]),
        "valid_until": _day(raw["valid_until"]),
        "re_export_by": _day(raw["re_export_by"]),
        "withdrawn_at": _instant(raw["withdrawn_at"]),
        "balance": None if raw["balance"] is None else Decimal(str(raw["balance"])),
    }
    return Attached(
        paper=paper_of(values),
        attached_at=datetime.fromisoformat(raw["attached_at"]),
        subject=raw["subject"],
        re_exported_at=_instant(raw["re_exported_at"]),
    )


def sign_off_of(raw: Mapping[str, Any]) -> SignOff:
    return SignOff(
        department=Department(raw["department"]),
        state=SignOffState(raw["state"]),
        rule_id=raw["rule_id"],
        since=datetime.fromisoformat(raw["since"]),
        due_at=datetime.fromisoformat(raw["due_at"]),
        remind_before=timedelta(minutes=raw["remind_min"]),
        lead=raw["lead"],
    )


def assessment_of(raw: Mapping[str, Any] | None) -> RiskAssessment | None:
    if raw is None:
        return None
    return RiskAssessment(
        assessment_id=raw["assessment_id"],
        result=Result(raw["result"]),
        valid_from=date.fromisoformat(raw["valid_from"]),
        valid_until=_day(raw["valid_until"]),
        assessed_at=datetime.fromisoformat(raw["assessed_at"]),
        conditions=tuple(one["name"] for one in raw["conditions"]),
    )


def check_of(raw: Mapping[str, Any]) -> Check:
    return Check(
        condition=raw["condition"],
        outcome=Outcome(raw["outcome"]),
        at=datetime.fromisoformat(raw["at"]),
    )


def emergency_of(raw: Mapping[str, Any] | None, today: date) -> Emergency | None:
    if raw is None:
        return None
    due_on = date.fromisoformat(raw["due_on"])
    return Emergency(
        basis_id=raw["basis_id"],
        papers=frozenset(raw["papers"]),
        due_on=due_on,
        state=state_on(EmergencyState(raw["state"]), due_on, today),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)

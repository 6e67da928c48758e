"""A sponsor's dated rules for the removal of raw readings: entered, looked ahead at, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Response

from services.api.acts.signing import sign_facts
from services.api.answers import as_json
from services.api.dependencies import Act, ActDep, ClockDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.signatures import signatures_out
from services.api.schemas.base import Identifier, Instant, Page
from services.api.schemas.retention import (
    DueStay,
    NewRetentionRule,
    RetentionPreview,
    RetentionRule,
    Withdrawal,
)
from services.core.domain.errors import Invalid
from services.core.domain.quality.signature import SignatureMeaning
from services.core.storage import retention
from services.core.storage.database import UnitOfWork
from services.core.storage.retention import WAITING, Retention
from services.core.storage.signatures import SignatureRepository

router = APIRouter(prefix="/retention-rules", tags=["retention"])

_SHOWN = 200


async def _out(rules: Sequence[retention.RetentionRule], unit: UnitOfWork) -> list[RetentionRule]:
    signed = await SignatureRepository(unit).of("retention_rule", [one.rule_id for one in rules])
    return [
        RetentionRule.model_validate(
            {**asdict(one), "signatures": signatures_out(signed.get(str(one.rule_id), ()))}
        )
        for one in rules
    ]


async def _signed(
    meaning: SignatureMeaning, rule: retention.RetentionRule, reason: str, act: Act
) -> RetentionRule:
    subject = ("retention_rule", rule.rule_id)
    await sign_facts(subject, meaning, reason, {"rule": asdict(rule)}, act)
    (shown,) = await _out([rule], act.unit)
    return shown


@router.post(
    "",
    status_code=201,
    response_model=RetentionRule,
    operation_id="create_retention_rule",
    summary="Enter a rule for the removal of readings",
    responses=problem_responses(409, 422),
)
async def enter_rule(body: NewRetentionRule, act: ActDep, once: OnceDep) -> Response:
    """It takes effect in seven days at the soonest, and only on shipments closed for long enough.

    A shipment with a quality hold or an open deviation is left alone.
    """
    if body.effective_from < act.now + WAITING:
        raise Invalid(
            "the rule would take effect too soon for anybody to object",
            field="effective_from",
            remedy=f"name an instant at least {WAITING.days} days from now",
        )
    values = {**body.model_dump(), "rule_id": uuid4()}
    author = {
        "entered_at": act.now,
        "entered_by": act.principal.principal_id,
        "organisation_id": act.owner(None),
    }
    rule = await Retention(act.unit).add({**values, **author})
    after = body.model_dump(mode="json")
    await act.audit("enter", ("retention_rule", rule.rule_id), after=after, reason=body.reason)
    shown = await _signed(SignatureMeaning.AUTHORED, rule, body.reason, act)
    await once.keep(201, shown)
    return as_json(shown, status=201)


@router.get(
    "",
    response_model=Page[RetentionRule],
    operation_id="list_retention_rules",
    summary="List the rules, the withdrawn ones too",
)
async def list_rules(unit: UnitOfWorkDep) -> Response:
    """In the order of their entry. Without a rule every reading is kept for ever."""
    rules = await _out(await Retention(unit).all(), unit)
    return as_json(Page[RetentionRule](items=rules, next_cursor=None))


@router.get(
    "/{rule_id}/preview",
    response_model=RetentionPreview,
    operation_id="get_retention_preview",
    summary="See what a rule would remove",
    responses=problem_responses(400, 404, 422),
)
async def preview_rule(
    rule_id: Identifier,
    unit: UnitOfWorkDep,
    clock: ClockDep,
    at: Annotated[Instant | None, Query(description="As of then; else now.")] = None,
) -> Response:
    """Nothing is removed by asking. What was removed already is not listed."""
    instant = at or clock.now()
    kept = Retention(unit)
    rule = await kept.get(rule_id)
    due = await kept.due(instant, rule_id=rule_id, limit=_SHOWN)
    items = [DueStay.model_validate({**asdict(d), "readings": await kept.count(d)}) for d in due]
    (shown,) = await _out([rule], unit)
    return as_json(RetentionPreview(rule=shown, at=instant, items=items))


@router.post(
    "/{rule_id}/withdrawal",
    response_model=RetentionRule,
    operation_id="cancel_retention_rule",
    summary="Withdraw a rule",
    responses=problem_responses(404, 409, 422),
)
async def withdraw_rule(
    rule_id: Identifier, body: Withdrawal, act: ActDep, once: OnceDep
) -> Response:
    """From now on it removes nothing; what it has removed stays removed."""
    author = act.principal.principal_id
    rule = await Retention(act.unit).withdraw(rule_id, act.now, author, body.reason)
    await act.audit("withdraw", ("retention_rule", rule_id), reason=body.reason)
    shown = await _signed(SignatureMeaning.WITHDRAWN, rule, body.reason, act)
    await once.keep(200, shown)
    return as_json(shown)

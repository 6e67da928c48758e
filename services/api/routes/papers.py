"""The ledger of papers, the rules that ask for them, and which firms are in which regime."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.acts.papers import enter_paper, enter_rule, withdraw_paper
from services.api.acts.parts_seen import eyes_of
from services.api.answers import as_json, tag
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.base import Identifier, Page
from services.api.schemas.papers import (
    Code,
    Membership,
    NewMembership,
    NewPaper,
    NewPaperRule,
    OwnPaperRule,
    Paper,
    PaperNumber,
    PaperRules,
    Reason,
)
from services.core.domain.errors import Invalid
from services.core.runtime.rulebook import RULES_FILE, shipped_rulebook
from services.core.storage.declarations import DeclarationRepository
from services.core.storage.papers import PaperRecord, PaperRepository

router = APIRouter(tags=["papers"])


def _out(found: PaperRecord) -> Paper:
    return Paper.model_validate(asdict(found))


@router.get(
    "/papers",
    response_model=Page[Paper],
    operation_id="list_papers",
    summary="List papers, newest first, with what is left of them",
    responses=problem_responses(400, 422),
)
async def list_papers(
    act: ActDep,
    kind: Annotated[Code | None, Query(description="Only of this kind.")] = None,
    number: Annotated[PaperNumber | None, Query(description="With this number.")] = None,
    holder: Annotated[str | None, Query(max_length=100, description="Of this firm.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Withdrawn and lapsed ones too: their record stays. A department sees those of its part."""
    seen = (await eyes_of(act)).regimes_with_papers(act.now.date())
    found = await PaperRepository(act.unit).page(
        limit + 1,
        paging.instant_and_id(cursor),
        regimes=seen,
        kind=kind,
        number=number,
        holder=holder,
    )
    shown = found[:limit]
    more = len(found) > limit
    after = paging.cursor_for(shown[-1].entered_at, shown[-1].paper_id) if more else None
    return as_json(Page[Paper](items=[_out(one) for one in shown], next_cursor=after))


@router.post(
    "/papers",
    status_code=201,
    response_model=Paper,
    operation_id="create_paper",
    summary="Enter a paper as it was issued",
    responses=problem_responses(409, 422),
)
async def post_paper(body: NewPaper, act: ActDep, once: OnceDep) -> Response:
    """Number, days and write-off are checked against its kind and its risk class."""
    found = _out(await enter_paper(body, act))
    await once.keep(201, found)
    where = f"/api/v1/papers/{found.paper_id}"
    return as_json(found, status=201, headers={"location": where, "etag": tag(found.revision)})


@router.get(
    "/papers/{paper_id}",
    response_model=Paper,
    operation_id="get_paper",
    summary="Read a paper",
    responses=problem_responses(403, 404, 422),
)
async def get_paper(paper_id: Identifier, act: ActDep) -> Response:
    """One paper, with what is left of it; 403 when it is not of the reader's department's part."""
    found = await PaperRepository(act.unit).get(paper_id)
    seen = (await eyes_of(act)).regimes_with_papers(act.now.date())
    if seen is not None and not await PaperRepository(act.unit).is_of(paper_id, seen):
        raise HttpRefusal(403, "this paper is not of your department's part", field="paper_id")
    return as_json(_out(found))


@router.post(
    "/papers/{paper_id}/withdrawal",
    response_model=Paper,
    operation_id="cancel_paper",
    summary="Enter that a paper was withdrawn",
    responses=problem_responses(404, 409, 422),
)
async def post_withdrawal(
    paper_id: Identifier, body: Reason, act: ActDep, once: OnceDep
) -> Response:
    """It holds no longer from now on, also where it is attached."""
    found = _out(await withdraw_paper(paper_id, body.reason, act))
    await once.keep(200, found)
    return as_json(found)


@router.get(
    "/paper-rules",
    response_model=PaperRules,
    operation_id="list_paper_rules",
    summary="List the rules on papers: shipped ones, and what sponsors and sites laid over them",
)
async def list_rules(unit: UnitOfWorkDep) -> Response:
    """Each with source, grade and dates; the shipped ones as they stand in their file."""
    own = [
        OwnPaperRule.model_validate(asdict(one))
        for one in await DeclarationRepository(unit).rules()
    ]
    shipped = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))
    return as_json(PaperRules(shipped=shipped, own=own))


@router.post(
    "/paper-rules",
    status_code=201,
    response_model=OwnPaperRule,
    operation_id="create_paper_rule",
    summary="Lay a rule of a sponsor or a site over the shipped ones",
    responses=problem_responses(409, 422),
)
async def post_rule(body: NewPaperRule, act: ActDep, once: OnceDep) -> Response:
    """With the id of a shipped rule it stands in its place, for that sponsor or site."""
    found = OwnPaperRule.model_validate(asdict(await enter_rule(body, act)))
    await once.keep(201, found)
    return as_json(found, status=201)


@router.post(
    "/paper-rules/{entry_id}/withdrawal",
    response_model=OwnPaperRule,
    operation_id="cancel_paper_rule",
    summary="Withdraw a rule of a sponsor or a site",
    responses=problem_responses(404, 409, 422),
)
async def post_rule_withdrawal(
    entry_id: Identifier, body: Reason, act: ActDep, once: OnceDep
) -> Response:
    """The shipped rule counts again."""
    repository = DeclarationRepository(act.unit)
    ended = await repository.withdraw_rule(entry_id, act.now, act.principal.principal_id)
    await act.audit("withdraw", ("paper_rule", entry_id), reason=body.reason)
    found = OwnPaperRule.model_validate(asdict(ended))
    await once.keep(200, found)
    return as_json(found)


@router.get(
    "/memberships",
    response_model=Page[Membership],
    operation_id="list_memberships",
    summary="List which firms are in which regime, from when to when",
    responses=problem_responses(422),
)
async def list_memberships(
    unit: UnitOfWorkDep,
    firm: Annotated[str | None, Query(max_length=100, description="Of this firm.")] = None,
) -> Response:
    """By firm and first day."""
    found = await DeclarationRepository(unit).memberships(firm)
    items = [Membership.model_validate(asdict(one)) for one in found]
    return as_json(Page[Membership](items=items, next_cursor=None))


@router.post(
    "/memberships",
    status_code=201,
    response_model=Membership,
    operation_id="create_membership",
    summary="Enter that a firm is in a regime",
    responses=problem_responses(409, 422),
)
async def post_membership(body: NewMembership, act: ActDep, once: OnceDep) -> Response:
    """The three regimes are kept apart: a firm may be in one and not in the others."""
    known = sorted({one.regime for one in shipped_rulebook().regimes})
    if body.regime not in known:
        raise Invalid("no such regime", field="regime", remedy="one of " + ", ".join(known))
    author = {"entered_at": act.now, "entered_by": act.principal.principal_id}
    values = {**body.model_dump(), **author, "membership_id": new_id(act.now)}
    found = Membership.model_validate(asdict(await DeclarationRepository(act.unit).enrol(values)))
    await act.audit(
        "enter", ("membership", found.membership_id), after=body.model_dump(mode="json")
    )
    await once.keep(201, found)
    return as_json(found, status=201)

"""What may leave the country: rules, what stands with whom, emergencies, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.acts import data_policy as acts
from services.api.answers import as_json
from services.api.dependencies import (
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    Once,
    OnceDep,
    PartsDep,
    PrincipalDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.leaving import current_passage
from services.api.present.signatures import signatures_out
from services.api.schemas import data_policy as schemas
from services.api.schemas.base import Identifier, Page
from services.api.schemas.keys import OrganisationName
from services.core.runtime.data_rules import calendar_day, shipped_data_rules
from services.core.storage.database import UnitOfWork
from services.core.storage.datapolicy import DataEntry, DataPolicyRepository
from services.core.storage.signatures import SignatureRepository

router = APIRouter(prefix="/data-policy", tags=["data policy"])


@router.get(
    "",
    response_model=schemas.DataStanding,
    operation_id="get_data_standing",
    summary="Read what of the answers reaches you where you are",
)
async def get_standing(parts: PartsDep, principal: PrincipalDep) -> Response:
    """At home nothing is asked. Abroad: each class, the rule that decides, and whom to ask."""
    passage = current_passage.get()
    border = None if passage is None else passage.border
    answer = schemas.DataStanding(
        home=shipped_data_rules().home,
        country=principal.country or shipped_data_rules().home,
        abroad=principal.abroad,
        contact=parts.data_contact,
        rulings=[
            schemas.Ruling(
                data_class=name.value,
                passes=one.passes,
                outcome=one.outcome.value,
                rule_id=one.rule_id,
                words=one.words,
                because_zh=one.because_zh,
            )
            for name, one in (border.rulings if border else {}).items()
        ],
    )
    return as_json(answer)


@router.get(
    "/rules",
    response_model=schemas.DataRules,
    operation_id="list_data_rules",
    summary="Read the lists, the rules and the persons counted this year",
)
async def get_rules(unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """Shipped ones with their sources; your own are among the entries."""
    shipped, year = shipped_data_rules(), calendar_day(clock.now()).year
    counts = await DataPolicyRepository(unit).counts(year)
    answer = schemas.DataRules(
        lists=[asdict(one) for one in shipped.lists.values()],
        rules=[asdict(one) for one in shipped.rules],
        counts={one.value: count for one, count in counts.items()},
        year=year,
    )
    return as_json(answer)


@router.get(
    "/entries",
    response_model=Page[schemas.DataEntry],
    operation_id="list_data_entries",
    summary="List own rules, instruments and emergencies",
)
async def list_entries(unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """The newest first, the withdrawn ones too, in one part."""
    today = calendar_day(clock.now())
    items = await _out(await DataPolicyRepository(unit).entries(), today, unit)
    return as_json(Page[schemas.DataEntry](items=items, next_cursor=None))


@router.post(
    "/rules",
    status_code=201,
    response_model=schemas.DataEntry,
    operation_id="create_data_rule",
    summary="Lay a rule over the lists",
    responses=problem_responses(409, 422),
)
async def post_rule(body: schemas.NewDataRule, act: ActDep, once: OnceDep) -> Response:
    """It weighs more than the lists: say where it comes from."""
    return await _answered(await acts.enter_rule(body, act), once, 201)


@router.post(
    "/instruments",
    status_code=201,
    response_model=schemas.DataEntry,
    operation_id="create_data_instrument",
    summary="Enter a contract, certificate, assessment, filing or report",
    responses=problem_responses(409, 422),
)
async def post_instrument(body: schemas.NewInstrument, act: ActDep, once: OnceDep) -> Response:
    """It makes good what a rule demands, for its classes, purposes, persons and days."""
    return await _answered(await acts.enter_instrument(body, act), once, 201)


@router.post(
    "/emergencies",
    status_code=201,
    response_model=schemas.DataEntry,
    operation_id="open_data_emergency",
    summary="Let a recipient abroad see more, for some hours",
    responses=problem_responses(409, 422),
)
async def post_emergency(body: schemas.NewEmergency, act: ActDep, once: OnceDep) -> Response:
    """Whoever declares it answers for it; its papers are due within ten days."""
    return await _answered(await acts.declare_emergency(body, act), once, 201)


@router.post(
    "/emergencies/{entry_id}/papers",
    response_model=schemas.DataEntry,
    operation_id="confirm_data_emergency",
    summary="Say that the papers of an emergency have come",
    responses=problem_responses(404, 409, 422),
)
async def post_papers(
    entry_id: Identifier, body: schemas.SettleEmergency, act: ActDep, once: OnceDep
) -> Response:
    """They are late from the day after `due_on` on."""
    return await _answered(await acts.settle_emergency(entry_id, body.reference, act), once)


@router.post(
    "/entries/{entry_id}/withdrawal",
    response_model=schemas.DataEntry,
    operation_id="cancel_data_entry",
    summary="End a rule, an instrument or an emergency",
    responses=problem_responses(404, 409, 422),
)
async def post_withdrawal(
    entry_id: Identifier, body: schemas.EndEntry, act: ActDep, once: OnceDep
) -> Response:
    """From the next request on it stands for nothing."""
    return await _answered(await acts.withdraw(entry_id, body.reason, act), once)


@router.get(
    "/decisions",
    response_model=Page[schemas.DataDecision],
    operation_id="list_data_decisions",
    summary="List what was decided about data that leaves",
    responses=problem_responses(400, 422),
)
async def list_decisions(
    unit: UnitOfWorkDep,
    organisation: Annotated[
        OrganisationName | None, Query(description="Only to this recipient.")
    ] = None,
    outcome: Annotated[
        schemas.OutcomeName | None, Query(description="Only where a rule says so.")
    ] = None,
    passed: Annotated[bool | None, Query(description="Only what left, or what stayed.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """The newest first. What asked the same and held no persons is one row a day."""
    found = await DataPolicyRepository(unit).decisions(
        paging.number(cursor), limit + 1, organisation, outcome, passed
    )
    shown, rest = found[:limit], found[limit:]
    items = [schemas.DataDecision.model_validate(asdict(one)) for one in shown]
    behind = paging.cursor_for(shown[-1].decision_no) if rest else None
    return as_json(Page[schemas.DataDecision](items=items, next_cursor=behind))


async def _answered(entry: DataEntry, once: Once, status: int = 200) -> Response:
    """How the entry stands after an act, kept for a repeat of the request."""
    (shown,) = await _out([entry], calendar_day(once.act.now), once.act.unit)
    await once.keep(status, shown)
    return as_json(shown, status=status)


async def _out(
    entries: Sequence[DataEntry], today: date, unit: UnitOfWork
) -> list[schemas.DataEntry]:
    signed = await SignatureRepository(unit).of(acts.SIGNED, [one.entry_id for one in entries])
    return [
        schemas.DataEntry.model_validate(
            {
                **asdict(one),
                "overdue": one.due_on is not None and not one.settled_at and today > one.due_on,
                "signatures": signatures_out(signed.get(str(one.entry_id), ())),
            }
        )
        for one in entries
    ]

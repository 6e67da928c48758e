"""Checklists that inspections go through: data in versions, not code."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.checklists import Checklist, Checklists, NewChecklist
from services.core.domain.clearance.checklist import template_from
from services.core.storage.checklists import ChecklistRecord, ChecklistRepository

router = APIRouter(prefix="/checklists", tags=["inspections"])


@router.get(
    "",
    response_model=Checklists,
    operation_id="list_checklists",
    summary="List checklists in all their versions",
)
async def list_checklists(unit: UnitOfWorkDep) -> Response:
    """By name and version."""
    return as_json(Checklists(items=[_out(one) for one in await ChecklistRepository(unit).all()]))


@router.post(
    "",
    response_model=Checklist,
    status_code=201,
    operation_id="create_checklist",
    summary="Add a checklist, or the next version of one",
    responses=problem_responses(422),
)
async def post_checklist(body: NewChecklist, act: ActDep, once: OnceDep) -> Response:
    """Inspections that begin from now on use it; those under way keep theirs."""
    document = body.model_dump(mode="json", exclude={"template_id"})
    template_from(body.template_id, 1, document)
    record = await ChecklistRepository(act.unit).add(
        body.template_id, document, act.principal.principal_id, act.now
    )
    await act.audit("create", ("checklist", body.template_id), after={"version": record.version})
    checklist = _out(record)
    await once.keep(201, checklist)
    return as_json(checklist, status=201)


def _out(record: ChecklistRecord) -> Checklist:
    return Checklist.model_validate(
        {name: getattr(record, name) for name in ChecklistRecord.__slots__}
    )

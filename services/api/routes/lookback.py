"""Looking back: every stored row of a box, every verdict that was kept of a shipment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import CursorText, Limit, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.verdicts import assessment_out, log_entry_out
from services.api.routes.boxes import BoxPath
from services.api.schemas.base import Identifier, Page
from services.api.schemas.verdicts import KeptVerdict, LogEntry
from services.core.domain.errors import NotFound
from services.core.domain.identifiers import parse_box_id
from services.core.storage.boxes import BoxRepository
from services.core.storage.rawlog import RawLogRepository
from services.core.storage.verdicts import VerdictRepository

router = APIRouter()


@router.get(
    "/boxes/{box_id}/log",
    response_model=Page[LogEntry],
    operation_id="list_log",
    summary="Read every stored row of a box",
    tags=["boxes"],
    responses=problem_responses(400, 404, 422),
)
async def list_log(
    box_id: BoxPath,
    unit: UnitOfWorkDep,
    limit: Annotated[int, Query(ge=1, le=5000, description="Most rows.")] = 1000,
    cursor: CursorText = None,
    newest: Annotated[
        bool, Query(description="The last rows, the last one first; then there is no next part.")
    ] = False,
) -> Response:
    """Readings and events as the box sent them, with boot and sequence: for checks and exports.

    In an order that does not change. What is stored meanwhile may lie before the cursor.
    """
    box = await BoxRepository(unit).get(parse_box_id(box_id))
    if newest:
        last = await RawLogRepository(unit).newest(box.box_no, limit)
        return as_json(Page[LogEntry](items=[log_entry_out(row) for row in last], next_cursor=None))
    rows = await RawLogRepository(unit).page(box.box_no, paging.log_place(cursor), limit + 1)
    shown = rows[:limit]
    page = Page[LogEntry](
        items=[log_entry_out(row) for row in shown],
        next_cursor=paging.cursor_for(*shown[-1].key) if len(rows) > limit else None,
    )
    return as_json(page)


@router.get(
    "/shipments/{shipment_id}/assessments",
    response_model=Page[KeptVerdict],
    operation_id="list_assessments",
    summary="List the verdicts that were kept, oldest first",
    tags=["shipments"],
    responses=problem_responses(400, 404, 422),
)
async def list_assessments(
    shipment_id: Identifier, unit: UnitOfWorkDep, limit: Limit = 100, cursor: CursorText = None
) -> Response:
    """A verdict is kept when it differs from the one before; it is superseded, never changed."""
    repository = VerdictRepository(unit)
    if not await repository.is_known(shipment_id):
        raise NotFound("there is no such shipment")
    views = await repository.page(shipment_id, paging.number(cursor) or 0, limit + 1)
    shown = views[:limit]
    page = Page[KeptVerdict](
        items=[assessment_out(view) for view in shown],
        next_cursor=paging.cursor_for(shown[-1].id) if len(views) > limit else None,
    )
    return as_json(page)

"""Messages that could not be stored: the list with reasons, and the wish to read them again."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import ActDep, CursorText, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Instant, Page
from services.api.schemas.boxes import BoxName
from services.api.schemas.rejected import (
    ReasonName,
    RejectedMessage,
    ReprocessAsked,
    ReprocessOutcomes,
    ReprocessRequest,
)
from services.core.storage.refused import RefusedFilter, RefusedMessage, refused_messages
from services.core.storage.reprocessing import Reprocessing, Selection

router = APIRouter(prefix="/rejected", tags=["rejected messages"])


@router.get(
    "",
    response_model=Page[RejectedMessage],
    operation_id="list_rejected",
    summary="List refused messages, newest first",
    responses=problem_responses(400, 422),
)
async def list_rejected(
    unit: UnitOfWorkDep,
    box_id: Annotated[BoxName | None, Query(description="Only of this box.")] = None,
    reason: Annotated[ReasonName | None, Query(description="Only of this reason.")] = None,
    is_open: Annotated[
        bool, Query(alias="open", description="Only those not stored by reading them again.")
    ] = False,
    limit: Annotated[int, Query(ge=1, le=200, description="Most messages.")] = 50,
    cursor: CursorText = None,
) -> Response:
    """The bytes are kept as they came, so that a later decoder can read them again."""
    wanted = RefusedFilter(box_id=box_id, reason=reason, open_only=is_open)
    rows = await refused_messages(unit, wanted, paging.number(cursor), limit + 1)
    shown = rows[:limit]
    page = Page[RejectedMessage](
        items=[_out(row) for row in shown],
        next_cursor=paging.cursor_for(shown[-1].id) if len(rows) > limit else None,
    )
    return as_json(page)


@router.post(
    "/reprocess",
    status_code=202,
    response_model=ReprocessAsked,
    operation_id="create_reprocess_request",
    summary="Read refused messages again",
    responses=problem_responses(409, 422),
)
async def reprocess(body: ReprocessRequest, act: ActDep, once: OnceDep) -> Response:
    """Ingest reads their bytes with its present decoder; what is stored already stays as it is."""
    selection = Selection(ids=body.ids, reason=body.reason, box_id=body.box_id)
    asked = await Reprocessing(act.unit).ask(selection, act.now, act.principal.principal_id)
    wanted = body.model_dump(mode="json", exclude_defaults=True)
    await act.audit("reprocess", ("rejected_message", asked), after=wanted)
    answer = ReprocessAsked(asked=asked, asked_at=act.now)
    await once.keep(202, answer)
    return as_json(answer, status=202)


@router.get(
    "/reprocess",
    response_model=ReprocessOutcomes,
    operation_id="get_reprocess_outcomes",
    summary="See what came of reading again",
    responses=problem_responses(422),
)
async def outcomes(
    unit: UnitOfWorkDep,
    since: Annotated[Instant, Query(description="`asked_at` of the answer to the wish.")],
) -> Response:
    """Counts since an instant, and how many messages still wait."""
    found = Reprocessing(unit)
    return as_json(
        ReprocessOutcomes(waiting=await found.waiting(), outcomes=await found.outcomes(since))
    )


def _out(row: RefusedMessage) -> RejectedMessage:
    return RejectedMessage(
        id=row.id,
        received_at=row.received_at,
        topic=row.topic,
        box_id=row.box_id,
        reason=row.reason,
        field=row.field,
        detail=row.detail,
        remedy=row.remedy,
        payload_base64=base64.b64encode(row.payload).decode(),
        sha256=row.sha256.hex(),
        is_part=row.is_part,
        repeats=row.repeats,
        last_received_at=row.last_received_at,
        reprocessed_at=row.reprocessed_at,
        outcome=row.outcome,
        outcome_detail=row.outcome_detail,
    )

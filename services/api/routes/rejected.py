"""Messages that could not be stored, with the reason and what to do about it."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import CursorText, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.alarms import RejectedMessage
from services.api.schemas.base import Page
from services.api.schemas.boxes import BoxName
from services.core.storage.refused import RefusedMessage, refused_messages

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
    limit: Annotated[int, Query(ge=1, le=200, description="Most messages.")] = 50,
    cursor: CursorText = None,
) -> Response:
    """The bytes are kept as they came, so that a fixed decoder can read them again."""
    rows = await refused_messages(unit, box_id, paging.number(cursor), limit + 1)
    shown = rows[:limit]
    page = Page[RejectedMessage](
        items=[_out(row) for row in shown],
        next_cursor=paging.cursor_for(shown[-1].id) if len(rows) > limit else None,
    )
    return as_json(page)


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
    )

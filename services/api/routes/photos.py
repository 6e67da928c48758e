"""Photos of inspections: personal from the first byte, sealed at rest, read under audit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator

from services.api.acts.photograph import keep_photo, look_at_photo
from services.api.acts.show_inspection import shown
from services.api.answers import as_json, tag
from services.api.dependencies import ActDep, OnceDep, PartsDep
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.rates import limit_exports
from services.api.schemas.base import Identifier, nobodys_number, plain_text
from services.api.schemas.inspections import Inspection
from services.core.domain.clearance.photo import PHOTO_TYPES
from services.core.domain.governance.data_class import DataClass
from services.core.storage.inspections import InspectionRepository

router = APIRouter(prefix="/inspections/{inspection_id}/photos", tags=["inspections"])
_PICTURE = {"schema": {"type": "string", "format": "binary"}}
OF_A_PHOTO = frozenset({DataClass.PERSONAL, DataClass.SENSITIVE})
"""Own choice, since nobody reads what a picture shows: a label has a name, and says who is ill."""
Caption = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="What it shows; no patient data."),
    AfterValidator(lambda text: text if text is None else nobodys_number(plain_text(text))),
]


@router.post(
    "",
    response_model=Inspection,
    status_code=201,
    operation_id="create_photo",
    summary="Add a photo",
    responses=problem_responses(404, 409, 413, 422),
    openapi_extra={
        "requestBody": {"required": True, "content": dict.fromkeys(PHOTO_TYPES, _PICTURE)}
    },
)
async def post_photo(
    request: Request,
    inspection_id: Identifier,
    act: ActDep,
    once: OnceDep,
    parts: PartsDep,
    caption: Caption = None,
) -> Response:
    """The body is the picture itself, at most 8 MiB. Photos of one officer need no `If-Match`."""
    view = await InspectionRepository(act.unit).one(inspection_id, lock=True)
    declared = request.headers.get("content-type", "")
    await keep_photo(view, await request.body(), declared, caption, parts.photo_keys, act)
    inspection = await shown(inspection_id, act.unit, act.now)
    await once.keep(201, inspection)
    return as_json(inspection, status=201, headers={"etag": tag(inspection.revision)})


@router.get(
    "/{photo_id}",
    operation_id="get_photo",
    summary="Look at a photo",
    response_class=Response,
    dependencies=[Depends(limit_exports)],
    responses={
        200: {"description": "The picture.", "content": dict.fromkeys(PHOTO_TYPES, _PICTURE)},
        **problem_responses(404, 422, 429),
    },
)
async def get_photo(
    inspection_id: Identifier, photo_id: Identifier, act: ActDep, parts: PartsDep
) -> Response:
    """Every look stands in the audit trail. Kept in no cache. Abroad, the data policy decides."""
    view = await InspectionRepository(act.unit).one(inspection_id)
    content, media_type = await look_at_photo(inspection_id, photo_id, parts.photo_keys, act)
    leave_file(OF_A_PHOTO, [view.shipment_id])
    return Response(
        content,
        media_type=media_type,
        headers={
            "cache-control": "no-store",
            "content-disposition": "inline",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )

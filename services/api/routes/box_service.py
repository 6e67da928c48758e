"""Boxes that go out of service, and come back."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.acts.retire_box import retire_box, return_to_service
from services.api.answers import as_json, tag
from services.api.dependencies import Act, ActDep, OnceDep, PartsDep
from services.api.errors import problem_responses
from services.api.present.boxes import box_out
from services.api.routes.boxes import BoxPath
from services.api.schemas.boxes import Box, RetireBox
from services.core.domain.errors import NotFound
from services.core.storage.boxlist import BoxList

router = APIRouter(prefix="/boxes/{box_id}", tags=["boxes"])


@router.post(
    "/retire",
    response_model=Box,
    operation_id="take_box_out_of_service",
    summary="Take a box out of service",
    responses=problem_responses(404, 409, 422),
)
async def post_retirement(
    box_id: BoxPath, body: RetireBox, act: ActDep, once: OnceDep, parts: PartsDep
) -> Response:
    """Refused while a shipment is in it, or while it watches a bay.

    What it sends from then on is rejected; ingest learns of it within 15 s.
    """
    await retire_box(box_id, body.reason, act, parts)
    return await _answer(box_id, act, once)


@router.post(
    "/return-to-service",
    response_model=Box,
    operation_id="take_box_into_service",
    summary="Take a box back into service",
    responses=problem_responses(404, 409, 422),
)
async def post_return(box_id: BoxPath, body: RetireBox, act: ActDep, once: OnceDep) -> Response:
    """What it sends is stored again, and it may be packed."""
    await return_to_service(box_id, body.reason, act)
    return await _answer(box_id, act, once)


async def _answer(box_id: str, act: Act, once: OnceDep) -> Response:
    found = await BoxList(act.unit).one(box_id, act.now)
    if found is None:  # pragma: no cover - it is held
        raise NotFound("there is no such box")
    box = box_out(*found)
    await once.keep(200, box)
    return as_json(box, headers={"etag": tag(box.revision)})

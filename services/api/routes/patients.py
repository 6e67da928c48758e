"""Who a payload is of: the only route that knows, for a named purpose."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.acts import patients as acts
from services.api.answers import as_json
from services.api.dependencies import ActDep, PartsDep
from services.api.errors import problem_responses
from services.api.schemas.base import Identifier
from services.api.schemas.patients import Forget, LookUp, NewIdentity, PatientIdentity

router = APIRouter(prefix="/payloads/{payload_id}/identity", tags=["patients"])


@router.post(
    "",
    status_code=204,
    operation_id="create_identity",
    summary="Enter who a payload is of",
    response_class=Response,
    responses=problem_responses(404, 409, 422),
)
async def post_identity(
    payload_id: Identifier, body: NewIdentity, act: ActDep, parts: PartsDep
) -> Response:
    """It is sealed before it is kept, and nothing of it is in any other table, log or notice."""
    await acts.enter(payload_id, body, parts.identity_keys, act)
    return Response(status_code=204)


@router.post(
    "/look-up",
    response_model=PatientIdentity,
    operation_id="get_identity",
    summary="Look up who a payload is of",
    responses=problem_responses(404, 409, 422),
)
async def post_look_up(
    payload_id: Identifier, body: LookUp, act: ActDep, parts: PartsDep
) -> Response:
    """For a named purpose; the audit entry says who asked, for what and why."""
    identity = await acts.look_up(payload_id, body, parts.identity_keys, act)
    return as_json(identity, headers={"cache-control": "no-store"})


@router.post(
    "/forget",
    status_code=204,
    operation_id="cancel_identity",
    summary="Forget who a payload is of",
    response_class=Response,
    responses=problem_responses(404, 422),
)
async def post_forget(payload_id: Identifier, body: Forget, act: ActDep) -> Response:
    """What is kept of the person goes for good; records and the audit chain stand as before."""
    await acts.forget(payload_id, body.reason, act)
    return Response(status_code=204)

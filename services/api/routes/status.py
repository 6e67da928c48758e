"""The state of the installation, for whoever works with it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.answers import as_json
from services.api.dependencies import PartsDep
from services.api.errors import problem_responses
from services.api.present.status import parts_of, processes_of, worst_of
from services.api.schemas.status import Status
from services.core.storage.constraints import reachable
from services.core.storage.survey import take_survey

router = APIRouter(prefix="/status", tags=["health"])


@router.get(
    "",
    response_model=Status,
    operation_id="get_status",
    summary="See how each part stands, and how late it is",
    responses=problem_responses(503),
)
async def get_status(parts: PartsDep) -> Response:
    """Nothing that names a shipment or a person. Without the database there is 503 instead."""
    with reachable():
        survey = await take_survey(parts.database)
    now = parts.clock.now()
    found = parts_of(survey, now)
    answer = Status(
        server_time=now,
        database_time=survey.server_time,
        clock_rate=parts.clock.rate,
        build=parts.build,
        database_version=survey.server_version,
        worst=worst_of(found),
        parts=found,
        processes=processes_of(survey, now),
        last_received_at=survey.last_received_at,
        boxes_under_way=survey.boxes_under_way,
        rejected=sum(survey.rejected.values()),
        streams=parts.broadcaster.clients,
    )
    return as_json(answer)

"""Material profiles: the limits and clocks that a payload is judged by."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.answers import as_json
from services.api.dependencies import UnitOfWorkDep
from services.api.present.shipments import profile_values
from services.api.schemas.base import Page
from services.api.schemas.shipments import Profile
from services.core.storage.profiles import ProfileRepository

router = APIRouter(prefix="/profiles", tags=["profiles"])


@router.get(
    "",
    response_model=Page[Profile],
    operation_id="list_profiles",
    summary="List the material profiles in all versions",
)
async def list_profiles(unit: UnitOfWorkDep) -> Response:
    """Every profile; the document says where each number comes from."""
    records = await ProfileRepository(unit).all()
    profiles = [
        Profile.model_validate(
            profile_values(
                {"profile_id": one.profile_id, "version": one.version, "document": one.document}
            )
        )
        for one in records
    ]
    return as_json(Page[Profile](items=profiles, next_cursor=None))

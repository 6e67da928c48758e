"""Material profiles: the limits and clocks that a payload is judged by."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.acts.create_profile import SHIPPED_NAMES, create_profile
from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, PartsDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.shipments import profile_values
from services.api.schemas.base import Page
from services.api.schemas.profiles import NewProfile, ProfileTemplate
from services.api.schemas.shipments import Profile
from services.core.domain.viability.templates import TEMPLATES
from services.core.storage.profiles import ProfileRecord, ProfileRepository

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
    profiles = [_profile(one) for one in records]
    return as_json(Page[Profile](items=profiles, next_cursor=None))


@router.get(
    "/templates",
    response_model=Page[ProfileTemplate],
    operation_id="list_profile_templates",
    summary="List the templates that a sponsor completes",
)
async def list_templates() -> Response:
    """Kinds of product of which only some numbers have a source; none of them judges anything."""
    items = [
        ProfileTemplate(
            template_id=one.template_id,
            name_en=one.name_en,
            name_zh=one.name_zh,
            missing=one.missing,
            document=one.to_document(),
        )
        for one in TEMPLATES
    ]
    return as_json(Page[ProfileTemplate](items=items, next_cursor=None))


@router.post(
    "",
    status_code=201,
    response_model=Profile,
    operation_id="create_profile",
    summary="Add a profile, or a new version of one, where nobody signs in",
    responses=problem_responses(403, 409, 422),
)
async def add_profile(body: NewProfile, act: ActDep, once: OnceDep, parts: PartsDep) -> Response:
    """A sponsor's profile: every number has source, grade and basis. Once used it is frozen.

    Where people sign in it takes two of them: 403, propose it instead.
    """
    record = await create_profile(body, act, signed_in=parts.gate.demanded)
    profile = _profile(record)
    await once.keep(201, profile)
    return as_json(profile, status=201)


def _profile(record: ProfileRecord) -> Profile:
    values = {
        "profile_id": record.profile_id,
        "version": record.version,
        "document": record.document,
    }
    told = {
        "shipped": record.profile_id in SHIPPED_NAMES,
        "owner": record.owner,
        "created_at": record.created_at,
        "frozen_at": record.frozen_at,
    }
    return Profile.model_validate({**profile_values(values), **told})

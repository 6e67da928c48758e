"""Organisations and keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.api.acts.keys import make_key, revoke_key
from services.api.acts.organisations import change_organisation
from services.api.answers import MATCH_DEMANDED, as_json, require_match, tag
from services.api.dependencies import ActDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Page
from services.api.schemas.keys import (
    FreshKey,
    Key,
    KeyPrefix,
    NewKey,
    NewOrganisation,
    Organisation,
    OrganisationChange,
    OrganisationName,
    RevokeKey,
)
from services.core.storage.keys import KeyRecord, KeyRepository, OrganisationRecord

router = APIRouter(tags=["keys"])


def _key(record: KeyRecord) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(record, name) for name in record.__slots__}
    return values | {"id": record.key_id, "organisation": record.organisation_id}


@router.get(
    "/organisations",
    response_model=Page[Organisation],
    operation_id="list_organisations",
    summary="List the organisations",
)
async def list_organisations(unit: UnitOfWorkDep) -> Response:
    """All of them, by name, in one part."""
    found = await KeyRepository(unit).organisations()
    items = [
        Organisation.model_validate({name: getattr(one, name) for name in one.__slots__})
        for one in found
    ]
    return as_json(Page[Organisation](items=items, next_cursor=None))


@router.post(
    "/organisations",
    response_model=Organisation,
    status_code=201,
    operation_id="create_organisation",
    summary="Enter an organisation",
    responses=problem_responses(409, 422),
)
async def post_organisation(body: NewOrganisation, act: ActDep) -> Response:
    """Its keys come next."""
    record = OrganisationRecord(**body.model_dump(), created_at=act.now)
    await KeyRepository(act.unit).add_organisation(record)
    await act.audit("create", ("organisation", body.organisation_id), after=body.model_dump())
    answer = Organisation(**body.model_dump(), created_at=act.now, revision=1)
    return as_json(answer, status=201, headers={"etag": tag(1)})


@router.patch(
    "/organisations/{organisation_id}",
    response_model=Organisation,
    operation_id="update_organisation",
    summary="Change an organisation's name, country or lists of zones",
    responses=problem_responses(404, 412, 422, 428),
    openapi_extra=MATCH_DEMANDED,
)
async def patch_organisation(
    request: Request, organisation_id: OrganisationName, body: OrganisationChange, act: ActDep
) -> Response:
    """Another country decides anew what its people are shown: they sign in again."""
    held = await KeyRepository(act.unit).hold_organisation(organisation_id)
    require_match(request, numbers=[held.revision])
    answer = Organisation.model_validate(asdict(await change_organisation(held, body, act)))
    return as_json(answer, headers={"etag": tag(answer.revision)})


@router.get("/keys", response_model=Page[Key], operation_id="list_keys", summary="List the keys")
async def list_keys(unit: UnitOfWorkDep) -> Response:
    """All of them, newest first, in one part; ended ones too."""
    items = [Key.model_validate(_key(one)) for one in await KeyRepository(unit).all()]
    return as_json(Page[Key](items=items, next_cursor=None))


@router.post(
    "/keys",
    response_model=FreshKey,
    status_code=201,
    operation_id="create_key",
    summary="Make a key",
    responses=problem_responses(409, 422),
)
async def post_key(body: NewKey, act: ActDep) -> Response:
    """The answer is the only place where the key ever stands; asked twice, there are two."""
    record, key = await make_key(body, act)
    answer = FreshKey.model_validate({**_key(record), "key": key})
    return as_json(answer, status=201, headers={"cache-control": "no-store"})


@router.post(
    "/keys/{prefix}/revoke",
    response_model=Key,
    operation_id="cancel_key",
    summary="End a key for good",
    responses=problem_responses(404, 422),
)
async def post_revocation(
    prefix: Annotated[KeyPrefix, Path(description="First letters of the key.")],
    body: RevokeKey,
    act: ActDep,
) -> Response:
    """From the next request on it opens nothing; open streams end within seconds."""
    return as_json(Key.model_validate(_key(await revoke_key(prefix, body.reason, act))))

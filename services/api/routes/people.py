"""People who may sign in: entered, changed, let in again and shut out by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from services.api.acts.people import change, disable, end_sessions, invite, reset
from services.api.answers import as_json
from services.api.dependencies import ActDep, PartsDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.parts import Parts
from services.api.present.sessions import session_out
from services.api.schemas.base import Page
from services.api.schemas.keys import PersonName
from services.api.schemas.people import (
    ChangePerson,
    DisablePerson,
    EndSessions,
    Invited,
    NewPerson,
    Person,
    ResetPerson,
    Session,
)
from services.core.storage.people import PeopleRepository, PersonRecord
from services.core.storage.sessions import SessionRepository

router = APIRouter(tags=["people"])
PersonId = Annotated[PersonName, Path(description="Short name of the person.")]


def _values(record: PersonRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return values | {"person_id": record.principal_id, "organisation": record.organisation_id}


def _invited(
    request: Request, parts: Parts, found: tuple[PersonRecord, str, datetime], status: int
) -> Response:
    record, token, link_ends_at = found
    base = parts.gate.address(request.headers.get("host", ""))
    link = f"{base}/sign-in#link={token}"
    answer = Invited.model_validate(_values(record) | {"link": link, "link_ends_at": link_ends_at})
    return as_json(answer, status=status)


@router.get(
    "/people", response_model=Page[Person], operation_id="list_people", summary="List the people"
)
async def list_people(unit: UnitOfWorkDep) -> Response:
    """All of them, by short name, in one part; those without access too."""
    items = [Person.model_validate(_values(one)) for one in await PeopleRepository(unit).all()]
    return as_json(Page[Person](items=items, next_cursor=None))


@router.post(
    "/people",
    response_model=Invited,
    status_code=201,
    operation_id="create_person",
    summary="Enter a person",
    responses=problem_responses(409, 422),
)
async def post_person(request: Request, body: NewPerson, act: ActDep, parts: PartsDep) -> Response:
    """The link lets them in once; it stands in this answer and nowhere else."""
    return _invited(request, parts, await invite(body, act), 201)


@router.patch(
    "/people/{person_id}",
    response_model=Person,
    operation_id="update_person",
    summary="Give a person other roles or another name",
    responses=problem_responses(404, 422),
)
async def patch_person(person_id: PersonId, body: ChangePerson, act: ActDep) -> Response:
    """With other roles, the person signs in anew."""
    return as_json(Person.model_validate(_values(await change(person_id, body, act))))


@router.post(
    "/people/{person_id}/reset",
    response_model=Invited,
    operation_id="create_person_link",
    summary="Let a person in again by a new link",
    responses=problem_responses(404, 422),
)
async def post_reset(
    request: Request, person_id: PersonId, body: ResetPerson, act: ActDep, parts: PartsDep
) -> Response:
    """Their password and sessions end; so do their second factors, if asked."""
    return _invited(request, parts, await reset(person_id, body, act), 200)


@router.post(
    "/people/{person_id}/disable",
    response_model=Person,
    operation_id="cancel_person",
    summary="End a person's access",
    responses=problem_responses(404, 409, 422),
)
async def post_disable(person_id: PersonId, body: DisablePerson, act: ActDep) -> Response:
    """From the next request on; open streams end within seconds. A reset lets them in again."""
    return as_json(Person.model_validate(_values(await disable(person_id, body, act))))


@router.get(
    "/people/{person_id}/sessions",
    response_model=Page[Session],
    operation_id="list_person_sessions",
    summary="Where a person is signed in",
    responses=problem_responses(404, 422),
)
async def list_person_sessions(person_id: PersonId, act: ActDep) -> Response:
    """Newest first, in one part."""
    await PeopleRepository(act.unit).get(person_id)
    found = await SessionRepository(act.unit).of_person(person_id, act.now)
    items = [session_out(one, act.principal.session_id) for one in found]
    return as_json(Page[Session](items=items, next_cursor=None))


@router.post(
    "/people/{person_id}/sessions/end",
    status_code=204,
    operation_id="cancel_person_sessions",
    summary="Sign a person out, of one session or of all",
    response_class=Response,
    responses=problem_responses(404, 422),
)
async def post_end_sessions(person_id: PersonId, body: EndSessions, act: ActDep) -> Response:
    """From the next request on; open streams end within seconds. Password and factors stay."""
    await end_sessions(person_id, body, act)
    return Response(status_code=204)

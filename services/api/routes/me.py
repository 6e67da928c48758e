"""Who is asking, and what they decide about their own sign-in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.api.acts.factors import prove_code
from services.api.acts.myself import (
    change_password,
    confirm,
    prove_password,
    session_id_of,
    sign_out,
    sign_out_elsewhere,
)
from services.api.answers import as_json
from services.api.dependencies import Act, ActDep, PartsDep
from services.api.errors import problem_responses
from services.api.parts import Parts
from services.api.present.sessions import session_out
from services.api.schemas.base import Identifier, Page
from services.api.schemas.people import (
    ChangePassword,
    Confirmation,
    Me,
    MySession,
    MySettings,
    Session,
)
from services.core.domain.errors import Invalid
from services.core.storage.people import PeopleRepository
from services.core.storage.sessions import SessionRecord, SessionRepository

router = APIRouter(tags=["people"], responses=problem_responses(409, 422))


async def _me(act: Act) -> Me:
    principal = act.principal
    found = await SessionRepository(act.unit).of_person(principal.principal_id, act.now)
    mine = [one for one in found if one.session_id == principal.session_id]
    person = await PeopleRepository(act.unit).find(principal.principal_id) if mine else None
    return Me(
        principal_id=principal.principal_id,
        kind=principal.kind,
        name=principal.name,
        organisation=principal.organisation_id,
        roles=sorted(principal.roles),
        language=person.language if person else None,
        zone=person.zone if person else None,
        session=_my_session(mine[0], act) if mine else None,
    )


def _my_session(record: SessionRecord, act: Act) -> MySession:
    values: dict[str, Any] = {name: getattr(record, name) for name in record.__slots__}
    return MySession.model_validate(values | {"id": record.session_id, "server_time": act.now})


@router.get("/me", response_model=Me, operation_id="get_me", summary="Who is asking")
async def get_me(act: ActDep) -> Response:
    """The principal that audit entries will name, and when the session ends."""
    return as_json(await _me(act))


@router.patch(
    "/me",
    response_model=Me,
    operation_id="update_me",
    summary="Change how the pages speak to me",
    responses=problem_responses(422),
)
async def patch_me(body: MySettings, act: ActDep) -> Response:
    """What is left out stays."""
    session_id_of(act)
    values = body.model_dump(exclude_none=True)
    if values:
        await PeopleRepository(act.unit).change(act.principal.principal_id, **values)
        await act.audit("change", ("person", act.principal.principal_id), after=values)
    answer = as_json(await _me(act))
    if body.language is not None:
        answer.set_cookie("lang", body.language, max_age=365 * 24 * 3600, samesite="lax")
    return answer


@router.post(
    "/me/password",
    status_code=204,
    operation_id="update_password",
    summary="Change my password",
    response_class=Response,
    responses=problem_responses(422, 429),
)
async def post_password(body: ChangePassword, act: ActDep, parts: PartsDep) -> Response:
    """My other sessions end."""
    session_id_of(act)
    await prove_password(body.current, act, parts)
    await change_password(body.password, act, parts)
    return Response(status_code=204)


@router.post(
    "/me/confirmation",
    status_code=204,
    operation_id="confirm_identity",
    summary="Prove who I am once more, for one signature",
    response_class=Response,
    responses=problem_responses(422, 429),
)
async def post_confirmation(body: Confirmation, act: ActDep, parts: PartsDep) -> Response:
    """Good for one signature within two minutes (21 CFR 11.200(a))."""
    session_id_of(act)
    await _prove(body, act, parts)
    return Response(status_code=204)


async def _prove(body: Confirmation, act: Act, parts: Parts) -> None:
    if (body.password is None) is (body.code is None):
        raise Invalid("one proof is needed", field="password", remedy="send password or code")
    if body.code is not None:
        await confirm(await prove_code(body.code, act, parts), act)
        return
    await prove_password(body.password or "", act, parts)
    await confirm("password", act)


@router.post(
    "/me/stay",
    response_model=Me,
    operation_id="update_session",
    summary="Say that I am still there",
)
async def post_stay(act: ActDep) -> Response:
    """The session does not end for idleness; its absolute end stays."""
    session_id_of(act)
    return as_json(await _me(act))


@router.get(
    "/me/sessions",
    response_model=Page[Session],
    operation_id="list_my_sessions",
    summary="Where I am signed in",
)
async def list_sessions(act: ActDep) -> Response:
    """Newest first, in one part."""
    found = await SessionRepository(act.unit).of_person(act.principal.principal_id, act.now)
    items = [session_out(one, act.principal.session_id) for one in found]
    return as_json(Page[Session](items=items, next_cursor=None))


@router.post(
    "/me/sessions/end-others",
    status_code=204,
    operation_id="cancel_other_sessions",
    summary="Sign out everywhere else",
    response_class=Response,
)
async def post_end_others(act: ActDep) -> Response:
    """This session goes on."""
    await sign_out_elsewhere(act)
    return Response(status_code=204)


@router.post(
    "/me/sessions/{session_id}/end",
    status_code=204,
    operation_id="cancel_my_session",
    summary="End one of my sessions",
    response_class=Response,
    responses=problem_responses(404),
)
async def post_end(session_id: Identifier, act: ActDep) -> Response:
    """Its streams end within seconds."""
    session_id_of(act)
    await sign_out(act, session_id, "ended by its person")
    return Response(status_code=204)

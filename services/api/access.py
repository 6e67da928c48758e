"""Who asks, proven by a key, a session or by being on this machine, and whether they may."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from fastapi import Request

from services.api.cookies import (
    SAFE_METHODS,
    refuse_other_pages,
    refuse_questions_of_other_pages,
    require_token,
)
from services.api.guards import Principal, local_principal, local_viewer
from services.api.leaving import current_passage
from services.api.parts import Parts
from services.api.passages import passage_of
from services.api.proofs.codes import digest
from services.api.refusals import HttpRefusal, TooOften
from services.api.rules import BEFORE_SECOND, WHILE_ENROLLING, may
from services.api.sight import (
    current_shared,
    current_view,
    place_of,
    sight_of_holder,
    views_of_grants,
)
from services.core.domain.errors import Invalid, NotFound
from services.core.domain.governance.access import Role, box_of, is_in_force, parse_key
from services.core.domain.governance.people import Level
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import WRONG_KEYS
from services.core.storage.attempts import AttemptRepository
from services.core.storage.constraints import reachable
from services.core.storage.keys import KeyRecord, KeyRepository
from services.core.storage.sessions import SessionRecord, SessionRepository

PREFIX = "/api/v1"
_SCHEME = "Bearer "
_NOT_IN_FORCE = HttpRefusal(
    401,
    "the key is unknown, has expired or was revoked",
    field="Authorization",
    remedy="ask an administrator for a new one: coldlane key create",
)
_ENDED = HttpRefusal(401, "your session has ended", field="session", remedy="sign in again")
_ACTIVITY_IS_NOTED_EVERY = timedelta(minutes=1)
_LONGEST_SECRET = 100

logger = logging.getLogger(__name__)


async def principal_of(request: Request) -> Principal:
    """Who asks: the holder of the key that is sent, else of the session, else whoever sits here.

    A request with a key or a session is never taken for the person at this machine, whatever it
    lacks.
    """
    parts: Parts = request.app.state.parts
    header = request.headers.get("authorization")
    if header is not None:
        principal = await _holder(parts, header, address_of(request))
    elif parts.gate.cookie in request.cookies:
        refuse_questions_of_other_pages(request, parts.gate)
        principal = _person(await session_of(request))
    elif parts.gate.demanded:
        raise HttpRefusal(
            401, "sign in first", field="session", remedy="open /sign-in, or send a key"
        )
    else:
        principal = local_principal(request)
    _check_rule(request, principal)
    current_view.set(principal.sight.view)
    current_passage.set(await passage_of(parts, principal))
    current_shared.set(principal.shared_here(request))
    return principal


async def viewer_of(request: Request) -> Principal | None:
    """Who opens a page, or nobody: the page says then who could."""
    parts: Parts = request.app.state.parts
    header = request.headers.get("authorization")
    try:
        if header is not None:
            return await _holder(parts, header, address_of(request))
        if parts.gate.cookie in request.cookies:
            return _person(await session_of(request))
        return None if parts.gate.demanded else local_viewer(request)
    except HttpRefusal:
        return None


def address_of(request: Request) -> str:
    """Where the request comes from; behind a proxy, the proxy's address."""
    return request.client.host if request.client else "unknown"


async def session_of(request: Request) -> SessionRecord:
    """The session of the cookie; a change must come from a page of ours. Raises 401."""
    parts: Parts = request.app.state.parts
    secret = request.cookies.get(parts.gate.cookie, "")
    if not 0 < len(secret) <= _LONGEST_SECRET:
        raise _ENDED
    refuse_other_pages(request, parts.gate)
    now = parts.clock.now()
    with reachable():
        async with parts.database.unit_of_work(installation(now)) as unit:
            repository = SessionRepository(unit)
            session = await repository.find(digest(secret), now)
            if session is None:
                raise _ENDED
            require_token(request, secret)
            if request.method not in SAFE_METHODS:
                await _note_activity(repository, session, parts, now)
    return session


async def _note_activity(
    repository: SessionRepository, session: SessionRecord, parts: Parts, now: datetime
) -> None:
    """What a person does keeps the session; a page that only looks does not."""
    if session.level == Level.FULL and now - session.active_at >= _ACTIVITY_IS_NOTED_EVERY:
        idle_ends_at = min(now + parts.gate.idle, session.ends_at)
        await repository.change(session.session_id, active_at=now, idle_ends_at=idle_ends_at)


def _person(session: SessionRecord) -> Principal:
    country, abroad = place_of(session)
    return Principal(
        principal_id=session.principal_id,
        kind="person",
        name=session.name,
        source=f"session {str(session.session_id)[-12:]} from {session.source}",
        roles=frozenset(Role(role) for role in session.roles),
        organisation_id=session.organisation_id,
        session_id=session.session_id,
        level=Level(session.level),
        sight=sight_of_holder(session, session.roles),
        country=country,
        abroad=abroad,
        shared=views_of_grants(session.shared or ()),
    )


async def _holder(parts: Parts, header: str, address: str) -> Principal:
    if not header.startswith(_SCHEME):
        raise HttpRefusal(401, "only bearer keys are taken", field="Authorization")
    now = parts.clock.now()
    subject = f"keys from {address}"
    with reachable():
        async with parts.database.unit_of_work(installation(now)) as unit:
            text = header.removeprefix(_SCHEME)
            key = await _find(KeyRepository(unit), text, now, demanded=parts.gate.demanded)
            # 256 random bits are not guessed: whoever holds a key need not wait for who does not.
            pause = key is None and await AttemptRepository(unit).pause(subject, now)
        if pause:
            raise TooOften(pause)
        if key is None:
            await _count_wrong(parts, subject, address, now)
            raise _NOT_IN_FORCE
    return _principal(key, address)


async def _find(
    repository: KeyRepository, text: str, now: datetime, *, demanded: bool
) -> KeyRecord | None:
    """The key if it is in force; its use is noted. Where a sign-in is `demanded`, nobody acts with
    a key that somebody else made in their name.
    """
    try:
        presented = parse_key(text)
    except Invalid as error:
        raise HttpRefusal(401, error.detail, field=error.field, remedy=error.remedy) from None
    key = await repository.presented(presented.prefix, now)
    if key is None or not presented.proves(key.secret_sha256):
        return None
    if not key.active or not is_in_force(key.expires_at, key.revoked_at, now):
        return None
    if demanded and key.in_anothers_name:
        return None
    await repository.note_use(key, now)
    return key


async def _count_wrong(parts: Parts, subject: str, address: str, now: datetime) -> None:
    async with parts.database.unit_of_work(installation(now)) as unit:
        await AttemptRepository(unit).count(subject, WRONG_KEYS, now)
    logger.warning(
        "A key that opens nothing was sent.", extra={"event": "key_refused", "address": address}
    )


def _principal(key: KeyRecord, address: str) -> Principal:
    country, abroad = place_of(key)
    return Principal(
        principal_id=key.principal_id,
        kind=key.kind,
        name=key.name,
        source=f"key {key.prefix} from {address}",
        key_prefix=key.prefix,
        roles=frozenset({Role(key.role)}),
        organisation_id=key.organisation_id,
        sight=sight_of_holder(key, [key.role]),
        country=country,
        abroad=abroad,
        shared=views_of_grants(key.shared or ()),
        box_id=box_of(key.principal_id),
    )


def _check_rule(request: Request, principal: Principal) -> None:
    path = str(getattr(request.scope.get("route"), "path", "")).removeprefix(PREFIX)
    if principal.level is not Level.FULL:
        _check_level((request.method, path), principal.level)
    if not may(principal.roles, request.method, path):
        roles = ", ".join(sorted(principal.roles))
        logger.warning(
            "Somebody asked for what their role may not do.",
            extra={
                "event": "access_refused",
                "roles": roles,
                "method": request.method,
                "route": path,
            },
        )
        raise HttpRefusal(
            403,
            f"the role {roles} may not do this",
            remedy="docs/reference/access.md says which roles may",
        )
    _check_box(request, principal)


def _check_box(request: Request, principal: Principal) -> None:
    """A device knows its own box; another's is to it as one that does not exist."""
    asked = request.path_params.get("box_id")
    if asked is not None and principal.roles == {Role.DEVICE} and asked != principal.box_id:
        raise NotFound(f"there is no box {asked}", field="box_id")


def _check_level(route: tuple[str, str], level: Level) -> None:
    """Half a proof opens what completes it, and nothing else."""
    if level is Level.SECOND and route not in BEFORE_SECOND:
        raise HttpRefusal(
            401, "the second factor is still owed", field="second_factor", remedy="/sign-in/second"
        )
    if level is Level.ENROL and route not in WHILE_ENROLLING:
        raise HttpRefusal(
            401,
            "your role signs: take a second factor first",
            field="second_factor",
            remedy="open /me",
        )

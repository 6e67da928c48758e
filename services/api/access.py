"""Who asks, proven by a key or by being on this machine, and whether the table lets them."""

from __future__ import annotations

from fastapi import Request

from services.api.guards import Principal, local_principal, local_viewer
from services.api.parts import Parts
from services.api.refusals import HttpRefusal
from services.api.rules import may
from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role, is_in_force, parse_key
from services.core.storage.constraints import reachable
from services.core.storage.keys import KeyRecord, KeyRepository

PREFIX = "/api/v1"
_SCHEME = "Bearer "
_NOT_IN_FORCE = HttpRefusal(
    401,
    "the key is unknown, has expired or was revoked",
    field="Authorization",
    remedy="ask an administrator for a new one: coldlane key create",
)


async def principal_of(request: Request) -> Principal:
    """Who asks: the holder of the key that is sent, else the person at this machine.

    A request with a key is never taken for the person at this machine, whatever it lacks.
    """
    header = request.headers.get("authorization")
    if header is None:
        principal = local_principal(request)
    else:
        principal = await _holder(request.app.state.parts, header)
    _check_rule(request, principal)
    return principal


async def viewer_of(request: Request) -> Principal | None:
    """Who opens a page, or nobody: the page says then who could."""
    header = request.headers.get("authorization")
    try:
        if header is None:
            return local_viewer(request)
        return await _holder(request.app.state.parts, header)
    except HttpRefusal:
        return None


async def _holder(parts: Parts, header: str) -> Principal:
    if not header.startswith(_SCHEME):
        raise HttpRefusal(401, "only bearer keys are taken", field="Authorization")
    try:
        presented = parse_key(header.removeprefix(_SCHEME))
    except Invalid as error:
        raise HttpRefusal(401, error.detail, field=error.field, remedy=error.remedy) from None
    now = parts.clock.now()
    with reachable():
        async with parts.database.unit_of_work() as unit:
            repository = KeyRepository(unit)
            key = await repository.find(presented.prefix)
            if key is None or not presented.proves(key.secret_sha256):
                raise _NOT_IN_FORCE
            if not key.active or not is_in_force(key.expires_at, key.revoked_at, now):
                raise _NOT_IN_FORCE
            await repository.note_use(key, now)
    return _principal(key)


def _principal(key: KeyRecord) -> Principal:
    return Principal(
        principal_id=key.principal_id,
        kind=key.kind,
        name=key.name,
        source=f"key {key.prefix}",
        roles=frozenset({Role(key.role)}),
        organisation_id=key.organisation_id,
    )


def _check_rule(request: Request, principal: Principal) -> None:
    path = str(getattr(request.scope.get("route"), "path", "")).removeprefix(PREFIX)
    if not may(principal.roles, request.method, path):
        roles = ", ".join(sorted(principal.roles))
        raise HttpRefusal(
            403,
            f"the role {roles} may not do this",
            remedy="docs/reference/access.md says which roles may",
        )

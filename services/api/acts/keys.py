"""Making keys and ending them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.keys import NewKey
from services.core.domain.errors import Invalid
from services.core.domain.governance.access import parse_key, principal_of_box, write_key
from services.core.domain.governance.organisation import check_role
from services.core.storage.boxes import BoxRepository
from services.core.storage.keys import KeyRecord, KeyRepository


async def make_key(body: NewKey, act: Act) -> tuple[KeyRecord, str]:
    """A new key: what is kept of it, and the key itself, which is not."""
    expires_at = _end(body, act.now)
    prefix = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    key = write_key(prefix, secrets.token_urlsafe(32))
    repository = KeyRepository(act.unit)
    await check_roles(body.organisation, [body.role], act)
    _check_person(body, act)
    await _check_box(body, act)
    principal = _principal(body, prefix) | {"created_at": act.now}
    await repository.enrol(principal)
    await repository.add(
        {
            "key_id": new_id(act.now),
            "prefix": prefix,
            "secret_sha256": parse_key(key).secret_sha256,
            "principal_id": principal["principal_id"],
            "role": body.role,
            "created_at": act.now,
            "created_by": act.principal.principal_id,
            "expires_at": expires_at,
        }
    )
    await act.audit(
        "create",
        ("key", prefix),
        after={**body.model_dump(mode="json"), "principal_id": principal["principal_id"]},
    )
    made = await repository.find(prefix)
    if made is None:  # pragma: no cover - it was added above
        raise LookupError(prefix)
    return made, key


async def revoke_key(prefix: str, reason: str, act: Act) -> KeyRecord:
    """End a key; from the next request on it opens nothing."""
    key = await KeyRepository(act.unit).revoke(prefix, act.now, reason)
    await act.audit("revoke", ("key", prefix), before={"role": key.role}, reason=reason)
    return key


async def check_roles(organisation: str, roles: Iterable[str], act: Act) -> None:
    """Each administrator lets in whom the own organisation has; the platform's, everybody."""
    if not act.principal.sees_all and organisation != act.principal.organisation_id:
        raise HttpRefusal(
            403,
            "people and keys are entered by the organisation that they belong to",
            field="organisation",
        )
    kind = await KeyRepository(act.unit).kind_of(organisation)
    for role in roles:
        check_role(kind, role)


def _end(body: NewKey, now: datetime) -> datetime | None:
    if body.valid_for_h is not None:
        if body.expires_at is not None:
            raise Invalid("give one end, not two", field="valid_for_h", remedy="leave one out")
        return now + timedelta(hours=body.valid_for_h)
    if body.expires_at is not None and body.expires_at <= now:
        raise Invalid("the key would have ended already", field="expires_at")
    return body.expires_at


def _check_person(body: NewKey, act: Act) -> None:
    """Nobody makes a key that acts in another's name, nor one that may more than they may.

    Where nobody signs in, whoever sits at the machine plays everybody: such a key opens nothing
    once people sign in.
    """
    if body.person is None or act.principal.proof is None:
        return
    if body.person != act.principal.principal_id:
        raise HttpRefusal(
            403,
            "a person's key is made by that person",
            field="person",
            remedy="leave person out for a machine; people sign in: coldlane person create",
        )
    if act.principal.key_prefix is not None:
        raise HttpRefusal(
            403,
            "no key makes a person's key",
            field="person",
            remedy="sign in; a key that was made in somebody's name would make more of them",
        )
    if body.role not in act.principal.roles:
        raise HttpRefusal(403, "this is no role of yours", field="role")


async def _check_box(body: NewKey, act: Act) -> None:
    if body.box is None:
        return
    if body.role != "device" or body.person is not None:
        raise Invalid("a box has keys of the role device, and is no person", field="box")
    await BoxRepository(act.unit).get(body.box)


def _principal(body: NewKey, prefix: str) -> dict[str, Any]:
    holder = body.person or f"key-{prefix}"
    return {
        "principal_id": principal_of_box(body.box) if body.box else holder,
        "kind": "person" if body.person else "machine",
        "name": body.name,
        "organisation_id": body.organisation,
        "country": body.country,
    }

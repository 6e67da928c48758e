"""People whom another service signs in: who that service is, and whom its claims name here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role

_PERSON = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)
_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A sign-in service by OpenID Connect, and how its claims become a person.

    `roles` says which value of the role claim gives which role; a person without one gets in not.
    """

    issuer: str
    name: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    organisation: str
    roles: Mapping[str, Role]
    person_claim: str = "preferred_username"
    name_claim: str = "name"
    role_claim: str = "groups"
    algorithms: tuple[str, ...] = ("RS256", "ES256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreigner:
    """Whom the service names: `subject` for good, the rest as it is today."""

    subject: str
    person_id: str
    name: str
    roles: frozenset[Role]


def foreigner_of(provider: Provider, claims: Mapping[str, Any]) -> Foreigner:
    """Read the person from checked claims; raises Invalid when they give none or no role."""
    subject, written = claims.get("sub"), claims.get(provider.person_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Invalid("the service gives no subject", field="sub")
    person_id = written.casefold() if isinstance(written, str) else ""
    if _PERSON.fullmatch(person_id) is None:
        raise Invalid("the service gives no short name", field=provider.person_claim)
    roles = _roles_of(provider, claims.get(provider.role_claim))
    if not roles:
        raise Invalid("the service gives no role that is known here", field=provider.role_claim)
    shown = claims.get(provider.name_claim)
    name = " ".join(shown.split())[:_NAME_LENGTH] if isinstance(shown, str) else ""
    printable = name if name.isprintable() else ""
    return Foreigner(subject=subject, person_id=person_id, name=printable or person_id, roles=roles)


def _roles_of(provider: Provider, given: object) -> frozenset[Role]:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list):
        return frozenset()
    return frozenset(
        provider.roles[one] for one in values if isinstance(one, str) and one in provider.roles
    )

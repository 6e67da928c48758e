"""Reads the file that names another sign-in service."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role
from services.core.domain.governance.foreign import Provider
from services.core.runtime.written import is_loopback

_ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"})


class _Claims(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person: str = "preferred_username"
    name: str = "name"
    roles: str = "groups"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    issuer: str
    name: str = Field(min_length=1, max_length=60)
    client_id: str = Field(min_length=1)
    client_secret_file: Path | None = None
    organisation: str
    algorithms: list[str] = ["RS256", "ES256"]
    claims: _Claims = _Claims()
    roles: dict[str, Role] = Field(min_length=1)


def read_provider(path: Path) -> Provider:
    """The service that the file names; raises Invalid with what is wrong in it."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        _check(found)
        secret = found.client_secret_file
        return Provider(
            issuer=found.issuer,
            name=found.name,
            client_id=found.client_id,
            client_secret=secret.read_text(encoding="utf-8").strip() if secret else None,
            organisation=found.organisation,
            roles=found.roles,
            person_claim=found.claims.person,
            name_claim=found.claims.name,
            role_claim=found.claims.roles,
            algorithms=tuple(found.algorithms),
        )
    except (OSError, ValueError, ValidationError) as error:
        raise Invalid(f"{path.name}: {_said(error)}", field="COLDLANE_OIDC_FILE") from error


def _check(found: _File) -> None:
    parts = urlsplit(found.issuer)
    secure = parts.scheme == "https" or is_loopback(parts.hostname or "")
    if not secure or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("issuer: give its https:// address as it writes it itself")
    if not found.algorithms or not set(found.algorithms) <= _ASYMMETRIC:
        raise ValueError("algorithms: only of " + ", ".join(sorted(_ASYMMETRIC)))


def _said(error: Any) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False)[0]
        return ".".join(str(part) for part in first["loc"]) + f": {first['msg']}"
    return str(error)

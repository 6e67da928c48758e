"""Talks to another sign-in service: where its parts are, its keys, and a code for a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from services.core.domain.errors import Invalid, Unavailable
from services.core.domain.governance.foreign import Provider
from services.core.runtime.clock import Clock
from services.core.runtime.written import is_loopback

_PATIENCE_S = 10.0
_KNOWN_FOR_S = 3600.0
_KEYS_AGAIN_AFTER_S = 60.0
_LONGEST_ANSWER = 256 * 1024
_PARTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderClient:
    """One to a process; what the service says of itself is known for an hour."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self.provider = provider
        self._clock = clock
        self._document: dict[str, Any] | None = None
        self._document_at = 0.0
        self._keys: list[dict[str, Any]] = []
        self._keys_at = 0.0

    async def address(self, values: Mapping[str, str]) -> str:
        """Where the person goes to sign in there."""
        document = await self._described()
        return f"{document['authorization_endpoint']}?{urlencode(values)}"

    async def token(self, values: Mapping[str, str]) -> str:
        """The identity token for a code; raises Invalid when the service gives none."""
        document = await self._described()
        secret = self.provider.client_secret
        auth = None if secret is None else (self.provider.client_id, secret)
        sent = {**values, "client_id": self.provider.client_id}
        answer = await _ask("POST", document["token_endpoint"], data=sent, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Invalid("the service gave no identity token", field="id_token")
        return token

    async def keys(self, *, anew: bool = False) -> list[dict[str, Any]]:
        """The key set; read anew for a key that is not in it, at most once a minute."""
        now = self._clock.monotonic_s()
        known_for = _KEYS_AGAIN_AFTER_S if anew else _KNOWN_FOR_S
        if not self._keys or now - self._keys_at >= known_for:
            found = (await _ask("GET", (await self._described())["jwks_uri"])).get("keys")
            listed = found if isinstance(found, list) else []
            self._keys = [one for one in listed if isinstance(one, dict)]
            self._keys_at = now
        return self._keys

    async def _described(self) -> dict[str, Any]:
        now = self._clock.monotonic_s()
        if self._document is None or now - self._document_at >= _KNOWN_FOR_S:
            issuer = self.provider.issuer
            document = await _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != issuer or not all(
                _is_safe(document.get(p)) for p in _PARTS
            ):
                raise Invalid("the service does not describe itself as expected", field="issuer")
            self._document, self._document_at = document, now
        return self._document


def _is_safe(address: object) -> bool:
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


async def _ask(method: str, address: str, **content: Any) -> dict[str, Any]:
    """Ask once, follow nothing; raises Unavailable or Invalid."""
    try:
        async with (
            httpx.AsyncClient(
                timeout=_PATIENCE_S, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(method, address, **content) as answer,
        ):
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > _LONGEST_ANSWER:
                    raise Invalid("the service's answer is too long", field="provider")
    except httpx.HTTPError as error:
        raise Unavailable("the sign-in service does not answer") from error
    if not answer.is_success:
        raise Invalid(f"the service refused ({answer.status_code})", field="provider")
    return _object(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Invalid("the service's answer is no JSON", field="provider") from error
    if not isinstance(found, dict):
        raise Invalid("the service's answer is no object", field="provider")
    return found

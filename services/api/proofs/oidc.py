"""Another service's word about a person: its identity token, believed only when all of it fits.

Keys come from the key set of the service alone. Which one is the token's to say (`kid`); a key or
an address that a token brings along is never looked at.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from services.core.domain.errors import Invalid
from services.core.domain.governance.foreign import Provider

_LEEWAY = timedelta(seconds=60)
_OLDEST = timedelta(minutes=10)
_LONGEST_LIFE = timedelta(hours=24)
_LONGEST_TOKEN = 16 * 1024
# Times are checked here, by the clock of the house.
_OPTIONS: Options = {
    "require": ["exp", "iat", "iss", "aud", "sub", "nonce"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class UnknownKey(Invalid):
    """The key set that is known here has no such key; the service may have a newer one."""


def challenge_of(verifier: str) -> str:
    """What goes ahead of a PKCE verifier (S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def claims_of(
    token: str, keys: Sequence[Mapping[str, Any]], provider: Provider, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of an identity token; raises Invalid for the first thing that does not fit."""
    if len(token) > _LONGEST_TOKEN:
        raise _refusal("it is too long")
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(header, keys, provider),
            algorithms=[header["alg"]],
            audience=provider.client_id,
            issuer=provider.issuer,
            options=_OPTIONS,
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise _refusal(type(error).__name__) from error
    _check_times(claims, now)
    _check_parties(claims, provider, nonce)
    return claims


def _key(
    header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]], provider: Provider
) -> jwt.PyJWK:
    if header.get("alg") not in provider.algorithms:
        raise _refusal("its algorithm is not one of those allowed")
    if "crit" in header:
        raise _refusal("it demands an extension, and none is known here")
    wanted = header.get("kid")
    for one in keys:
        named = wanted is None or one.get("kid") == wanted
        signs = one.get("use", "sig") == "sig" and one.get("alg", header["alg"]) == header["alg"]
        if named and signs:
            return jwt.PyJWK(dict(one), algorithm=header["alg"])
    raise UnknownKey("its key is not in the service's key set", field="id_token")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    begins, ends = claims["iat"], claims["exp"]
    if type(begins) is not int or type(ends) is not int:
        raise _refusal("its times are no whole seconds")
    seconds, leeway = int(now.timestamp()), int(_LEEWAY.total_seconds())
    if ends + leeway <= seconds:
        raise _refusal("it has ended")
    if not seconds - _OLDEST.total_seconds() <= begins <= seconds + leeway:
        raise _refusal("it was not made just now")
    if ends - begins > _LONGEST_LIFE.total_seconds():
        raise _refusal("it holds for too long")
    if type(claims.get("nbf", begins)) is not int or claims.get("nbf", begins) > seconds + leeway:
        raise _refusal("it does not hold yet")


def _check_parties(claims: Mapping[str, Any], provider: Provider, nonce: str) -> None:
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _refusal("it answers another request")
    authorised = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or authorised is not None) and authorised != provider.client_id:
        raise _refusal("it was made for another party")


def _refusal(why: str) -> Invalid:
    return Invalid(f"the service's token is not believed: {why}", field="id_token")

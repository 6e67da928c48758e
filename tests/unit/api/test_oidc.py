"""An identity token is believed only when all of it fits."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.api.proofs.oidc import UnknownKey, challenge_of, claims_of
from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role
from services.core.domain.governance.foreign import Provider, foreigner_of
from tests.support.api import NOW

ISSUER, CLIENT, NONCE = "https://login.example", "coldlane", "n-0S6_WzA2Mj"
SECONDS = int(NOW.timestamp())
MINE, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
PROVIDER = Provider(
    issuer=ISSUER,
    name="Login",
    client_id=CLIENT,
    organisation="sponsor-qa",
    roles={"qa": Role.QA_APPROVER, "desk": Role.OPERATOR},
)


def public(key: ec.EllipticCurvePrivateKey, kid: str = "one", **changes: Any) -> dict[str, Any]:
    """The key as a key set holds it."""
    written: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    return {**written, "kid": kid, "use": "sig", "alg": "ES256", **changes}


KEYS = [public(OTHER, "zero"), public(MINE)]


def token(
    changes: Mapping[str, Any] | None = None,
    *,
    key: Any = MINE,
    algorithm: str = "ES256",
    header: Mapping[str, Any] | None = None,
) -> str:
    """A token that fits, but for what a test changes; None leaves a claim out."""
    claims = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "248289761001",
        "nonce": NONCE,
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "preferred_username": "chen.yu",
        "name": "Chen Yu",
        "groups": ["qa"],
        **(changes or {}),
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": "one", **(header or {})})


def read(text: str, keys: list[dict[str, Any]] = KEYS) -> dict[str, Any]:
    return claims_of(text, keys, PROVIDER, NONCE, NOW)


def test_s30_token_that_fits_names_a_person() -> None:
    found = foreigner_of(PROVIDER, read(token()))
    assert (found.subject, found.person_id, found.name) == ("248289761001", "chen.yu", "Chen Yu")
    assert found.roles == {Role.QA_APPROVER}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example/"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"sub": None},
        {"nonce": None},
        {"nonce": "of another request"},
        {"exp": None},
        {"exp": SECONDS - 61},
        {"exp": SECONDS + 90_000},
        {"exp": SECONDS + 300.5},
        {"exp": str(SECONDS + 300)},
        {"exp": True},
        {"iat": None},
        {"iat": SECONDS + 120},
        {"iat": SECONDS - 700},
        {"nbf": SECONDS + 120},
    ],
)
def test_s30_token_with_a_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read(token(changes))


def test_s30_token_of_another_key_or_algorithm_is_refused() -> None:
    for text in (
        token(key=OTHER),
        token(key="k" * 32, algorithm="HS256"),
        token(key=None, algorithm="none"),
        token(header={"crit": ["b64"], "b64": True}),
    ):
        with pytest.raises(Invalid):
            read(text)


def test_s30_key_that_a_token_brings_along_is_never_looked_at() -> None:
    brought = {"jwk": public(OTHER), "jku": "https://evil.example/keys", "x5u": "https://evil"}
    with pytest.raises(Invalid):
        read(token(key=OTHER, header=brought))


def test_s30_the_public_key_is_no_secret_of_a_mac() -> None:
    """The old trick: sign with HS256 and the public key's text."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    with pytest.raises(Invalid):
        read(f"{head}.{token().split('.')[1]}.AAAA")


def test_s30_keys_are_exchanged_by_their_name() -> None:
    """A key that is not known yet is told apart, so that the set is read anew."""
    with pytest.raises(UnknownKey):
        read(token(header={"kid": "two"}))
    assert read(token(header={"kid": "two"}), [*KEYS, public(MINE, "two")])
    with pytest.raises(UnknownKey):
        read(token(), [public(MINE, use="enc")])


@pytest.mark.parametrize("text", ["", "a.b.c", "....", "x" * 20_000, "é.é.é"])
def test_s30_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": []},
        {"groups": ["unknown"]},
        {"groups": {"qa": True}},
        {"groups": None},
        {"preferred_username": "Zhao Min"},
        {"preferred_username": "../admin"},
        {"preferred_username": 7},
        {"sub": ""},
        {"sub": "s" * 256},
    ],
)
def test_claims_that_name_nobody_or_no_role_let_nobody_in(claims: dict[str, Any]) -> None:
    good = {"sub": "1", "preferred_username": "chen.yu", "groups": ["qa"]}
    with pytest.raises(Invalid):
        foreigner_of(PROVIDER, {**good, **claims})


def test_pkce_challenge_is_that_of_the_standard() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

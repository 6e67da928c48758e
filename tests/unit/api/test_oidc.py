"""An identity token is believed only when all of it fits."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
HEADER = {"alg": "ES256", "kid": "one", "typ": "JWT"}


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


def written(
    header: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
    key: ec.EllipticCurvePrivateKey = MINE,
) -> str:
    """The same by hand, with a signature that holds: also what a library would not write."""
    claims = jwt.decode(token(), options={"verify_signature": False}) | dict(changes or {})
    signed = f"{_coded(json.dumps(header).encode())}.{_coded(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_coded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


MISSING = "MissingRequiredClaimError"
PARTY = "made for another party"
REQUEST = "answers another request"
WHOLE = "no whole seconds"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://login.example/"}, "InvalidIssuerError"),
        ({"iss": "https://evil.example"}, "InvalidIssuerError"),
        ({"iss": ""}, "InvalidIssuerError"),
        ({"iss": [ISSUER]}, "InvalidIssuerError"),
        ({"iss": None}, MISSING),
        ({"aud": "another"}, "InvalidAudienceError"),
        ({"aud": "coldlane-two"}, "InvalidAudienceError"),
        ({"aud": None}, MISSING),
        ({"aud": []}, MISSING),
        ({"aud": [CLIENT, "another"]}, PARTY),
        ({"aud": [CLIENT, "another"], "azp": "another"}, PARTY),
        ({"azp": "another"}, PARTY),
        ({"sub": None}, MISSING),
        ({"sub": 7}, "InvalidSubjectError"),
        ({"nonce": None}, MISSING),
        ({"nonce": 7}, REQUEST),
        ({"nonce": "of another request"}, REQUEST),
        ({"exp": None}, MISSING),
        ({"exp": -1}, "it has ended"),
        ({"exp": SECONDS - 61}, "it has ended"),
        ({"exp": SECONDS - 60}, "it has ended"),
        ({"exp": SECONDS + 86_401}, "holds for too long"),
        ({"exp": 253_402_300_799}, "holds for too long"),  # the last second of the year 9999
        ({"exp": SECONDS + 300.5}, WHOLE),
        ({"exp": str(SECONDS + 300)}, WHOLE),
        ({"exp": [SECONDS + 300]}, WHOLE),
        ({"exp": True}, WHOLE),
        ({"iat": None}, MISSING),
        ({"iat": SECONDS + 61}, "not made just now"),
        ({"iat": SECONDS - 601}, "not made just now"),
        ({"iat": str(SECONDS)}, WHOLE),
        ({"iat": SECONDS + 0.5}, WHOLE),
        ({"nbf": SECONDS + 61}, "does not hold yet"),
        ({"nbf": str(SECONDS)}, "does not hold yet"),
    ],
    ids=str,
)
def test_s30_token_with_a_wrong_claim_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(_with(changes))


def _with(changes: Mapping[str, Any]) -> str:
    """As the library writes it, or by hand what it refuses to write."""
    try:
        return token(changes)
    except TypeError:
        return written(HEADER, changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": SECONDS - 59},
        {"exp": SECONDS + 86_400},
        {"iat": SECONDS + 60},
        {"iat": SECONDS - 600},
        {"nbf": SECONDS + 60},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
    ],
    ids=str,
)
def test_s30_clock_may_be_a_minute_off_and_what_just_fits_is_believed(
    changes: dict[str, Any],
) -> None:
    assert read(token(changes))["sub"] == "248289761001"


ALGORITHM = "its algorithm is not one of those allowed"
EXTENSION = "it demands an extension"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"alg": "none"}, ALGORITHM),
        ({"alg": "nOnE"}, ALGORITHM),
        ({"alg": ["ES256"]}, ALGORITHM),
        ({"alg": None}, ALGORITHM),
        ({"alg": "HS256"}, ALGORITHM),
        ({"alg": "ES384"}, ALGORITHM),
        ({"alg": "RS256"}, "not in the service's key set"),
        ({"crit": ["exp"]}, f"{EXTENSION}|InvalidTokenError"),
        ({"crit": ["b64"], "b64": True}, EXTENSION),
        ({"crit": []}, f"{EXTENSION}|InvalidTokenError"),
        ({"kid": "../one"}, "not in the service's key set"),
        ({"kid": "zero"}, "InvalidSignatureError"),
        ({"kid": 7}, "InvalidTokenError"),
    ],
    ids=str,
)
def test_s30_token_with_another_head_is_refused_though_its_signature_holds(
    changes: dict[str, Any], why: str
) -> None:
    assert read(written(HEADER))
    with pytest.raises(Invalid, match=why):
        read(written({**HEADER, **changes}))


def test_s30_token_of_another_key_or_algorithm_is_refused() -> None:
    for text in (
        token(key=OTHER),
        token(key="k" * 32, algorithm="HS256"),
        token(key=None, algorithm="none"),
        f"{token().rpartition('.')[0]}.",
        f"{token({'sub': 'another'}).rpartition('.')[0]}.{token().rpartition('.')[2]}",
    ):
        with pytest.raises(Invalid):
            read(text)


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
def test_s30_key_that_a_token_brings_along_is_never_looked_at(name: str) -> None:
    """Neither instead of ours, nor when no key of ours has the name it gives."""
    brought = {"jwk": public(OTHER, "two"), "x5c": ["MIIB"]}.get(name, "https://evil.example/keys")
    with pytest.raises(Invalid, match="InvalidSignatureError"):
        read(written({**HEADER, name: brought}, key=OTHER))
    with pytest.raises(UnknownKey):
        read(written({**HEADER, "kid": "two", name: brought}, key=OTHER))


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER, None], ids=str)
def test_s30_the_public_key_is_no_secret_of_a_mac(encoding: Encoding | None) -> None:
    """The old trick: sign with HS256 and the public key, in whatever form it is kept."""
    secret = json.dumps(KEYS[1]).encode()
    if encoding is not None:
        secret = MINE.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_coded(json.dumps({**HEADER, 'alg': 'HS256'}).encode())}.{token().split('.')[1]}"
    mac = _coded(hmac.digest(secret, signed.encode(), "sha256"))
    with pytest.raises(Invalid, match=ALGORITHM):
        read(f"{signed}.{mac}")


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

"""Passkeys (WebAuthn): bound to the address of the pages, so that a copied page gets no proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.api.gate import host_name
from services.core.domain.errors import Invalid

_NAME = "Coldlane"
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where our pages stand in the person's browser, and the name a passkey is bound to."""

    origin: str

    @property
    def name(self) -> str:
        """The host without its port."""
        return host_name(self.origin) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What is kept of a new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def creation_options(
    place: Place, person: str, shown: str, known: Sequence[bytes]
) -> tuple[bytes, dict[str, Any]]:
    """A challenge, and what the browser needs to make a passkey that checks its person."""
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name=_NAME,
        user_name=person,
        user_id=hashlib.sha256(person.encode()).digest(),  # opaque, as the standard asks
        user_display_name=shown,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options.challenge, json.loads(webauthn.options_to_json(options))


def registered(place: Place, challenge: bytes, credential: dict[str, Any]) -> Registered:
    """Read and check what the browser made; raises Invalid."""
    with _well_formed():
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    return Registered(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
    )


def request_options(place: Place, known: Sequence[bytes]) -> tuple[bytes, dict[str, Any]]:
    """A challenge, and what the browser needs to prove one of the passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=place.name,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options.challenge, json.loads(webauthn.options_to_json(options))


def credential_id_of(credential: dict[str, Any]) -> bytes:
    """Which passkey it says it is; raises Invalid."""
    with _well_formed():
        return bytes(webauthn.base64url_to_bytes(credential["id"]))


def proven(
    place: Place, challenge: bytes, credential: dict[str, Any], kept: tuple[bytes, int]
) -> int:
    """Check the signature against `kept` (public key, counter); returns the new counter."""
    public_key, sign_count = kept
    with _well_formed():
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    return found.new_sign_count


@contextmanager
def _well_formed() -> Iterator[None]:
    try:
        yield
    except _MALFORMED as error:
        raise Invalid("the passkey's answer does not fit", field="credential") from error

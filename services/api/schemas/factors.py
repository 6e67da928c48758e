"""What the API accepts and says about second factors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from services.api.schemas.base import Answer, Identifier, Instant, Request, Word, plain_text


class Code(Request):
    """A code of six digits, or a recovery code."""

    code: Annotated[
        str, StringConstraints(min_length=6, max_length=40), AfterValidator(plain_text)
    ] = Field(description="As it is shown or printed.", examples=["492039"])


class NewFactor(Request):
    """A second factor to take."""

    name: Word = Field(description="What you call it.", examples=["phone"])


class PasskeyQuestion(Answer):
    """What the browser asks the passkey."""

    options: dict[str, Any] = Field(
        description="For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."
    )


class PasskeyAnswer(Request):
    """What the passkey answered."""

    credential: dict[str, Any] = Field(description="`toJSON()` of the browser's credential.")


class NewPasskey(PasskeyAnswer):
    """A passkey to take."""

    name: Word = Field(description="What you call it.", examples=["laptop"])


class AuthenticatorApp(Answer):
    """What an authenticator app must know; shown once."""

    id: Identifier = Field(description="Identifier.")
    secret: str = Field(description="The secret, to type in.")
    address: str = Field(description="The same as an otpauth:// address.")
    picture: str = Field(description="The same as a QR code: a data address of an SVG.")


class RecoveryCodes(Answer):
    """Codes that stand in for the second factor, each once."""

    recovery_codes: list[str] = Field(description="Keep them on paper; shown once.")


class Taken(RecoveryCodes):
    """The factor stands; with the first one come recovery codes."""


class Factor(Answer):
    """Something a person proves themselves with."""

    id: Identifier = Field(description="Identifier.")
    kind: Literal["totp", "passkey"] = Field(description="An authenticator app or a passkey.")
    name: str = Field(description="What its person calls it.")
    created_at: Instant = Field(description="When it was taken.")
    last_used_at: Instant | None = Field(description="When it was last used.")


class Factors(Answer):
    """My second factors."""

    items: list[Factor] = Field(description="Oldest first.")
    recovery_codes_left: int = Field(description="Recovery codes that still open.")

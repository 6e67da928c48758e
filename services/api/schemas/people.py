"""What the API accepts and says about people, their sign-in and their sessions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import (
    Answer,
    Flag,
    Identifier,
    Instant,
    Request,
    Sentence,
    Word,
    plain_text,
)
from services.api.schemas.keys import Country, GivenRole, OrganisationName, PersonName


def _writable(value: str) -> str:
    """Half of a pair of surrogates is no text: it has no bytes to hash."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds half a character") from None
    return value


Password = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_writable)
]
Token = Annotated[str, StringConstraints(pattern=patterns.LINK)]
Roles = Annotated[list[GivenRole], Field(min_length=1, max_length=7)]
Zone = Annotated[str, StringConstraints(pattern=patterns.ZONE)]
LevelName = Literal["second", "enrol", "full"]


class SignIn(Request):
    """A name and a password."""

    person: Word = Field(description="Short name.", examples=["chen.yu"])
    password: Password = Field(description="The password.")


class SignInByLink(Request):
    """A one-time link, and the password that its holder chooses."""

    token: Token = Field(description="What stands behind `#link=` in the link.")
    password: Password = Field(description="The password from now on.")


class SignedIn(Answer):
    """How far the session has come; the session itself is in the cookie."""

    level: LevelName = Field(
        description="`full`; `second` while the second factor is owed; `enrol` while one must be"
        " taken first."
    )


class MySession(Answer):
    """The session that this page is open in."""

    id: Identifier = Field(description="Identifier.")
    level: LevelName = Field(description="How far it has come.")
    idle_ends_at: Instant = Field(description="When it ends if nothing is done.")
    ends_at: Instant = Field(description="When it ends in any case.")
    server_time: Instant = Field(description="What time it is here.")


class Me(Answer):
    """Who asks."""

    principal_id: str = Field(description="Who acts.", examples=["local-operator"])
    kind: str = Field(description="Person, machine or service.")
    name: str = Field(description="For people.")
    organisation: str | None = Field(description="Whose they are.")
    roles: list[str] = Field(description="What they may do, by name.")
    language: str | None = Field(description="The language they chose for pages.")
    zone: str | None = Field(description="The time zone they chose.")
    session: MySession | None = Field(description="The session; null without one.")


class MySettings(Request):
    """How the pages speak to me; what is left out stays."""

    language: Literal["en", "zh"] | None = Field(default=None, description="Language of pages.")
    zone: Zone | None = Field(
        default=None, description="Time zone of my own times.", examples=["Asia/Shanghai"]
    )


class ChangePassword(Request):
    """A new password, and the present one as proof."""

    current: Password = Field(description="The present password.")
    password: Password = Field(description="The new one.")


class Confirmation(Request):
    """A fresh proof that it is still the same person, for one signature."""

    password: Password | None = Field(default=None, description="The password,")
    code: Annotated[str, StringConstraints(max_length=40), AfterValidator(plain_text)] | None = (
        Field(default=None, description="or a code of the second factor.")
    )


class Session(Answer):
    """Where somebody is signed in."""

    id: Identifier = Field(description="Identifier.")
    present: bool = Field(description="Whether it is the one that asks.")
    method: str = Field(description="What it began with: password, link, oidc.")
    source: str = Field(description="The address it came from.")
    agent: str = Field(description="What the browser calls itself.")
    created_at: Instant = Field(description="When it began.")
    active_at: Instant = Field(description="When something was last done, to the minute.")
    ends_at: Instant = Field(description="When it ends in any case.")


class NewPerson(Request):
    """Somebody who may sign in."""

    person_id: PersonName = Field(
        description="Short name, for good; audit entries hold it.", examples=["chen.yu"]
    )
    name: Word = Field(description="Name for people.", examples=["Chen Yu"])
    organisation: OrganisationName = Field(description="Whose they are.", examples=["sponsor-qa"])
    roles: Roles = Field(description="What they may do.", examples=[["qa_approver"]])
    country: Country | None = Field(
        default=None,
        description="Where they work, when that is not where the organisation is.",
        examples=["DE"],
    )


class ChangePerson(Request):
    """Other roles or another name; what is left out stays."""

    name: Word | None = Field(default=None, description="Name for people.")
    roles: Roles | None = Field(default=None, description="What they may do from now on.")
    reason: Sentence = Field(description="Why.")


class ResetPerson(Request):
    """A new link for somebody who cannot get in; the old password opens nothing any more."""

    second_factors: Flag = Field(
        default=False, description="Take their second factors and recovery codes away too."
    )
    reason: Sentence = Field(description="Why.", examples=["lost the phone"])


class DisablePerson(Request):
    """Ending somebody's access; their name stays in the entries."""

    reason: Sentence = Field(description="Why.", examples=["left the firm"])


class EndSessions(Request):
    """Signing somebody out; their access stays."""

    session_id: Identifier | None = Field(default=None, description="This one; else all of them.")
    reason: Sentence = Field(description="Why.", examples=["laptop lost"])


class Person(Answer):
    """Somebody who may sign in."""

    person_id: str = Field(description="Short name.")
    name: str = Field(description="Name for people.")
    organisation: str | None = Field(description="Whose they are.")
    roles: list[str] = Field(description="What they may do.")
    state: Literal["invited", "active", "disabled"] = Field(
        description="Invited until the first sign-in."
    )
    second_factors: list[str] = Field(
        description="Kinds that they have confirmed: `totp`, `passkey`.", examples=[["totp"]]
    )
    signed_in_at: Instant | None = Field(
        description="When they last signed in; null before the first time."
    )
    created_at: Instant = Field(description="When they were entered.")
    created_by: str = Field(description="By whom.")


class Invited(Person):
    """Somebody with the link that lets them in once."""

    link: str = Field(description="Give it to this person alone. It is never shown again.")
    link_ends_at: Instant = Field(description="When the link ends.")

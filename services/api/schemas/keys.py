"""What the API accepts and says about organisations and keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence, Word
from services.api.schemas.boxes import BoxName

OrganisationName = Annotated[str, StringConstraints(pattern=patterns.PROFILE)]
PersonName = Annotated[str, StringConstraints(pattern=patterns.PROFILE)]
Country = Annotated[str, StringConstraints(pattern=patterns.COUNTRY)]
DataListName = Annotated[str, StringConstraints(pattern=patterns.DATA_LIST)]
KeyPrefix = Annotated[str, StringConstraints(pattern=patterns.KEY_PREFIX)]
GivenRole = Literal[
    "operator",
    "customs_officer",
    "qa_assessor",
    "qa_approver",
    "auditor",
    "administrator",
    "service",
    "applicant",
    "shipper",
    "consignee",
    "supervising_authority",
    "device",
]
GivenKind = Literal[
    "applicant",
    "shipper",
    "consignee",
    "operator",
    "customs_site",
    "supervising_authority",
    "sponsor",
    "auditor",
    "platform",
]


class NewOrganisation(Request):
    """A firm or an authority whose people and machines use this installation."""

    organisation_id: OrganisationName = Field(description="Short name.", examples=["sponsor-qa"])
    name: Word = Field(description="Name for people.", examples=["Sponsor QA"])
    country: Country = Field(description="Where it is, ISO 3166 alpha-2.", examples=["CN"])
    kind: GivenKind = Field(
        description="What it is here; `platform` runs the installation and sees all of it, the"
        " others see what is theirs and what is shared with them.",
        examples=["sponsor"],
    )
    data_lists: list[DataListName] = Field(
        default=[],
        max_length=20,
        description="Lists of free-trade zones on data that leaves, whose rules it stands under.",
        examples=[["cn-sh"]],
    )


class Organisation(Answer):
    """A firm or an authority."""

    organisation_id: str = Field(description="Short name.")
    name: str = Field(description="Name for people.")
    country: str = Field(description="Where it is.")
    kind: GivenKind = Field(description="What it is here.")
    data_lists: list[str] = Field(
        default=[], description="Lists of free-trade zones that it stands under."
    )
    created_at: Instant = Field(description="When it was entered.")
    revision: Count = Field(description="Grows with every change; its ETag.")


class OrganisationChange(Request):
    """What changes about an organisation; what is left out stays."""

    name: Word | None = Field(default=None, description="Name for people.")
    country: Country | None = Field(
        default=None,
        description="Where it is from now on: what its people read follows the data policy.",
        examples=["DE"],
    )
    data_lists: list[DataListName] | None = Field(
        default=None, max_length=20, description="Lists of free-trade zones; all of them."
    )
    reason: Sentence = Field(description="Why, for the audit trail.", examples=["has moved"])


class NewKey(Request):
    """A key for one role. With `person` its holder is that person, else a machine."""

    organisation: OrganisationName = Field(description="Whose it is.", examples=["sponsor-qa"])
    role: GivenRole = Field(description="What it may do.", examples=["qa_approver"])
    name: Word = Field(description="Who or what holds it.", examples=["Chen Yu"])
    person: PersonName | None = Field(
        default=None,
        description="Short name of the person, who is the one that makes it: nobody makes a key in"
        " another's name.",
        examples=["chen.yu"],
    )
    country: Country | None = Field(
        default=None,
        description="Where its holder works, when that is not where the organisation is.",
        examples=["DE"],
    )
    box: BoxName | None = Field(
        default=None,
        description="The box that a key of the role `device` is for; it opens this one alone, and"
        " without a box it opens none.",
        examples=["CB-0007"],
    )
    expires_at: Instant | None = Field(default=None, description="When it ends; never if left out.")
    valid_for_h: int | None = Field(
        default=None, ge=1, le=100_000, description="Or how long it holds from now, in hours."
    )


class RevokeKey(Request):
    """Ending a key for good."""

    reason: Sentence = Field(description="Why.", examples=["left the team"])


class Key(Answer):
    """A key, without the key itself."""

    id: Identifier = Field(description="Identifier.")
    prefix: str = Field(description="Its first letters, by which it is named.")
    principal_id: str = Field(description="Who acts with it.", examples=["chen.yu"])
    kind: Literal["person", "machine", "service"] = Field(description="What holds it.")
    name: str = Field(description="Who or what holds it.")
    organisation: str | None = Field(description="Whose it is; none of the first key.")
    role: str = Field(description="What it may do.")
    created_at: Instant = Field(description="When it was made.")
    created_by: str = Field(description="Who made it.")
    expires_at: Instant | None = Field(description="When it ends.")
    last_used_at: Instant | None = Field(description="When it was last used, to the minute.")
    revoked_at: Instant | None = Field(description="When it was ended.")
    revoke_reason: str | None = Field(description="Why.")


class FreshKey(Key):
    """A key at the one moment when it is shown."""

    key: str = Field(description="The key itself. It is kept nowhere and never shown again.")

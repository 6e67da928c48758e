"""What the API says and accepts about profiles."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence
from services.api.schemas.requests import ProfileName, Version
from services.api.schemas.signatures import Signature


class ProfileTemplate(Answer):
    """The beginning of a profile: what is known of a kind of product."""

    template_id: str = Field(description="Its name.", examples=["leukapheresis_fresh_rt"])
    name_en: str = Field(description="Name in English.")
    name_zh: str = Field(description="Name in Chinese.")
    missing: list[str] = Field(description="Numbers that you must give.", examples=[["hold_h"]])
    document: dict[str, Any] = Field(description="What is known, with sources and grades.")


class NewProfile(Request):
    """A profile, or a new version of one. What it does not say is taken from its beginning.

    Each number is an object of value, unit, source, grade (`S`, `K`, `O`), basis (`label`,
    `sponsor_validated`, `literature_proxy`), and optionally url and switched_on.
    """

    profile_id: ProfileName = Field(
        description="Your name for it. If it exists, this is its next version.",
        examples=["acme_leukapheresis"],
    )
    template: ProfileName | None = Field(default=None, description="Begin with this template.")
    base_profile_id: ProfileName | None = Field(
        default=None, description="Begin with this profile."
    )
    base_version: Version | None = Field(
        default=None, description="And this version of it; else the newest."
    )
    name_en: Sentence | None = Field(default=None, description="Name in English.")
    name_zh: Sentence | None = Field(default=None, description="Name in Chinese.")
    clock_start: Literal["collection_end", "pack_closed_at"] | None = Field(
        default=None, description="Where the hold time counts from."
    )
    numbers: dict[str, Any] = Field(
        default_factory=dict, description="Numbers by name; null takes one away.", max_length=64
    )
    bands: list[dict[str, Any]] | None = Field(
        default=None, description="Excursion bands: name, side, numbers.", max_length=16
    )
    rate_table: dict[str, Any] | None = Field(
        default=None, description="Rates of ageing: name, knots, reference."
    )
    container: Literal["dry_shipper", "passive_box"] | None = Field(
        default=None, description="What it is packed in."
    )
    reason: Sentence | None = Field(default=None, description="Why, for the audit trail.")


class NewProfileProposal(NewProfile):
    """A version as it would be, once somebody else has approved it."""

    reason: Sentence = Field(description="Why; it stands in the audit trail.")


class ProfileDecision(Request):
    """What another person says to a proposal."""

    decision: Literal["approved", "refused"] = Field(description="What comes of it.")
    reason: Sentence = Field(description="Why; it is signed, and stands in the audit trail.")


class ProfileWithdrawal(Request):
    """The end of a proposal by whoever made it."""

    reason: Sentence = Field(description="Why; it stands in the audit trail.")


class NumberChange(Answer):
    """A number that would be another one."""

    name: str = Field(description="Its name.", examples=["hold_h"])
    band: str | None = Field(description="The excursion band that it stands in.")
    before: dict[str, Any] | None = Field(description="As it is; null when it is new.")
    after: dict[str, Any] | None = Field(description="As it would be; null when it is taken away.")


class ProfileProposal(Answer):
    """A version that somebody proposed; it judges nothing until somebody else has approved it."""

    proposal_id: Identifier = Field(description="The proposal.")
    profile_id: str = Field(description="The profile.")
    version: int = Field(description="The version that it would be, or is.")
    over_profile_id: str | None = Field(
        description="What it is compared with: the version before it, else what it begins with;"
        " null for a template."
    )
    over_version: int | None = Field(description="And the version of that.")
    changes: list[NumberChange] = Field(description="Each number that differs.")
    other_changes: list[str] = Field(
        description="What differs beside numbers.", examples=[["clock_start"]]
    )
    document: dict[str, Any] = Field(description="The whole version as it would be.")
    owner: str | None = Field(description="The organisation that it is of.")
    reason: str = Field(description="Why it was proposed.")
    proposed_by: str = Field(description="By whom.")
    proposed_at: Instant = Field(description="When.")
    decision: Literal["approved", "refused", "withdrawn"] | None = Field(
        description="What came of it; null while it waits."
    )
    decided_by: str | None = Field(description="Who decided.")
    decided_at: Instant | None = Field(description="When.")
    decision_reason: str | None = Field(description="Why.")
    signatures: list[Signature] = Field(description="Of who proposed and who decided.")


class NewProfileMove(Request):
    """To judge a live shipment by another profile version."""

    profile_id: ProfileName = Field(description="The profile.", examples=["acme_leukapheresis"])
    profile_version: Version | None = Field(default=None, description="Else the newest.")
    reason: Sentence = Field(description="Why; it stands in the audit trail.")


class ProfileMove(Answer):
    """A move to another profile version; confirmed by another person than asked for it."""

    move_id: Identifier = Field(description="The move.")
    shipment_id: Identifier = Field(description="The shipment.")
    profile_id: str = Field(description="The profile to judge by.")
    profile_version: int = Field(description="Its version.")
    reason: str = Field(description="Why.")
    requested_by: str = Field(description="Who asked for it.")
    requested_at: Instant = Field(description="When.")
    confirmed_by: str | None = Field(description="Who confirmed it; null while it waits.")
    confirmed_at: Instant | None = Field(description="Since when it holds.")
    signatures: list[Signature] = Field(description="Of who asked and who confirmed.")

"""What may leave the country: rules, what stands with whom, emergencies, decisions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from services.api.schemas.base import (
    Answer,
    Count,
    Day,
    Identifier,
    Instant,
    Label,
    Request,
    Sentence,
    Word,
)
from services.api.schemas.keys import OrganisationName
from services.api.schemas.signatures import Signature

ClassName = Literal["none", "personal", "sensitive", "human_genetic", "important"]
PurposeName = Literal[
    "reading",
    "notice",
    "export",
    "sharing",
    "emergency",
    "clinical_trial",
    "pharmacovigilance",
    "enquiry",
    "complaint",
    "vendors",
]
OutcomeName = Literal["exempt", "contract", "assessment", "denied"]
InstrumentName = Literal[
    "standard_contract", "certification", "security_assessment", "filing", "hgr_report"
]
Classes = Annotated[list[ClassName], Field(min_length=1, max_length=5)]
Persons = Annotated[Count, Field(ge=0, le=2_000_000_000)]


class Ruling(Answer):
    """What holds for one class of data."""

    data_class: ClassName = Field(description="The class.")
    passes: bool = Field(description="Whether it is shown.")
    outcome: OutcomeName = Field(description="What the rule says.")
    rule_id: str = Field(description="The rule.")
    words: str = Field(description="The decision in words.")
    because_zh: str = Field(description="Why, in Chinese.")


class DataStanding(Answer):
    """Where somebody reads, and what of an answer reaches them there."""

    home: str = Field(description="The country that the data is kept in.")
    country: str | None = Field(description="The country that answers go to.")
    abroad: bool = Field(description="Whether that is abroad.")
    rulings: list[Ruling] = Field(description="By class; empty when nothing is asked.")
    contact: str = Field(description="Whom to ask about what is held back.")


class DataRules(Answer):
    """The lists side by side, and what was laid over them."""

    lists: list[dict[str, Any]] = Field(description="Lists, with place, edition and source.")
    rules: list[dict[str, Any]] = Field(description="Rules, with source, grade and dates.")
    counts: dict[str, int] = Field(description="Persons of this year by class.")
    year: int = Field(description="The calendar year, in the place's zone.")


class NewDataRule(Request):
    """A rule to be laid over the lists; it weighs more than they do."""

    outcome: OutcomeName = Field(description="What it says.")
    classes: Classes = Field(description="Of which classes.")
    purposes: list[PurposeName] = Field(default=[], max_length=10, description="None are all.")
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = Field(
        default=[], max_length=100, description="None are all."
    )
    persons_from: Persons = Field(default=0, description="From so many persons a year on.")
    persons_below: Persons | None = Field(default=None, description="Below so many.")
    settled_by: list[InstrumentName] = Field(
        default=[], max_length=5, description="What makes good what it demands."
    )
    because_en: Label = Field(description="Why, as it is shown.")
    because_zh: Label = Field(description="The same in Chinese.")
    source: Sentence = Field(description="Where it comes from.")
    grade: Literal["S", "K", "O"] = Field(
        description="Read in the source, known in general, own choice."
    )
    valid_from: Day | None = Field(default=None, description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day.")
    reason: Sentence = Field(description="Why it is entered.")


class NewInstrument(Request):
    """A contract, certificate, assessment, filing or report that stands with a recipient."""

    organisation: OrganisationName = Field(description="The recipient.")
    kind: InstrumentName = Field(description="What it is.")
    number: Word = Field(description="Its number or reference.")
    classes: Classes = Field(description="Which classes it covers.")
    purposes: list[PurposeName] = Field(
        min_length=1, max_length=10, description="For which purposes."
    )
    persons_most: Persons | None = Field(default=None, description="For so many persons a year.")
    valid_from: Day = Field(description="First day.")
    valid_until: Day = Field(description="Last day.")
    reason: Sentence = Field(description="Why it is entered.")


class NewEmergency(Request):
    """Somebody answers for it that a recipient abroad sees more, for some hours."""

    organisation: OrganisationName = Field(description="The recipient.")
    classes: Classes = Field(description="Which classes are needed.")
    ends_at: Instant = Field(description="When it is over; within a day.")
    reason: Sentence = Field(description="Whose life or health is in danger, without a name.")


class DataEntry(Answer):
    """What somebody entered."""

    entry_id: Identifier = Field(description="Identifier.")
    kind: Literal["rule", "instrument", "emergency"] = Field(description="What it is.")
    document: dict[str, Any] = Field(description="What was entered.")
    organisation_id: str | None = Field(description="The recipient; a rule has none.")
    reason: str = Field(description="Why.")
    entered_at: Instant = Field(description="When.")
    entered_by: str = Field(description="By whom.")
    due_on: Day | None = Field(description="Of an emergency: when its papers are due.")
    overdue: bool = Field(description="Whether they are late.")
    settled_at: Instant | None = Field(description="When they came.")
    settled_by: str | None = Field(description="Who entered them.")
    settled_reference: str | None = Field(description="Where they are.")
    withdrawn_at: Instant | None = Field(description="From when on it stands for nothing.")
    withdrawn_by: str | None = Field(description="Who said so.")
    withdrawn_reason: str | None = Field(description="Why.")
    signatures: list[Signature] = Field(description="Of an emergency: who signed what.")


class EndEntry(Request):
    """It stands for nothing from now on."""

    reason: Sentence = Field(description="Why.")


class SettleEmergency(Request):
    """The papers of an emergency have come."""

    reference: Sentence = Field(description="Where they are kept, or what they say.")


class DataDecision(Answer):
    """What was decided about one transfer."""

    decision_no: int = Field(description="Number, in the order of deciding.")
    at: Instant = Field(description="When.")
    principal_id: str = Field(description="Who asked, or which service sent it.")
    organisation_id: str | None = Field(description="To whom.")
    country: str | None = Field(description="Where.")
    purpose: PurposeName = Field(description="What for.")
    about: str = Field(description="What: the route, or the channel.")
    classes: list[ClassName] = Field(description="Classes that were in it.")
    held_back: list[str] = Field(description="Fields that stayed.")
    persons: dict[str, int] = Field(description="Persons of the year by class, these included.")
    rule_id: str = Field(description="The rule that decided.")
    outcome: OutcomeName = Field(description="What it says.")
    passed: bool = Field(description="Whether it left.")
    words: str = Field(description="The decision in words.")

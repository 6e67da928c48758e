"""What the API accepts and says about papers, declarations, regimes and rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from services.api.schemas import patterns
from services.api.schemas.base import (
    Answer,
    Count,
    Day,
    Flag,
    Identifier,
    Instant,
    Label,
    Request,
    Sentence,
    Word,
)

_NUMBER = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,3})?$", "examples": ["12"]}
Quantity = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3), WithJsonSchema(_NUMBER)]
Drawn = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=3), WithJsonSchema(_NUMBER)]
Code = Annotated[str, StringConstraints(pattern=patterns.CODE)]
PaperNumber = Annotated[str, StringConstraints(pattern=patterns.PAPER_NUMBER)]
Subject = Literal["goods", "boxes"]
Direction = Literal["in", "out"]


class NewPaper(Request):
    """A paper as it was issued. Number, length and write-off are checked against its kind."""

    kind: Code = Field(description="Which kind.", examples=["special_item_approval"])
    number: PaperNumber = Field(description="Its number.", examples=["SI-2026-000417"])
    holder: Label = Field(description="The firm that holds it.", examples=["Acme Cell Therapy"])
    risk_class: Code | None = Field(default=None, description="Of an approval: A1 to C2.")
    write_off: Literal["single", "batch"] | None = Field(
        default=None, description="How it is used up; left out, its class or `batch` decides."
    )
    quantity: Quantity | None = Field(
        default=None, description="How much it allows, in its unit; left out, it is not counted."
    )
    unit: Word | None = Field(default=None, description="Of the quantity.", examples=["bag"])
    valid_from: Day | None = Field(default=None, description="Its first day.")
    valid_until: Day | None = Field(default=None, description="Its last day, inclusive.")
    re_export_by: Day | None = Field(
        default=None, description="Of a temporary one: the last day for going back."
    )


class Paper(Answer):
    """A paper, and what is left of it."""

    paper_id: Identifier = Field(description="The paper.")
    kind: str = Field(description="Which kind.")
    number: str = Field(description="Its number.")
    holder: str = Field(description="The firm that holds it.")
    risk_class: str | None = Field(description="A1 to C2, of an approval.")
    write_off: str = Field(description="`single` or `batch`.")
    quantity: Quantity | None = Field(description="How much it allows; null when not counted.")
    unit: str | None = Field(description="Of the quantity.")
    balance: Quantity | None = Field(description="How much is left.")
    valid_from: Day | None = Field(description="Its first day.")
    valid_until: Day | None = Field(description="Its last day, inclusive.")
    re_export_by: Day | None = Field(description="The last day for going back.")
    entered_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")
    withdrawn_at: Instant | None = Field(description="When it was withdrawn.")
    withdrawn_by: str | None = Field(description="By whom it was withdrawn.")
    withdrawn_reason: str | None = Field(description="Why it was withdrawn.")
    revision: Count = Field(description="Grows with every change.")


class Reason(Request):
    """An act that needs nothing but a reason."""

    reason: Sentence = Field(description="Why.", examples=["entered twice"])


class NewDeclaration(Request):
    """What the goods are before the law and how they cross the border. No patient data."""

    applicant: Label = Field(description="Who applies; shipper and consignee are others.")
    item: Code = Field(description="Before the law.", examples=["special_item"])
    direction: Direction = Field(description="Into the country, or out of it.")
    purpose: Literal["research", "testing", "trial", "treatment", "sale"] = Field(
        description="What they are for."
    )
    risk_class: Code | None = Field(default=None, description="Of a special item: A1 to C2.")
    regime: Code | None = Field(
        default=None, description="The way of facilitation that is used, at most one."
    )
    human_genetic: Flag = Field(default=False, description="Human genetic resources.")
    temporary: Flag = Field(default=False, description="The goods go back.")
    boxes: Flag = Field(default=False, description="Boxes cross that go back.")
    first_entry: Flag = Field(default=False, description="This item enters for the first time.")
    origin: Code | None = Field(default=None, description="UN/LOCODE.", examples=["HKHKG"])
    destination: Code | None = Field(default=None, description="UN/LOCODE.", examples=["CNPVG"])
    air_waybill: Code | None = Field(
        default=None, description="Checked by its last digit.", examples=["176-12345675"]
    )
    donation_number: Code | None = Field(
        default=None, description="ISBT 128, with its check character if there is one."
    )
    coi_id: Code | None = Field(default=None, description="Chain-of-identity identifier.")


class Declaration(Answer):
    """What a shipment is declared as."""

    item: str = Field(description="What the goods are before the law.")
    direction: Direction = Field(description="Into the country, or out of it.")
    purpose: str = Field(description="What they are for.")
    risk_class: str | None = Field(description="A1 to C2, of a special item.")
    human_genetic: bool = Field(description="Human genetic resources.")
    temporary: bool = Field(description="The goods go back.")
    boxes: bool = Field(description="Boxes cross that go back.")
    first_entry: bool = Field(description="This item enters for the first time.")
    origin: str | None = Field(description="UN/LOCODE.")
    destination: str | None = Field(description="UN/LOCODE.")
    air_waybill: str | None = Field(description="Number of the air waybill.")
    donation_number: str | None = Field(description="ISBT 128 donation number.")
    coi_id: str | None = Field(description="Chain-of-identity identifier.")
    declared_at: Instant = Field(description="When.")
    declared_by: str = Field(description="By whom.")


class NewPaperUse(Request):
    """Attaching a paper to a shipment, and drawing from it when it is counted."""

    paper_id: Identifier = Field(description="The paper.")
    subject: Subject = Field(default="goods", description="For the goods, or for their boxes.")
    quantity: Drawn | None = Field(default=None, description="How much, of a counted one.")


class NewMembership(Request):
    """A firm in a regime, on a list or in a directory."""

    regime: Code = Field(description="Which regime.", examples=["joint_supervision"])
    firm: Label = Field(description="The firm, as applicants are written.")
    item: Word | None = Field(
        default=None, description="The product it is listed with, where item and firm are one."
    )
    valid_from: Day = Field(description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day, inclusive.")
    reference: Word = Field(description="Where it is published.")


class Membership(Answer):
    """A firm in a regime."""

    membership_id: Identifier = Field(description="The membership.")
    regime: str = Field(description="Which regime.")
    firm: str = Field(description="The firm.")
    item: str | None = Field(description="The product it is listed with.")
    valid_from: Day = Field(description="First day.")
    valid_until: Day | None = Field(description="Last day, inclusive.")
    reference: str = Field(description="Where it is published.")
    entered_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")


class NewPaperRule(Request):
    """A rule of a sponsor or a site, in the form of the shipped ones."""

    document: dict[str, Any] = Field(
        description="`id` (of a shipped rule: it stands in its place), `paper`, `effect`, `who`,"
        " `subject`, `when` with `sponsor` or `site`, `source`, `grade`, `valid_from`,"
        " `valid_until`."
    )
    reason: Sentence = Field(description="Why.")


class OwnPaperRule(Answer):
    """A rule that a sponsor or a site has laid over the shipped ones."""

    entry_id: Identifier = Field(description="The entry.")
    document: dict[str, Any] = Field(description="The rule.")
    reason: str = Field(description="Why.")
    entered_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")
    withdrawn_at: Instant | None = Field(description="When it was withdrawn.")
    withdrawn_by: str | None = Field(description="By whom it was withdrawn.")


class PaperRules(Answer):
    """The rules: shipped ones in their own form, and what was laid over them."""

    shipped: dict[str, list[dict[str, Any]]] = Field(
        description="`kind`, `risk_class`, `rule`, `regime`, `sign_off`, `emergency`."
    )
    own: list[OwnPaperRule] = Field(description="In the order of their entry.")

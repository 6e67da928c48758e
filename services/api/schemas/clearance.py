"""What the API accepts and says about the clearance of a shipment: one place for all of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from services.api.schemas.base import (
    Answer,
    Count,
    Day,
    Identifier,
    Instant,
    Label,
    Request,
    Sentence,
)
from services.api.schemas.papers import Code, Declaration, Quantity
from services.api.schemas.signatures import Signature

DepartmentName = Literal[
    "customs", "health", "drug_authority", "district", "science_technology", "company"
]
Stage = Literal["ready", "waiting_for_papers", "emergency", "emergency_overdue"]
Grade = Annotated[int, Strict(), Field(ge=1, le=9)]


class PartyOrganisation(Answer):
    """An organisation that the shipment is shared with as a party of it."""

    party: Literal["applicant", "shipper", "consignee"] = Field(description="As what.")
    organisation: str = Field(description="Its short name.", examples=["lingang-hospital"])


class Parties(Answer):
    """Three parties of a shipment; often three firms."""

    applicant: str = Field(description="Who applies.")
    shipper: str | None = Field(description="Who sends.")
    consignee: str | None = Field(description="Who receives.")
    organisations: list[PartyOrganisation] = Field(
        description="Which organisations they are, by the grants that the reader sees."
    )


class NeededPaper(Answer):
    """A paper that a rule asks for, and what stands of it."""

    paper: str = Field(description="Its kind.")
    subject: str = Field(description="`goods` or `boxes`.")
    state: Literal["valid", "lapsing", "not_yet", "lapsed", "missing"] = Field(
        description="`lapsing`: it ends before the arrival."
    )
    since: Instant = Field(description="Since when it stands so.")
    ends_at: Instant | None = Field(description="The first instant without it.")
    number: str | None = Field(description="Of the best one attached.")
    who: str = Field(description="Who has to bring it.")
    rule_id: str = Field(description="The rule that asks for it.")


class AttachedPaper(Answer):
    """A paper that is attached."""

    use_id: Identifier = Field(description="The attachment.")
    paper_id: Identifier = Field(description="The paper.")
    kind: str = Field(description="Its kind.")
    number: str = Field(description="Its number.")
    subject: str = Field(description="`goods` or `boxes`.")
    quantity: Quantity | None = Field(description="What was drawn.")
    attached_at: Instant = Field(description="When.")
    attached_by: str = Field(description="By whom.")
    valid_until: Day | None = Field(description="Its last day, inclusive.")
    re_export_by: Day | None = Field(description="The last day for going back.")
    re_exported_at: Instant | None = Field(description="When it went back.")


class WaivedPaper(Answer):
    """A paper that one rule asks for and another waives."""

    paper: str = Field(description="Its kind.")
    rule_id: str = Field(description="The rule that asks.")
    waived_by: str = Field(description="The rule that waives.")


class UsedRegime(Answer):
    """The way of facilitation that the shipment uses, and what it does not meet of it."""

    regime: str = Field(description="Which.")
    rule_id: str | None = Field(description="The rule of today; null when none is in force.")
    unmet: list[str] = Field(
        description="`not_in_force`, `direction`, `use`, `not_a_member`, `item_not_listed`."
    )


class SignOff(Answer):
    """One department's step."""

    id: Identifier = Field(description="The step.")
    department: DepartmentName = Field(description="Whose.")
    state: Literal["WAITING", "RETURNED", "GIVEN", "REFUSED"] = Field(description="Where it is.")
    with_whom: str | None = Field(description="Who has it now; null when given.")
    since: Instant = Field(description="Since when.")
    due_at: Instant = Field(description="Until when it should be given.")
    overdue: bool = Field(description="It is not, and was due.")
    lead: bool = Field(description="This department leads.")


class CheckedCondition(Answer):
    """A condition of the assessment, and the newest look at it."""

    name: str = Field(description="Short name.")
    text: str = Field(description="What must be kept.")
    outcome: Literal["kept", "breached", "waived"] | None = Field(
        description="Null until somebody has looked."
    )
    checked_at: Instant | None = Field(description="When.")
    checked_by: str | None = Field(description="By whom.")


class Assessment(Answer):
    """The risk assessment that counts, its conditions as a checklist for the officer."""

    id: Identifier = Field(description="The assessment.")
    of_plan: bool = Field(description="Of the annual plan, not of this shipment alone.")
    assessor: str = Field(description="Who assessed.")
    result: str = Field(description="What it came to.")
    valid_from: Day = Field(description="First day.")
    valid_until: Day | None = Field(description="Last day, inclusive.")
    conditions: list[CheckedCondition] = Field(description="The checklist.")


class EmergencyRelease(Answer):
    """A release before the paper."""

    id: Identifier = Field(description="The release.")
    basis_id: str = Field(description="The legal basis.")
    papers: list[str] = Field(description="The papers that it lets off.")
    state: Literal["GRANTED", "OVERDUE", "MADE_UP", "REVOKED"] = Field(description="Where it is.")
    granted_by: str = Field(description="The officer.")
    officer_grade: int = Field(description="The officer's grade then.")
    granted_at: Instant = Field(description="When.")
    due_on: Day = Field(description="The last day for the papers, inclusive.")
    reason: str = Field(description="Why.")


class Blocker(Answer):
    """One thing that keeps the shipment from being released; nothing else is kept from it."""

    kind: Literal["declaration", "paper", "regime", "sign_off", "assessment", "condition"] = Field(
        description="What kind of thing."
    )
    what: str = Field(description="Its name.")
    name_en: str | None = Field(description="In words, of a paper or a regime.")
    name_zh: str | None = Field(description="The same in Chinese.")
    why: str = Field(description="What is wrong with it.")
    who: str = Field(description="Who has it.")
    rule_id: str = Field(description="By which rule, or which assessment.")
    since: Instant = Field(description="Since when.")


class Clearance(Answer):
    """Papers, sign-offs, conditions: what stands, what is missing and who has it.

    A part that the reader's department does not see is null.
    """

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.")
    stage: Stage = Field(description="`waiting_for_papers` is 待补单, not a hold.")
    as_of: Instant = Field(description="When this was judged.")
    zone: str = Field(description="Days are compared on the clock of this place.")
    arrival_at: Instant | None = Field(description="The arrival that papers are held against.")
    revision: Count = Field(
        description="Grows with each act on a declared shipment's clearance; 0 before that."
    )
    blockers: list[Blocker] = Field(description="What keeps it from the release; empty: nothing.")
    parties: Parties | None = Field(description="Three parties.")
    goods: Declaration | None = Field(description="What it is declared as.")
    papers: list[NeededPaper] | None = Field(description="What is needed.")
    attached: list[AttachedPaper] | None = Field(description="What is there.")
    waived: list[WaivedPaper] = Field(description="What it is let off.")
    regime: UsedRegime | None = Field(description="The way of facilitation.")
    sign_offs: list[SignOff] = Field(description="The departments, in parallel.")
    assessment: Assessment | None = Field(description="The risk assessment that counts.")
    emergency: EmergencyRelease | None = Field(description="A release before the paper.")
    signatures: list[Signature] = Field(
        description="On sign-offs of departments and on the release before the paper."
    )
    signs_for: list[DepartmentName] = Field(description="For which departments the reader signs.")
    officer_grade: Grade | None = Field(description="The reader's own; emergencies ask for one.")


class ClearanceLine(Answer):
    """What one shipment still needs for its release, and who has it.

    A part that the reader's department does not see is null.
    """

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.", examples=["CT-00417"])
    stage: Stage = Field(description="`waiting_for_papers` is 待补单, not a hold.")
    arrival_at: Instant | None = Field(description="The arrival that papers are held against.")
    blockers: list[Blocker] = Field(description="What keeps it from the release; empty: nothing.")
    lapsing: list[str] | None = Field(description="Papers that end before the arrival.")
    sign_offs: list[SignOff] = Field(description="The departments, in parallel.")
    emergency: EmergencyRelease | None = Field(description="A release before the paper.")


class NewSignOffStep(Request):
    """One move of a department's step."""

    move: Literal["give", "send_back", "refuse", "answer", "withdraw"] = Field(
        description="`answer` is the applicant's, all others are the department's."
    )
    reason: Sentence = Field(description="Why, or what is asked for.")


class NewCondition(Request):
    """A condition of an assessment."""

    name: Code = Field(description="Short name.", examples=["sealed"])
    text: Sentence = Field(description="What must be kept.", examples=["seal intact on arrival"])


class NewRiskAssessment(Request):
    """A risk assessment of a shipment, or of an annual plan."""

    shipment_id: Identifier | None = Field(default=None, description="Of this shipment,")
    paper_id: Identifier | None = Field(default=None, description="or of this annual plan.")
    assessor: Label = Field(description="Who assessed.", examples=["Expert panel 4"])
    result: Literal["accepted", "accepted_with_conditions", "refused"] = Field(
        description="What it came to."
    )
    conditions: list[NewCondition] = Field(
        default=[], max_length=50, description="What must be kept."
    )
    valid_from: Day = Field(description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day, inclusive.")


class RiskAssessment(Answer):
    """A risk assessment as it was entered."""

    assessment_id: Identifier = Field(description="The assessment.")
    shipment_id: Identifier | None = Field(description="Of this shipment.")
    paper_id: Identifier | None = Field(description="Of this annual plan.")
    assessor: str = Field(description="Who assessed.")
    result: str = Field(description="What it came to.")
    valid_from: Day = Field(description="First day.")
    valid_until: Day | None = Field(description="Last day, inclusive.")
    assessed_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")
    signatures: list[Signature] = Field(description="Who signed it, with which result.")


class NewConditionCheck(Request):
    """A look at one condition."""

    condition: Code = Field(description="Its short name.")
    outcome: Literal["kept", "breached", "waived"] = Field(
        description="`waived`: the lead department lets it go."
    )
    note: Sentence | None = Field(default=None, description="What was seen; needed for a breach.")


class NewEmergencyRelease(Request):
    """A release before the paper."""

    basis_id: Code = Field(description="From the dated list.", examples=["transplant-2015"])
    due_on: Day = Field(description="The last day for the papers.")
    reason: Sentence = Field(description="Why it cannot wait.")


class EmergencyStep(Request):
    """The end of an emergency release."""

    move: Literal["make_up", "revoke"] = Field(description="The papers are there, or it is undone.")
    reason: Sentence = Field(description="Why.")


class OfficialChange(Request):
    """An officer's grade and department."""

    grade: Grade | None = Field(default=None, description="1 to 9.")
    department: DepartmentName | None = Field(default=None, description="For whom they sign.")


class Official(Answer):
    """An officer's grade and department."""

    principal_id: str = Field(description="Who.")
    grade: int | None = Field(description="1 to 9.")
    department: str | None = Field(description="For whom they sign.")
    entered_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")

"""What the API accepts and says about inspections."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from services.api.schemas.base import (
    Answer,
    Count,
    Identifier,
    Instant,
    Latitude,
    Longitude,
    Request,
    Sentence,
    Word,
    plain_text,
)
from services.api.schemas.requests import CarrierNumber, PlaceCode
from services.api.schemas.sites import PlaceName

Mode = Literal["in_cold_store", "no_open", "open_cold_bay", "remote_video", "document_only"]
State = Literal[
    "OPEN",
    "WAITING_FOR_PAPERS",
    "CUSTOMS_CLEARED",
    "RECHECK_ORDERED",
    "RETURN_ORDERED",
    "DESTRUCTION_ORDERED",
    "VOID",
]
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=128),
    AfterValidator(plain_text),
]
"""A code as a scanner reads it."""
ScannedMark = Literal["box", "seal", "identity_code"]


class NewInspection(Request):
    """Beginning an inspection: from now on it is this officer's."""

    mode: Mode | None = Field(
        default=None, description="How; when left out, as the shipment says. Law decides it."
    )
    bay_id: PlaceName | None = Field(
        default=None, description="Where; when left out, the bay of its appointment."
    )
    template_id: Word = Field(default="special_items", description="The checklist.")


class OnwardWay(Request):
    """The way behind customs, when the shipment has no leg for it yet."""

    to_code: PlaceCode = Field(description="Where to.", examples=["ZJ"])
    to_lat: Latitude = Field(description="Latitude.", examples=[31.2])
    to_lon: Longitude = Field(description="Longitude.", examples=[121.6])
    carrier_number: CarrierNumber | None = Field(default=None, description="Who drives.")
    planned_arrival: Instant | None = Field(
        default=None, description="When left out, the site's onward minutes from now."
    )


class NewInspectionMove(Request):
    """A decision, or what else an officer does with the record. Decisions are signatures."""

    move: Literal[
        "take_over",
        "clear",
        "wait_for_papers",
        "order_recheck",
        "order_return",
        "order_destruction",
        "void",
    ] = Field(description="`clear` says: cleared by customs. Its use is for QA to release.")
    reason: Sentence | None = Field(
        default=None, description="Why; every move but `clear` needs it."
    )
    onward: OnwardWay | None = Field(default=None, description="With `clear`: where it goes on to.")


class NewScan(Request):
    """What was scanned."""

    mark: ScannedMark = Field(description="What it is.")
    code: Code = Field(description="As it was read.", examples=["CB-0007"])


class NewCheck(Request):
    """An answer to an item of the checklist; a later one takes the place of an earlier one."""

    key: Word = Field(description="The item.", examples=["packaging_intact"])
    answer: Literal["passed", "failed", "not_applicable"] = Field(description="What was seen.")
    note: Sentence | None = Field(default=None, description="For people; no patient data.")


class NewFinding(Request):
    """Something that an officer found."""

    text: Sentence = Field(description="What; no patient data.", examples=["label smudged"])
    severity: Literal["note", "minor", "major"] = Field(description="How grave it is.")


class NewSeal(Request):
    """The seal that is on the box from now on; the one that was cut ends."""

    code: Code = Field(description="The new seal.", examples=["CN-778812"])


class ChecklistItem(Answer):
    """One thing to look at, with its answer."""

    key: str = Field(description="Its name.", examples=["packaging_intact"])
    section: Literal["identity", "temperature", "documents", "physical", "decision"] = Field(
        description="The step it belongs to."
    )
    text_en: str = Field(description="In English.")
    text_zh: str = Field(description="In Chinese.")
    required: bool = Field(description="Needs an answer before it can be cleared.")
    answer: Literal["passed", "failed", "not_applicable"] | None = Field(
        description="The last answer; null while there is none."
    )
    note: str | None = Field(description="What was said with it.")
    by: str | None = Field(description="Who answered.")
    at: Instant | None = Field(description="When.")


class InspectionScan(Answer):
    """A scan, and whether it was what it should have been."""

    mark: ScannedMark = Field(description="What.")
    place: Literal["terminal", "bay"] = Field(description="Where.")
    code: str = Field(description="As it was read.")
    expected: list[str] = Field(description="What it was compared with.")
    matches: bool | None = Field(description="Null: there was nothing to compare it with.")
    by: str = Field(description="Who.")
    at: Instant = Field(description="When.")


class Photo(Answer):
    """A photo; its bytes have a route of their own."""

    id: Identifier = Field(description="The photo.")
    sha256: str = Field(description="Of its bytes, hexadecimal.")
    media_type: str = Field(description="Kind of picture.", examples=["image/jpeg"])
    size_bytes: int = Field(description="Bytes.")
    caption: str | None = Field(description="What it shows.")
    uploaded_at: Instant = Field(description="When.")
    uploaded_by: str = Field(description="By whom.")


class InspectionEntry(Answer):
    """One thing that was entered."""

    kind: Literal["check", "finding", "seal", "photo", "move"] = Field(description="What it is.")
    facts: dict[str, Any] = Field(description="What was entered.")
    by: str = Field(description="Who.")
    at: Instant = Field(description="When.")


class LidUse(Answer):
    """Minutes with an open lid, from the box's own readings; late ones move them."""

    inspection_s: float = Field(description="In this inspection.")
    inspections_s: float = Field(description="In all inspections of the shipment together.")
    handling_s: float = Field(description="Outside every inspection.")
    allowance_s: float | None = Field(description="Allowed; null: counted, no allowance set.")
    allowance_source: str | None = Field(description="Where the allowance comes from.")
    open_since: Instant | None = Field(description="Since when a lid is open; null when shut.")


class Inspection(Answer):
    """One look of an officer at a shipment."""

    id: Identifier = Field(description="Identifier.")
    number: int = Field(description="For people.", examples=[31])
    shipment_id: Identifier = Field(description="The shipment.")
    shipment_reference: str = Field(description="Its reference.", examples=["CT-00417"])
    simulated: bool = Field(description="Not a real shipment.")
    appointment_id: Identifier | None = Field(description="The appointment it is of.")
    site_id: str = Field(description="The site.", examples=["PVG"])
    bay_id: str | None = Field(description="The bay.", examples=["PVG-C1"])
    follows: Identifier | None = Field(description="The inspection before this one.")
    mode: Mode = Field(description="How.")
    may_open: bool = Field(description="Whether the lid may be opened and samples taken.")
    no_xray: bool = Field(description="It must not be X-rayed: screen it otherwise.")
    state: State = Field(description="Where it stands.")
    claimed_by: str = Field(description="Whose it is; only they write in it.")
    claimed_at: Instant = Field(description="Since when.")
    begun_at: Instant = Field(description="When it began.")
    due_end_at: Instant = Field(description="Later it has been left open, and an alarm sounds.")
    ended_at: Instant | None = Field(description="When the box was shut again.")
    decided_by: str | None = Field(description="Who decided.")
    decided_at: Instant | None = Field(description="When.")
    record_sha256: str | None = Field(description="Fingerprint of what was signed last.")
    template_id: str = Field(description="The checklist.")
    template_version: int = Field(description="Its version.")
    checklist: list[ChecklistItem] = Field(description="What is to be looked at, with answers.")
    expected: dict[str, list[str]] = Field(description="What scans should read, by mark.")
    scans: list[InspectionScan] = Field(description="What was scanned, oldest first.")
    mismatch: list[str] = Field(description="Marks that do not match by their last scan.")
    photos: list[Photo] = Field(description="Photos.")
    entries: list[InspectionEntry] = Field(description="Everything entered, oldest first.")
    lid: LidUse = Field(description="Minutes with an open lid.")
    blockers: list[str] = Field(description="What keeps it from being cleared, in words.")
    revision: Count = Field(description="Grows with every change.")
